/*
 * signing_key.h - private keys of DKIM and ARC: read, made, used
 *
 * Keys come and go as PEM bytes; where they lie is the caller's. All signing of
 * a process goes through signing_key_sign, so that keys can live in a process of
 * their own one day.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "mailauth/signature.h"

enum {
	SIGNING_RSA_BITS = 2048,  /* of a key made here (RFC 8301 3.2) */
	SIGNING_PEM_MAX = 16384,  /* octets of a PEM text */
	SIGNING_OCTETS_MAX = 512, /* of a signature: RSA of 4096 bits */
};

struct signing_key;

/* PKCS #8 or a traditional RSA key, unencrypted; NULL for anything else and for RSA keys
 * outside 1024 to 4096 bits. The PEM bytes stay the caller's, to be blanked. */
struct signing_key *signing_key_read(slice pem);
void signing_key_free(struct signing_key *k);
enum key_type signing_key_type(const struct signing_key *k);
slice signing_key_algorithm(const struct signing_key *k); /* a= */

/* Makes a key and appends it as PKCS #8 PEM; buf_wipe it after use. */
enum err signing_key_generate(enum key_type type, struct buf *pem);

/* Appends the octets of the signature over a SHA-256 hash (RFC 6376 3.7, RFC 8463 3). */
enum err signing_key_sign(const struct signing_key *k, const uint8_t digest[static 32],
			  struct buf *out);

/* What it is for, in the records below: static text, as "tlsrpt" (RFC 8460 3). At first
 * all (RFC 6376 3.6.1). */
void signing_key_serve(struct signing_key *k, slice service);
/* Appends the text of the key's TXT record: "v=DKIM1; k=rsa; p=..." */
enum err signing_key_record(const struct signing_key *k, struct buf *out);
/* The same as a line of a zone file, in strings of at most 255 octets (RFC 1035 3.3),
 * without the line's end: SELECTOR._domainkey.DOMAIN. IN TXT ( "v=DKIM1; ..." "..." ) */
enum err signing_key_zone_line(const struct signing_key *k, slice selector, slice domain,
			       struct buf *out);
