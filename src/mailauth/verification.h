/*
 * verification.h - one signature on its way from its field to its result
 *
 * What DKIM-Signature, ARC-Message-Signature and ARC-Seal have in common
 * (RFC 6376 6.1): read at the start, when it also says which hash of the body it
 * needs; then, the body being fed, checked against the key that the DNS has.
 * Restartable: a verification keeps its finding once there is one.
 */
#pragma once

#include "base/dns_answer.h"
#include "mailauth/body_hashes.h"
#include "mailauth/public_key.h"
#include "mailauth/signature.h"

enum { KEY_RECORDS_MAX = 4 }; /* of one name that are tried (RFC 6376 6.1.2) */

struct verification {
	struct signature signature;
	struct dkim_finding finding; /* while !decided: a pass */
	bool decided;
	bool needs_body;
	int body_place; /* in body_hashes, when needs_body */
	uint8_t digest[SHA256_OCTETS];
	slice key_name; /* where the key is in the DNS */
	/* Of the key that decided, once there was one. */
	uint32_t key_bits;
	bool testing;
	bool is_of_report; /* it verifies, if the message is a report about TLS */
	bool whole_body;   /* no octet of the body is left unsigned by l= */
};

/* Reads the field's value and wants the body's hash. The caller then fills digest, unless
 * it is decided by now. */
void verification_start(struct verification *v, enum signature_kind kind, slice value,
			struct body_hashes *hashes, struct arena *arena);

/* True: v->finding is final. False: *ret_lacking is to be asked. now is UNIX seconds. */
bool verification_step(struct verification *v, const struct body_hashes *hashes,
		       const struct dns_answers *known, int64_t now,
		       struct dns_question *ret_lacking);
