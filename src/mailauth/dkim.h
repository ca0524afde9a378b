/*
 * dkim.h - DKIM signatures: verified, and made (RFC 6376, 8301, 8463, 8616)
 *
 * To verify: parse the header section (header_list.h), make the hashes of the body
 * (body_hashes.h), dkim_verifier_new, feed the body to the hashes and finish
 * them, then call dkim_verifier_step until it lacks no DNS answer. The ARC
 * verifier of the same message shares list and hashes, and so may signers.
 *
 * The message is taken as it is on the wire, with CRLF. What follows from the
 * results is the caller's: a result other than DKIM_PASS says no more than a
 * missing signature would (RFC 6376 6.1), and so does a testing one.
 *
 * Limits: DKIM_SIGNATURES_MAX, the topmost ones; those of signature.h,
 * body_hashes.h and public_key.h. Past one of ours a result is DKIM_POLICY.
 */
#pragma once

#include "base/dns_answer.h"
#include "mailauth/body_hashes.h"
#include "mailauth/finding.h"
#include "mailauth/signing_key.h"

enum { DKIM_SIGNATURES_MAX = 10 }; /* verified of one message */

struct dkim_result {
	struct dkim_finding finding;
	/* As far as the signature could be read; the verifier's or the list's. */
	slice domain, selector, identity, algorithm;
	slice signature;   /* b= as written, perhaps folded: for header.b (RFC 6008) */
	int64_t signed_at; /* t=, or -1 */
	uint32_t key_bits; /* 0 when no key was found */
	bool testing;      /* the domain says that it only tries DKIM (t=y) */
	/* It would do as that of a report about TLS (RFC 8460 3): its key may be for
	 * nothing else, and there is no l=. */
	bool is_of_report;
	bool whole_body; /* l= leaves nothing unsigned; false: more can be appended */
};

struct dkim_verifier;

/* list and hashes must stay until the free; the body must not have been fed yet. */
struct dkim_verifier *dkim_verifier_new(const struct header_list *list,
					struct body_hashes *hashes);
void dkim_verifier_free(struct dkim_verifier *v);

/* How many signatures it looks at, and whether the message has more than that. */
uint32_t dkim_verifier_count(const struct dkim_verifier *v);
bool dkim_verifier_left_out(const struct dkim_verifier *v);

/* After the hashes are finished. True: all results are final. False: *ret_lacking, whose
 * name is the verifier's, is to be asked, then call again. now is UNIX seconds. */
bool dkim_verifier_step(struct dkim_verifier *v, const struct dns_answers *known,
			int64_t now, struct dns_question *ret_lacking);

/* The i-th from the top, once step has returned true. */
struct dkim_result dkim_verifier_result(const struct dkim_verifier *v, uint32_t i);

/*
 * To sign: want a hash of the body (CANON_RELAXED, BODY_WHOLE), feed, finish,
 * then dkim_sign once for each key: RSA for all the world, Ed25519 beside it.
 */
struct dkim_signing {
	slice domain, selector; /* d= and s=, in A-labels */
	slice identity;         /* i=, plain ASCII without ";"; empty: left out */
	const struct signing_key *key;
	int64_t now;        /* t= */
	int64_t lifetime_s; /* x= is so much later; 0: no x= */
};

enum { DKIM_FIELD_MAX = 8192 }; /* octets that one signature may come to */

/* Appends a whole DKIM-Signature field, folded, with CRLF, to be put above the list's. It
 * covers the fields that RFC 6376 5.4.1 names as often as they are there, and once
 * more those whose addition would mislead a reader (oversigning, 8.15). ERR_MALFORMED:
 * the list has no From. ERR_LIMIT: the fields are too many, or out is full. On failure
 * out is as it was. */
enum err dkim_sign(const struct dkim_signing *s, const struct header_list *list,
		   const struct body_hash *body, struct buf *out);
