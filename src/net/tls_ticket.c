#include "net/tls_ticket.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls.h"

enum { KEY_OCTETS = 32, IV_OCTETS = 16, KEYS = 2 };

struct ticket_key {
	unsigned char name[TICKET_NAME_OCTETS];
	unsigned char cipher[KEY_OCTETS], mac[KEY_OCTETS];
	int64_t made_s;
	bool valid;
};

struct tls_tickets {
	pthread_mutex_t lock;         /* guards keys */
	struct ticket_key keys[KEYS]; /* the newest first */
	EVP_CIPHER *cipher;           /* fetched once: fetching is slow (OpenSSL 3.0) */
};

struct tls_tickets *tls_tickets_new(void)
{
	struct tls_tickets *t = calloc(1, sizeof(*t));

	assert(t);
	pthread_mutex_init(&t->lock, NULL);
	t->cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
	assert(t->cipher);
	return t;
}

void tls_tickets_free(struct tls_tickets *t)
{
	if (!t) return;
	explicit_bzero(t->keys, sizeof(t->keys));
	EVP_CIPHER_free(t->cipher);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static bool make_key(struct ticket_key *k, int64_t now_s)
{
	k->made_s = now_s;
	k->valid = RAND_bytes(k->name, sizeof(k->name)) == 1 &&
		   RAND_priv_bytes(k->cipher, sizeof(k->cipher)) == 1 &&
		   RAND_priv_bytes(k->mac, sizeof(k->mac)) == 1;
	return k->valid;
}

/* A key that was never replaced in time has no successor and is too old as well. */
static void rotate(struct tls_tickets *t, int64_t now_s)
{
	struct ticket_key *newest = &t->keys[0], *older = &t->keys[1];

	if (newest->valid && now_s - newest->made_s >= TICKET_KEY_LIFE_S) {
		*older = *newest;
		newest->valid = false;
	}
	if (older->valid && now_s - older->made_s >= 2 * TICKET_KEY_LIFE_S)
		older->valid = false;
}

static bool set_keys(const struct tls_tickets *t, const struct ticket_key *k,
		     const unsigned char *iv, bool seal, EVP_CIPHER_CTX *cipher,
		     EVP_MAC_CTX *mac)
{
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	return EVP_CipherInit_ex(cipher, t->cipher, NULL, k->cipher, iv, seal) == 1 &&
	       EVP_MAC_init(mac, k->mac, sizeof(k->mac), params) == 1;
}

int tls_tickets_seal(struct tls_tickets *t, int64_t now_s, unsigned char *name,
		     unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	bool ok;

	pthread_mutex_lock(&t->lock);
	rotate(t, now_s);
	ok = t->keys[0].valid || make_key(&t->keys[0], now_s);
	struct ticket_key k = t->keys[0];
	pthread_mutex_unlock(&t->lock);

	memcpy(name, k.name, sizeof(k.name));
	ok = ok && RAND_bytes(iv, IV_OCTETS) == 1 &&
	     set_keys(t, &k, iv, true, cipher, mac);
	explicit_bzero(&k, sizeof(k));
	return ok ? 1 : -1;
}

int tls_tickets_open(struct tls_tickets *t, int64_t now_s, const unsigned char *name,
		     const unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	struct ticket_key k;
	size_t at = 0;
	bool ok;

	pthread_mutex_lock(&t->lock);
	rotate(t, now_s);
	while (at < KEYS && !(t->keys[at].valid &&
			      memcmp(t->keys[at].name, name, TICKET_NAME_OCTETS) == 0))
		at++;
	if (at < KEYS) k = t->keys[at];
	pthread_mutex_unlock(&t->lock);

	if (at == KEYS) return 0;
	ok = set_keys(t, &k, iv, false, cipher, mac);
	explicit_bzero(&k, sizeof(k));
	return !ok ? -1 : at == 0 ? 1 : 2;
}
