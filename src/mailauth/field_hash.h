/*
 * field_hash.h - the hash over header fields that a signature signs
 *
 * RFC 6376 3.7 for DKIM-Signature and ARC-Message-Signature; an ARC-Seal takes
 * its fields one by one (RFC 8617 5.1.1). SHA-256 is the only hash (RFC 8301).
 */
#pragma once

#include <openssl/types.h>

#include "mailauth/body_hashes.h"
#include "mailauth/header_list.h"

struct field_hash {
	EVP_MD_CTX *context;
	enum canon canon;
	struct buf scratch;
};

void field_hash_init(struct field_hash *h, enum canon canon);
void field_hash_done(struct field_hash *h);
void field_hash_add(struct field_hash *h, const struct signed_field *field);
/* Adds the signature's own field, with b= emptied and without its CRLF, and gives the
 * hash; once. */
void field_hash_finish(struct field_hash *h, const struct signed_field *own,
		       uint8_t digest[static SHA256_OCTETS]);

/* The hash over the fields that names (h=) selects from the list, each name from the
 * bottom up, and over own, which may be one of the list and is never selected. At most
 * SIGNED_NAMES_MAX names. */
void field_hash_of(enum canon canon, slice names, const struct header_list *list,
		   const struct signed_field *own, uint8_t digest[static SHA256_OCTETS]);
