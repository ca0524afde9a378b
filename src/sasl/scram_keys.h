/*
 * scram_keys.h - what a server keeps of a password for SCRAM (RFC 5802 3)
 *
 * StoredKey and ServerKey prove that the client knows the password and let the
 * server prove that it knows them; neither is enough to log in elsewhere.
 *
 * An account has several passwords (its own, one per device), but SCRAM shows
 * the salt before it knows which is meant. So all credentials of an account
 * share salt and iterations, and the server tries the proof on each: derive a
 * new one with the salt of its siblings.
 */
#pragma once

#include "base/buf.h"
#include "sasl/digest.h"
#include "sasl/secret.h"

enum scram_hash { SCRAM_SHA1, SCRAM_SHA256, SCRAM_HASHES };

enum {
	SCRAM_SALT = 16,     /* octets of a new salt */
	SCRAM_SALT_MAX = 64, /* octets of one taken over from elsewhere */
	SCRAM_ITERATIONS = 10'000,
	SCRAM_ITERATIONS_MIN = 4096,      /* a client believes no less: RFC 5802 5.1 */
	SCRAM_ITERATIONS_MAX = 1'000'000, /* nor more: RFC 5802 9, some 0.5 s */
};

struct scram_salt {
	uint32_t iterations; /* 0: there are no keys */
	uint8_t n;           /* octets of salt used */
	uint8_t salt[SCRAM_SALT_MAX];
};

/* One password under one hash. Of the keys digest_octets() octets count. */
struct scram_keys {
	struct scram_salt salt;
	uint8_t stored[DIGEST_MAX];
	uint8_t server[DIGEST_MAX];
};

/* "{SCRAM-SHA-256}10000,SALT,STOREDKEY,SERVERKEY", the last three in base64, as other
 * servers write it, too. A text holds one such word per hash, with SP between. */
enum { SCRAM_TEXT_MAX = 512 }; /* octets of a text for all hashes, a NUL included */

/* Appends a word. */
void scram_keys_write(struct buf *text, enum scram_hash h, const struct scram_keys *keys);
/* Finds the word of h; false when there is none or it is malformed. */
bool scram_keys_read(slice text, enum scram_hash h, struct scram_keys *ret);

enum digest scram_digest(enum scram_hash h);
bool scram_salt_eq(const struct scram_salt *a, const struct scram_salt *b);

/* A random salt, for an account's first credential. */
struct scram_salt scram_salt_new(void);
/* The salt a user would have whom we do not know: always the same for a name, whatever
 * its case and with either hash, as it is for those we know, so that asking again does
 * not tell (RFC 5802 9). */
struct scram_salt scram_salt_of_nobody(const struct secret_keys *keys, slice user);

/* Strict base64 of at most max octets into out. */
bool scram_decode(slice base64, uint8_t *out, size_t max, size_t *ret_n);

/* Slow by intent (milliseconds): on a pool thread. False when libcrypto refuses. */
[[nodiscard]] bool scram_derive(enum scram_hash h, slice password,
				const struct scram_salt *salt, struct scram_keys *ret);
/* The client's half of that: SaltedPassword, and what follows from it. */
[[nodiscard]] bool scram_client_keys(enum scram_hash h, slice password,
				     const struct scram_salt *salt,
				     uint8_t ret_client_key[DIGEST_MAX],
				     uint8_t ret_server_key[DIGEST_MAX]);
