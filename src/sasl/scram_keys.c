#include "sasl/scram_keys.h"

#include <string.h>

#include <sodium.h>

#include "base/base64.h"
#include "base/random.h"

static const struct {
	enum digest digest;
	slice tag;
} hashes[SCRAM_HASHES] = {
	[SCRAM_SHA1] = { DIGEST_SHA1, SLICE_INIT("{SCRAM-SHA-1}") },
	[SCRAM_SHA256] = { DIGEST_SHA256, SLICE_INIT("{SCRAM-SHA-256}") },
};

enum digest scram_digest(enum scram_hash h)
{
	return hashes[h].digest;
}

bool scram_salt_eq(const struct scram_salt *a, const struct scram_salt *b)
{
	return a->iterations == b->iterations && a->n == b->n &&
	       memcmp(a->salt, b->salt, a->n) == 0;
}

struct scram_salt scram_salt_new(void)
{
	struct scram_salt s = { .iterations = SCRAM_ITERATIONS, .n = SCRAM_SALT };

	random_bytes(s.salt, SCRAM_SALT);
	return s;
}

struct scram_salt scram_salt_of_nobody(const struct secret_keys *keys, slice user)
{
	struct scram_salt s = { .iterations = SCRAM_ITERATIONS, .n = SCRAM_SALT };
	crypto_generichash_state g;

	crypto_generichash_init(&g, keys->salts, sizeof(keys->salts), SCRAM_SALT);
	for (size_t i = 0; i < user.n; i++) {
		uint8_t c = (uint8_t)lower_ascii(user.p[i]);

		crypto_generichash_update(&g, &c, 1);
	}
	crypto_generichash_final(&g, s.salt, SCRAM_SALT);
	return s;
}

bool scram_client_keys(enum scram_hash h, slice password, const struct scram_salt *salt,
		       uint8_t ret_client_key[DIGEST_MAX],
		       uint8_t ret_server_key[DIGEST_MAX])
{
	enum digest d = scram_digest(h);
	uint8_t salted[DIGEST_MAX];
	slice key = { (const char *)salted, digest_octets(d) };
	bool ok =
		digest_iterate(d, password, (slice){ (const char *)salt->salt, salt->n },
			       salt->iterations, salted) &&
		digest_hmac(d, key, S("Client Key"), ret_client_key) &&
		digest_hmac(d, key, S("Server Key"), ret_server_key);

	explicit_bzero(salted, sizeof(salted));
	return ok;
}

bool scram_derive(enum scram_hash h, slice password, const struct scram_salt *salt,
		  struct scram_keys *ret)
{
	enum digest d = scram_digest(h);
	struct scram_keys keys = { .salt = *salt };
	uint8_t client_key[DIGEST_MAX];
	slice key = { (const char *)client_key, digest_octets(d) };
	bool ok = scram_client_keys(h, password, salt, client_key, keys.server) &&
		  digest_of(d, key, keys.stored);

	if (ok) *ret = keys;
	explicit_bzero(client_key, sizeof(client_key));
	explicit_bzero(&keys, sizeof(keys));
	return ok;
}

static void write_octets(struct buf *text, const uint8_t *p, size_t n)
{
	buf_add_char(text, ',');
	base64_encode(text, (slice){ (const char *)p, n });
}

void scram_keys_write(struct buf *text, enum scram_hash h, const struct scram_keys *keys)
{
	size_t n = digest_octets(scram_digest(h));

	if (text->n) buf_add_char(text, ' ');
	buf_add(text, hashes[h].tag);
	buf_add_u64(text, keys->salt.iterations);
	write_octets(text, keys->salt.salt, keys->salt.n);
	write_octets(text, keys->stored, n);
	write_octets(text, keys->server, n);
}

bool scram_decode(slice base64, uint8_t *out, size_t max, size_t *ret_n)
{
	struct buf decoded;
	bool ok;

	buf_init(&decoded, max + 3); /* decoding takes room in whole quanta */
	ok = base64_decode(&decoded, base64) && decoded.n <= max;
	if (ok) {
		memcpy(out, buf_slice(&decoded).p, decoded.n);
		*ret_n = decoded.n;
	}
	buf_wipe(&decoded);
	return ok;
}

static bool read_key(slice base64, enum scram_hash h, uint8_t *ret)
{
	size_t n, want = digest_octets(scram_digest(h));

	return scram_decode(base64, ret, want, &n) && n == want;
}

/* What follows the tag. */
static bool read_word(slice word, enum scram_hash h, struct scram_keys *ret)
{
	struct scram_keys got = { 0 };
	slice salt, stored;
	size_t n;

	if (!take_u32(&word, &got.salt.iterations) || got.salt.iterations == 0 ||
	    !take_char(&word, ',') || !take_until(&word, ',', &salt) ||
	    !take_until(&word, ',', &stored) ||
	    !scram_decode(salt, got.salt.salt, SCRAM_SALT_MAX, &n) ||
	    !read_key(stored, h, got.stored) || !read_key(word, h, got.server))
		return false;
	got.salt.n = (uint8_t)n;
	*ret = got;
	return true;
}

bool scram_keys_read(slice text, enum scram_hash h, struct scram_keys *ret)
{
	slice word;

	while (take_word(&text, &word)) {
		if (take_literal(&word, hashes[h].tag)) return read_word(word, h, ret);
		take_char(&text, ' ');
	}
	return false;
}
