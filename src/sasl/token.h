/*
 * token.h - is a bearer token good, and whose is it?
 *
 * Two ways to find out, both without I/O: a token that is a JWT (RFC 7519) is verified by
 * keys we have; of any other its issuer is asked (introspection, RFC 7662), and this
 * writes the question and reads the answer. What either says is held against the same
 * rules: time, issuer, audience, scope, and the claim that names the user.
 *
 * A JWT must have an end (exp). One that names an audience is good only where that is
 * us, so without a rule for it, it is not (RFC 7519 4.1.3); an issuer that is asked has
 * looked at that itself, so there the rule counts only where it is set.
 */
#pragma once

#include "base/err.h"
#include "sasl/jwk.h"
#include "sasl/mechanism.h"

enum {
	INTROSPECTION_MAX = 64 * 1024, /* octets of an answer */
};

/* Empty: not looked at, but for user_claim. */
struct token_rules {
	slice issuer, audience, scope;
	slice user_claim; /* a member of the claims: "email", "sub" */
	int64_t skew_s;   /* by how much clocks may differ */
};

struct token_verdict {
	enum err verdict; /* NONE; DENIED; LATER: it could not be found out */
	const char *why;  /* a word for the log: "expired", "signature" */
	slice status;     /* DENIED: for sasl_identity, a literal */
	char user[SASL_NAME_MAX];
	size_t user_octets; /* NONE: not 0 */
	int64_t until;      /* NONE: seconds since 1970; 0: the issuer names no end */
};

slice token_user(const struct token_verdict *v);

/* By keys; on a worker. */
void token_verify(slice token, const struct jwk_set *keys,
		  const struct token_rules *rules, int64_t now,
		  struct token_verdict *ret);

/* application/x-www-form-urlencoded (RFC 7662 2.1) */
void token_write_question(slice token, struct buf *out);
/* HTTP's Authorization of a client, "ID:SECRET" (RFC 6749 2.3.1). */
void token_write_client(slice id_and_secret, struct buf *out);
/* body: of an answer with status 200 (RFC 7662 2.2). */
void token_read_answer(slice body, const struct token_rules *rules, int64_t now,
		       struct token_verdict *ret);
