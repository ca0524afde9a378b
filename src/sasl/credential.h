/*
 * credential.h - one password of an account, in all forms a login may need it
 *
 *   hash    verifies PLAIN, LOGIN and POP3's USER/PASS: password_verify_any
 *   scram   verifies SCRAM-SHA-1 and SCRAM-SHA-256: scram_keys_read
 *   secret  the password sealed, for CRAM-MD5 and APOP: app passwords only
 *
 * A value without pointers; the directory keeps its three fields and knows
 * which account and device they belong to. A hash from elsewhere has no scram
 * keys and no secret until its password is set anew.
 */
#pragma once

#include "sasl/password.h"
#include "sasl/scram_keys.h"

struct credential {
	char hash[PASSWORD_HASH_MAX]; /* NUL-terminated text, as the next */
	char scram[SCRAM_TEXT_MAX];
	struct sealed secret;
};

/* The salt that all credentials of an account share, found in the scram texts of those
 * there are; a new one where there are none. */
struct scram_salt credential_salt(const slice *scram_texts, size_t count);

/* Both are slow (pool thread). Errors as of password_hash. */
/* From the password a person chose. */
[[nodiscard]] enum err credential_of_account(slice password,
					     const struct scram_salt *salt,
					     struct credential *ret);
/* From app_password_make; keys and context seal the secret (secret.h). */
[[nodiscard]] enum err credential_of_app(slice password, const struct scram_salt *salt,
					 const struct secret_keys *keys, slice context,
					 struct credential *ret);
void credential_wipe(struct credential *c);
