#include "sasl/secret.h"

#include <string.h>

#include <sodium.h>

#include "base/random.h"

/* Sealed: version, nonce, ciphertext with its tag. */
enum {
	VERSION = 1,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	OVERHEAD = 1 + NONCE + TAG,
};
_Static_assert(SECRET_MAX + OVERHEAD == SEALED_MAX, "the header says what it costs");
_Static_assert(SEALED_MAX <= UINT8_MAX, "n holds it");

static void derive(uint8_t key[32], slice purpose, slice file)
{
	crypto_generichash(key, 32, (const uint8_t *)file.p, file.n,
			   (const uint8_t *)purpose.p, purpose.n);
}

enum err secret_keys_init(struct secret_keys *keys, slice file)
{
	if (file.n < SECRET_FILE_MIN) return ERR_LIMIT;
	if (sodium_init() < 0) return ERR_INTERNAL;
	derive(keys->seal, S("sealed credentials"), file);
	derive(keys->salts, S("salts of nobody"), file);
	derive(keys->srs, S("senders of forwarded mail"), file);
	derive(keys->push, S("application server of pushes"), file);
	return ERR_NONE;
}

void secret_keys_done(struct secret_keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}

enum err secret_seal(const struct secret_keys *keys, slice context, slice secret,
		     struct sealed *ret)
{
	uint8_t *nonce = ret->bytes + 1;

	if (secret.n == 0 || secret.n > SECRET_MAX) return ERR_LIMIT;
	*ret = (struct sealed){ .n = (uint8_t)(secret.n + OVERHEAD) };
	ret->bytes[0] = VERSION;
	random_bytes(nonce, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		nonce + NONCE, NULL, (const uint8_t *)secret.p, secret.n,
		(const uint8_t *)context.p, context.n, NULL, nonce, keys->seal);
	return ERR_NONE;
}

bool secret_unseal(const struct secret_keys *keys, slice context, slice sealed,
		   struct buf *out)
{
	const uint8_t *bytes = (const uint8_t *)sealed.p;
	uint8_t secret[SECRET_MAX];
	size_t n = sealed.n;
	bool ok;

	if (n <= OVERHEAD || n > SEALED_MAX || bytes[0] != VERSION) return false;
	n -= OVERHEAD;
	ok = crypto_aead_xchacha20poly1305_ietf_decrypt(
		     secret, NULL, NULL, bytes + 1 + NONCE, n + TAG,
		     (const uint8_t *)context.p, context.n, bytes + 1, keys->seal) == 0 &&
	     buf_add(out, (slice){ (const char *)secret, n });
	explicit_bzero(secret, sizeof(secret));
	return ok;
}
