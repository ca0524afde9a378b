/*
 * push_cipher.h - what is pushed, for the eyes of one device (RFC 8291, RFC 8188)
 *
 * The device gave a point of P-256 and a secret (jmap/push.h). Each message has a key
 * pair and a salt of its own, and is one record of the content coding aes128gcm.
 */
#pragma once

#include <openssl/types.h>

#include "base/buf.h"

enum {
	PUSH_PLAIN_MAX = 3993, /* octets: so all push services take it (RFC 8291 4) */
	PUSH_SEALED_MAX = 4096,
	PUSH_SALT_OCTETS = 16,
};

/* Whether these octets are a point of the curve. */
bool push_key_is_good(slice key);

/* Appends the message; false, with out of no more use: it is too long, the key is not
 * good. */
bool push_encrypt(slice key, slice secret, slice plain, struct buf *out);
/* The same with that key pair and salt, of PUSH_SALT_OCTETS: for tests. */
bool push_encrypt_with(EVP_PKEY *own, slice salt, slice key, slice secret, slice plain,
		       struct buf *out);
