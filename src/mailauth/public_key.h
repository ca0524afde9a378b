/*
 * public_key.h - a DKIM key record and what it verifies (RFC 6376 3.6.1, 8463)
 *
 * Records are TXT at SELECTOR._domainkey.DOMAIN. RSA keys have 1024 to 4096
 * bits (RFC 8301 3.2), as SubjectPublicKeyInfo or as RSAPublicKey; both are in
 * use. n= and unknown tags are passed over.
 */
#pragma once

#include <openssl/types.h>

#include "mailauth/body_hashes.h"
#include "mailauth/signature.h"

enum {
	KEY_RECORD_MAX = 4096, /* octets of a record's text */
	RSA_BITS_MIN = 1024,
	RSA_BITS_MAX = 4096,
	ED25519_OCTETS = 32,
};

struct public_key {
	EVP_PKEY *key;
	enum key_type type;
	uint32_t bits;
	bool testing;      /* t=y: a failure is to count as no signature */
	bool strict;       /* t=s: the domain of i= must be d= itself */
	bool reports_only; /* s=tlsrpt: for reports about TLS, no other mail (RFC 8460 3)
			    */
};

/* DKIM_PASS fills *ret, which public_key_done frees; otherwise there is nothing to free,
 * but testing and strict are set as far as the record could be read. */
struct dkim_finding public_key_parse(slice record, struct public_key *ret);
void public_key_done(struct public_key *k);

/* Whether the signature may use the key, and whether it was made over digest with it. */
struct dkim_finding public_key_verify(const struct public_key *k,
				      const struct signature *s,
				      const uint8_t digest[static SHA256_OCTETS]);
