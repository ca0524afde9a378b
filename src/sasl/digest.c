#include "sasl/digest.h"

#include <limits.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static const EVP_MD *evp(enum digest d)
{
	switch (d) {
	case DIGEST_MD5:
		return EVP_md5();
	case DIGEST_SHA1:
		return EVP_sha1();
	case DIGEST_SHA256:
		return EVP_sha256();
	}
	return NULL;
}

size_t digest_octets(enum digest d)
{
	return (size_t)EVP_MD_get_size(evp(d));
}

static const unsigned char *octets(slice s)
{
	return (const unsigned char *)(s.p ? s.p : "");
}

bool digest_of(enum digest d, slice data, uint8_t *out)
{
	return EVP_Digest(octets(data), data.n, out, NULL, evp(d), NULL) == 1;
}

bool digest_hmac(enum digest d, slice key, slice data, uint8_t *out)
{
	unsigned n;

	if (key.n > INT_MAX) return false;
	return HMAC(evp(d), octets(key), (int)key.n, octets(data), data.n, out, &n);
}

bool digest_iterate(enum digest d, slice password, slice salt, uint32_t iterations,
		    uint8_t *out)
{
	if (password.n > INT_MAX || salt.n > INT_MAX || iterations > INT_MAX)
		return false;
	return PKCS5_PBKDF2_HMAC((const char *)octets(password), (int)password.n,
				 octets(salt), (int)salt.n, (int)iterations, evp(d),
				 (int)digest_octets(d), out) == 1;
}

void digest_md5_hex(const uint8_t md5[16], char out[MD5_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < 16; i++) {
		out[2 * i] = digits[md5[i] >> 4];
		out[2 * i + 1] = digits[md5[i] & 15];
	}
}

bool equal_secretly(slice a, slice b)
{
	return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}
