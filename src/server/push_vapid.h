/*
 * push_vapid.h - who pushes: messages that a push service may believe to be ours (VAPID,
 * RFC 8292, RFC 9749)
 *
 * A key pair of P-256, which is the same as long as the server's secret key is
 * (config/secret_file.h). Its public half stands in the session; each message has a token
 * that the other half has signed, good for its push service alone and for half a day.
 */
#pragma once

#include "base/buf.h"

enum { VAPID_SEED_OCTETS = 32, VAPID_TOKEN_S = 12 * 3600 };

struct push_vapid;

/* seed: VAPID_SEED_OCTETS that nobody else knows. NULL: OpenSSL fails. */
struct push_vapid *push_vapid_new(const uint8_t *seed);
void push_vapid_free(struct push_vapid *v); /* NULL is fine */

/* The public key: uncompressed, in base64url. */
slice push_vapid_key(const struct push_vapid *v);

/* Appends the Authorization field for a message to that server. contact: an address, or
 * empty. False: it cannot be signed. */
bool push_vapid_authorize(const struct push_vapid *v, slice host, uint16_t port,
			  slice contact, int64_t now, struct buf *out);
