/*
 * signature.h - the tags of DKIM-Signature, ARC-Message-Signature and ARC-Seal
 *
 * RFC 6376 3.5 and 6.1.1 with RFC 8301 and 8463; RFC 8617 4.1.2 and 4.1.3 for
 * ARC; RFC 8616 for UTF-8 in d=, s= and i=. Says what a signature claims, not
 * whether it holds. z= and unknown tags are passed over.
 */
#pragma once

#include "base/arena.h"
#include "mailauth/canon.h"
#include "mailauth/finding.h"

enum {
	SIGNATURE_MAX = 16 * 1024, /* octets of a field's value */
	SIGNED_NAMES_MAX = 300,    /* names in h= */
	ARC_INSTANCES_MAX = 50,    /* RFC 8617 4.2.1 */
};

enum signature_kind {
	SIGNATURE_DKIM = 1,
	SIGNATURE_ARC_MESSAGE = 2,
	SIGNATURE_ARC_SEAL = 4,
};

enum key_type { KEY_RSA, KEY_ED25519 };

struct signature {
	enum key_type key;
	bool sha1;         /* rsa-sha1, which nobody may verify (RFC 8301 3.1) */
	slice algorithm;   /* a= as written */
	slice domain;      /* d= */
	slice selector;    /* s= */
	slice identity;    /* i= decoded, "@domain" by default; DKIM only */
	uint32_t instance; /* i= of ARC */
	enum canon header_canon, body_canon;
	slice names;                   /* h= */
	int64_t body_length;           /* l= or BODY_WHOLE */
	int64_t signed_at, expires_at; /* t=, x=; -1 when absent */
	slice octets;                  /* b= decoded */
	slice body_hash;               /* bh= decoded */
	slice text;                    /* b= as written */
};

/* Reads a field's value. Anything but a pass says why the signature is of no use; *ret
 * then holds what could be read, the rest being empty. Slices lie in the value or in the
 * arena; a full arena is a DKIM_POLICY. */
struct dkim_finding signature_parse(enum signature_kind kind, slice value,
				    struct arena *arena, struct signature *ret);

/* i= of an ARC field: 1 to ARC_INSTANCES_MAX, one or two digits (RFC 8617 4.2.1). */
bool arc_instance_parse(slice value, uint32_t *ret);

/* Appends base64 without the white space that folding put in; false for what is no base64
 * or when out is full. */
bool folded_base64_decode(slice text, struct buf *out);
