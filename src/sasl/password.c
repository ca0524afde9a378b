#include "sasl/password.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>
#include <sodium.h>

#include "base/random.h"
#include "sasl/digest.h"

_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH_MAX, "argon2 text fits");
_Static_assert(CRYPT_OUTPUT_SIZE <= PASSWORD_HASH_MAX, "crypt text fits");

static const struct {
	unsigned long long passes;
	size_t memory; /* octets */
} costs[] = {
	[PASSWORD_CHOSEN] = { PASSWORD_PASSES, PASSWORD_MEMORY },
	[PASSWORD_GENERATED] = { crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN },
};

static bool has_nul(slice s)
{
	return slice_find_char(s, '\0') != s.n;
}

enum err password_hash(slice password, enum password_cost cost,
		       char ret_hash[PASSWORD_HASH_MAX])
{
	char text[crypto_pwhash_STRBYTES];

	if (password.n == 0 || password.n > PASSWORD_MAX) return ERR_LIMIT;
	if (has_nul(password)) return ERR_MALFORMED;
	if (sodium_init() < 0) return ERR_INTERNAL;
	if (crypto_pwhash_str_alg(text, password.p, password.n, costs[cost].passes,
				  costs[cost].memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ERR_LATER;
	memset(ret_hash, 0, PASSWORD_HASH_MAX);
	memcpy(ret_hash, text, sizeof(text));
	return ERR_NONE;
}

static enum err verify_argon2(const char *hash, slice password)
{
	if (sodium_init() < 0) return ERR_INTERNAL;
	errno = 0;
	if (crypto_pwhash_str_verify(hash, password.p, password.n) == 0) return ERR_NONE;
	switch (errno) {
	case EINVAL: /* how libsodium tells a mismatch from a fault */
		return ERR_DENIED;
	case ENOMEM:
		return ERR_LATER;
	default: /* the text does not parse, or its memory was not to be had */
		return crypto_pwhash_str_needs_rehash(hash, PASSWORD_PASSES,
						      PASSWORD_MEMORY) < 0
			       ? ERR_MALFORMED
			       : ERR_LATER;
	}
}

/* crypt's hash of password under hash's own settings is hash again. */
static enum err verify_crypt(const char *hash, slice password)
{
	char phrase[CRYPT_MAX_PASSPHRASE_SIZE];
	struct crypt_data *work;
	const char *again;
	enum err e = ERR_DENIED;

	if (password.n >= sizeof(phrase)) return ERR_DENIED;
	work = calloc(1, sizeof(*work)); /* 32 KiB, too much for a stack */
	if (!work) return ERR_LATER;
	memcpy(phrase, password.p, password.n);
	phrase[password.n] = '\0';
	again = crypt_rn(phrase, hash, work, (int)sizeof(*work));
	if (!again)
		e = errno == ENOMEM ? ERR_LATER : ERR_MALFORMED;
	else if (equal_secretly(slice_of(again), slice_of(hash)))
		e = ERR_NONE;
	explicit_bzero(phrase, sizeof(phrase));
	explicit_bzero(work, sizeof(*work));
	free(work);
	return e;
}

static const struct {
	slice prefix;
	enum err (*verify)(const char *hash, slice password);
} kinds[] = {
	{ SLICE_INIT("$argon2id$"), verify_argon2 }, /* ours */
	{ SLICE_INIT("$argon2i$"), verify_argon2 },
	{ SLICE_INIT("$y$"), verify_crypt },  /* yescrypt */
	{ SLICE_INIT("$2a$"), verify_crypt }, /* bcrypt, in its three spellings */
	{ SLICE_INIT("$2b$"), verify_crypt },
	{ SLICE_INIT("$2y$"), verify_crypt },
	{ SLICE_INIT("$6$"), verify_crypt }, /* SHA-512 */
	{ SLICE_INIT("$5$"), verify_crypt }, /* SHA-256 */
};

/* The text with a NUL behind it, for the C libraries. */
static bool hash_text(slice hash, char ret[PASSWORD_HASH_MAX])
{
	if (hash.n >= PASSWORD_HASH_MAX || has_nul(hash)) return false;
	memset(ret, 0, PASSWORD_HASH_MAX);
	if (hash.n) memcpy(ret, hash.p, hash.n);
	return true;
}

enum err password_verify(slice hash, slice password)
{
	char text[PASSWORD_HASH_MAX];

	if (!hash_text(hash, text)) return ERR_MALFORMED;
	if (password.n == 0 || password.n > PASSWORD_MAX || has_nul(password))
		return ERR_DENIED;
	for (size_t i = 0; i < countof(kinds); i++)
		if (slice_starts(hash, kinds[i].prefix))
			return kinds[i].verify(text, password);
	return ERR_MALFORMED;
}

/* A PASSWORD_GENERATED of ours. */
static bool is_cheap(slice hash)
{
	char text[PASSWORD_HASH_MAX];

	return slice_starts(hash, S("$argon2id$")) && hash_text(hash, text) &&
	       crypto_pwhash_str_needs_rehash(text, costs[PASSWORD_GENERATED].passes,
					      costs[PASSWORD_GENERATED].memory) == 0;
}

/* Takes as long as the wrong password of somebody. */
static void verify_nobody(slice password)
{
	static const uint8_t salt[crypto_pwhash_SALTBYTES] = { 0 };
	uint8_t out[32];

	if (sodium_init() < 0 || password.n > PASSWORD_MAX) return;
	(void)!crypto_pwhash(out, sizeof(out), password.p ? password.p : "", password.n,
			     salt, costs[PASSWORD_CHOSEN].passes,
			     costs[PASSWORD_CHOSEN].memory, crypto_pwhash_ALG_ARGON2ID13);
	explicit_bzero(out, sizeof(out));
}

/* One round over the hashes that are cheap, or over those that are not. */
static enum err verify_round(const slice *hashes, size_t count, bool cheap,
			     slice password, size_t *ret_index)
{
	enum err worst = ERR_NOT_FOUND; /* none was tried */

	for (size_t i = 0; i < count; i++) {
		enum err e;

		if (is_cheap(hashes[i]) != cheap) continue;
		e = password_verify(hashes[i], password);
		if (!e) {
			*ret_index = i;
			return ERR_NONE;
		}
		if (e == ERR_LATER || (e == ERR_DENIED && worst != ERR_LATER)) worst = e;
	}
	return worst;
}

enum err password_verify_any(const slice *hashes, size_t count, slice password,
			     size_t *ret_index)
{
	enum err cheap = verify_round(hashes, count, true, password, ret_index);
	enum err slow;

	if (!cheap) return ERR_NONE;
	slow = verify_round(hashes, count, false, password, ret_index);
	if (!slow) return ERR_NONE;
	if (slow == ERR_NOT_FOUND) verify_nobody(password);
	return cheap == ERR_LATER || slow == ERR_LATER ? ERR_LATER : ERR_DENIED;
}

bool password_is_current(slice hash)
{
	char text[PASSWORD_HASH_MAX];

	return slice_starts(hash, S("$argon2id$")) && hash_text(hash, text) &&
	       crypto_pwhash_str_needs_rehash(text, PASSWORD_PASSES, PASSWORD_MEMORY) ==
		       0;
}

/* Without what can be mistaken (l, 0, 1), and without vowels: no words come out. */
static const char app_alphabet[] = "23456789bcdfghjkmnpqrstvwxyz";

void app_password_make(char ret[APP_PASSWORD_OCTETS])
{
	for (size_t i = 0; i < APP_PASSWORD_OCTETS; i++)
		ret[i] = i % 5 == 4
				 ? '-'
				 : app_alphabet[random_below(sizeof(app_alphabet) - 1)];
}
