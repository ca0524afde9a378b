/*
 * body_hashes.h - the hashes of a body that signatures ask for, in one pass
 *
 * Whoever verifies or makes signatures of a message (dkim.h, arc.h) says at the
 * start which hashes it wants; then the body is fed once, in pieces cut
 * anywhere, and each equal wish is computed once. SHA-256 (RFC 8301 3.1, RFC
 * 8463 3) is the only hash there is. Memory does not grow with the body.
 *
 * The order is: new, want..., feed..., finish, then get.
 */
#pragma once

#include "mailauth/canon.h"

enum {
	BODY_HASHES_MAX = 16, /* different ones of a message */
	SHA256_OCTETS = 32,
	BODY_WHOLE = -1, /* no limit of octets */
};

struct body_hashes;

struct body_hashes *body_hashes_new(void);
void body_hashes_free(struct body_hashes *h);

/* The hash over the first `length` octets of the canonical body (RFC 6376 3.5, l=), or
 * BODY_WHOLE. Returns its place, or -1 when BODY_HASHES_MAX others are wanted. */
int body_hashes_want(struct body_hashes *h, enum canon canon, int64_t length);

void body_hashes_feed(struct body_hashes *h, slice octets);
void body_hashes_finish(struct body_hashes *h);

struct body_hash {
	uint8_t octets[SHA256_OCTETS];
	uint64_t canonical_octets; /* length of the whole canonical body */
};

/* After finish. */
const struct body_hash *body_hashes_get(const struct body_hashes *h, int place);
