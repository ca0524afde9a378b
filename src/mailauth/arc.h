/*
 * arc.h - the Authenticated Received Chain: verified, and continued (RFC 8617)
 *
 * Used as dkim.h is: arc_verifier_new before the body is fed, step when the hashes
 * are finished. A failed chain counts as none (5.2); that `trouble` says when the
 * DNS was to blame is for whoever would rather defer than judge without it.
 *
 * Laxer than the RFC, as its public test suite asks for: an ARC-Message-Signature
 * without c= is relaxed/relaxed, and what it signs is its sealer's affair, so h= may be
 * empty or name ARC fields.
 *
 * Limits: ARC_INSTANCES_MAX sets (4.2.1), those of signature.h and public_key.h.
 */
#pragma once

#include "base/dns_answer.h"
#include "mailauth/body_hashes.h"
#include "mailauth/signing_key.h"

enum arc_status { ARC_NONE, ARC_PASS, ARC_FAIL };

struct arc_result {
	enum arc_status status;
	const char *reason; /* of a fail: static, fits a comment */
	uint32_t instances; /* the highest instance seen */
	uint32_t failed;    /* the instance that failed, or 0 when it is the structure */
	uint32_t oldest_pass; /* 5.2 step 5, of a pass: 0 when no sealer changed the
				 message */
	bool trouble;         /* of a fail: a key could not be looked up */
};

/* What one sealer testifies; believe it only of a chain that passed. */
struct arc_testimony {
	slice domain, selector; /* of its seal */
	slice results; /* the Authentication-Results payload behind "i=N;", folded */
};

struct arc_verifier;

/* list and hashes must stay until the free; the body must not have been fed yet. */
struct arc_verifier *arc_verifier_new(const struct header_list *list,
				      struct body_hashes *hashes);
void arc_verifier_free(struct arc_verifier *v);

/* After the hashes are finished. True: the result is final. False: *ret_lacking, whose
 * name is the verifier's, is to be asked, then call again. now is UNIX seconds. */
bool arc_verifier_step(struct arc_verifier *v, const struct dns_answers *known,
		       int64_t now, struct dns_question *ret_lacking);
struct arc_result arc_verifier_result(const struct arc_verifier *v);
/* Of a chain that passed; instance is from 1 to result.instances. */
struct arc_testimony arc_verifier_testimony(const struct arc_verifier *v,
					    uint32_t instance);

slice arc_status_name(enum arc_status status); /* "none", "pass", "fail" */

/*
 * To seal: want a hash of the body (CANON_RELAXED, BODY_WHOLE) beside the
 * verifier's, and when its result is final add an ARC Set for what leaves us.
 */
struct arc_sealing {
	slice domain, selector; /* d= and s= of both signatures, in A-labels */
	const struct signing_key *key;
	int64_t now;
	slice results; /* our Authentication-Results payload, as authres.h writes it
			  behind an empty start: "HOST; arc=...; dkim=..." */
	slice names; /* h= of the message signature; empty: what dkim_sign takes, and the
			DKIM-Signatures */
};

enum { ARC_FIELD_MAX = 16384 }; /* octets that one field of a set may come to */

/* False when the chain takes no further set: its newest seal says cv=fail (5.1 step 2),
 * or it has ARC_INSTANCES_MAX. */
bool arc_can_seal(const struct arc_verifier *v);

/* Appends ARC-Seal, ARC-Message-Signature and ARC-Authentication-Results, to be put above
 * the list's fields. list and body are of the message as it leaves: the list has the
 * verifier's ARC fields unchanged. ERR_DENIED: not arc_can_seal. On failure out is as it
 * was. */
enum err arc_seal(const struct arc_sealing *s, const struct arc_verifier *v,
		  const struct header_list *list, const struct body_hash *body,
		  struct buf *out);
