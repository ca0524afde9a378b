/*
 * jws.h - signed tokens: the compact form of JSON Web Signature (RFC 7515 7.1)
 *
 * header "." payload "." signature. Algorithms: RS, PS and ES with 256, 384 and 512
 * (RFC 7518 3), EdDSA with Ed25519 (RFC 8037 3.1), HS with those hashes. Nothing else,
 * "none" least of all. Headers that must be understood ("crit", RFC 7515 4.1.11) are
 * understood by nobody here, and keys that a token brings along are not looked at.
 *
 * May take some milliseconds where many keys fit: on a worker.
 */
#pragma once

#include "sasl/jwk.h"

/* Has the shape of one: three parts, the first of them a JSON object's beginning. */
bool jws_is_likely(slice token);

/* True: one of the keys has signed it, and the payload was added to ret. False: *ret_why
 * is a word for the log. */
bool jws_verify(slice token, const struct jwk_set *keys, struct buf *ret_payload,
		const char **ret_why);
