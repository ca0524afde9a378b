/*
 * secret.h - secrets that must be read again: sealing with the server's key
 *
 * CRAM-MD5 and APOP need the password itself, not a hash of it, so app
 * passwords (and only these) are also kept sealed: XChaCha20-Poly1305 under a
 * key that lies beside the database, not in it. A seal is bound to a context
 * (which account, which credential): moved to another row it does not open.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum {
	SECRET_MAX = 128,             /* octets of a secret */
	SEALED_MAX = SECRET_MAX + 41, /* and of it sealed */
	SECRET_FILE_MIN = 32,         /* octets a key file holds at least */
};

/* All keys that come out of the key file. */
struct secret_keys {
	uint8_t seal[32];
	uint8_t salts[32]; /* makes salts for unknown users: scram_fake_keys */
	uint8_t srs[32];   /* signs the senders of forwarded mail: mailauth/srs.h */
	uint8_t push[32];  /* makes the key that signs pushes: server/push_vapid.h */
};

struct sealed {
	uint8_t n; /* octets used; 0: there is none */
	uint8_t bytes[SEALED_MAX];
};

/* ERR_LIMIT when the content of the key file is too short. Any content is good that
 * cannot be guessed; the whole of it counts. Blank the keys with secret_keys_done. */
[[nodiscard]] enum err secret_keys_init(struct secret_keys *keys, slice file);
void secret_keys_done(struct secret_keys *keys);

/* ERR_LIMIT when secret is empty or too long. */
[[nodiscard]] enum err secret_seal(const struct secret_keys *keys, slice context,
				   slice secret, struct sealed *ret);
static inline slice sealed_slice(const struct sealed *s)
{
	return (slice){ (const char *)s->bytes, s->n };
}

/* Adds the secret to out; false when it was sealed by another key or for another context,
 * or was changed. */
[[nodiscard]] bool secret_unseal(const struct secret_keys *keys, slice context,
				 slice sealed, struct buf *out);
