/*
 * jwk.h - the keys that verify tokens: a JWK set (RFC 7517) or public keys in PEM
 *
 * A file of keys is one JWK set or one JWK; or PEM, any number of public keys and
 * certificates. What a set holds beside that (encryption keys, kinds we do not know) is
 * passed over, as RFC 7517 5 wants it; private parts are not looked at. Weak keys are not
 * taken: RSA below 2048 bits (RFC 7518 3.3), shared secrets below 32 octets (RFC 7518
 * 3.2).
 *
 * A key verifies algorithms of its own kind only, so that no public key can be taken for
 * a shared secret, and "none" is the algorithm of no key (RFC 8725 3.1, 3.2).
 */
#pragma once

#include "base/buf.h"

enum {
	JWK_FILE_MAX = 256 * 1024, /* octets */
	JWK_KEYS_MAX = 64,         /* of one set; those behind are passed over */
};

enum jwk_kind { JWK_RSA, JWK_P256, JWK_P384, JWK_P521, JWK_ED25519, JWK_SECRET };

struct jwk; /* opaque but to jws.c */
struct jwk_set;

/* NULL: fault says why, a line for a person. The caller frees. */
struct jwk_set *jwk_set_parse(slice text, struct buf *fault);
void jwk_set_free(struct jwk_set *set); /* blanks secrets */
size_t jwk_set_count(const struct jwk_set *set);
const struct jwk *jwk_set_at(const struct jwk_set *set, size_t i);

enum jwk_kind jwk_kind(const struct jwk *key);
slice jwk_id(const struct jwk *key);        /* kid, or empty */
slice jwk_algorithm(const struct jwk *key); /* the only one it is for, or empty */
/* The two halves of what a key is: an EVP_PKEY, or for JWK_SECRET its octets. */
struct evp_pkey_st *jwk_public(const struct jwk *key);
slice jwk_secret(const struct jwk *key);
