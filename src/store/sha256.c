#include "store/sha256.h"

#include <assert.h>
#include <pthread.h>

static EVP_MD *algorithm; /* for the whole process */

static void look_up(void)
{
	algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
}

EVP_MD_CTX *sha256_begin(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	int begun;

	pthread_once(&once, look_up);
	begun = EVP_DigestInit_ex(hash, algorithm, NULL);
	assert(hash && begun == 1); /* every OpenSSL has it */
	return hash;
}
