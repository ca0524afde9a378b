/*
 * password.h - passwords as they lie on disk: hashes, and making new ones
 *
 * New hashes are argon2id, by libsodium. What was carried over from another
 * system is verified by libxcrypt: yescrypt, bcrypt, SHA-512 and SHA-256
 * crypt. Older kinds (DES, MD5) are refused: whoever has one gets a new
 * password.
 *
 * Hashing takes tens of milliseconds and 19 MiB: call it on a pool thread,
 * never on a loop. All functions may run on any thread at once.
 *
 * SASLprep (RFC 4013): names and passwords pass through this folder as they
 * are, valid UTF-8. Who takes a password in, to store or to verify it, prepares
 * it first; for ASCII that changes nothing.
 */
#pragma once

#include "base/err.h"
#include "base/slice.h"

enum {
	PASSWORD_MAX = 1024,     /* octets; more is never right */
	PASSWORD_HASH_MAX = 384, /* octets of hash text, its NUL included */

	/* OWASP's first choice for argon2id: 2 passes over 19 MiB, one lane. */
	PASSWORD_PASSES = 2,
	PASSWORD_MEMORY = 19 * 1024 * 1024, /* octets */

	APP_PASSWORD_OCTETS = 24, /* "k7pm-x2wd-9fhq-tz4c-b8vn": 96 random bits */
};

/* What a guess must cost. */
enum password_cost {
	PASSWORD_CHOSEN,    /* by a person: as much as we can bear */
	PASSWORD_GENERATED, /* 80 random bits or more: guessing is hopeless anyway, and
			       trying those of all devices in turn must be cheap */
};

/* ERR_LIMIT for an empty or too long password, ERR_MALFORMED when it holds a NUL,
 * ERR_LATER when there was no memory. */
[[nodiscard]] enum err password_hash(slice password, enum password_cost cost,
				     char ret_hash[PASSWORD_HASH_MAX]);

/* ERR_NONE when it is the password of hash, ERR_DENIED when not, ERR_MALFORMED when hash
 * is of no kind we know, ERR_LATER when there was no memory. */
[[nodiscard]] enum err password_verify(slice hash, slice password);

/* The same for all hashes of an account, the cheap ones first; says which it was. However
 * few there are, a wrong password takes as long as one PASSWORD_CHOSEN, so that an
 * unknown user (none) looks like a known one. ERR_LATER when one could not be tried and
 * no other fitted; a hash of unknown kind fits nothing. */
[[nodiscard]] enum err password_verify_any(const slice *hashes, size_t count,
					   slice password, size_t *ret_index);

/* Hash is as a new PASSWORD_CHOSEN would be; if not, a login in plain text is the time to
 * replace it. */
bool password_is_current(slice hash);

/* A password for one device, for a person to copy: five groups of four letters and digits
 * that cannot be mistaken for each other. Not NUL-terminated. */
void app_password_make(char ret[APP_PASSWORD_OCTETS]);
