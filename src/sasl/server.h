/*
 * server.h - the server side of a SASL exchange (RFC 4422)
 *
 * What it must know of a user it asks: the status is NEED, the question says
 * what, and the host answers later by one of the answer functions, never from
 * inside a call.
 *
 *            start/step                   answer
 *   SEND  --------------> NEED  -------------------->  SEND, OK or FAIL
 *
 * OK and FAIL are the end: only the accessors and sasl_server_free may follow.
 * Steps and answers take microseconds, whatever the mechanism: they may run on a
 * loop. Limits: SASL_RESPONSE_MAX, SASL_NAME_MAX, PASSWORD_MAX, SCRAM_MESSAGE_MAX;
 * an exchange holds less than 20 KiB at the very most, mostly one.
 */
#pragma once

#include "base/err.h"
#include "sasl/mechanism.h"

enum sasl_failure {
	SASL_CREDENTIALS, /* unknown user, wrong password, wrong proof: never say which */
	SASL_SYNTAX,      /* the peer broke the mechanism's grammar */
	SASL_TOO_LONG,
	SASL_BINDING,     /* channel binding does not fit: someone is in the middle */
	SASL_UNAVAILABLE, /* our fault: try again later */
};

/* What an exchange is about. The slices are borrowed for as long as it lives. */
struct sasl_facts {
	slice hostname; /* at most 255 octets: shown in challenges */
	slice nonce;    /* SASL_NONCE random printable characters: sasl_nonce */
	int64_t time;   /* seconds since 1970: shown in challenges */
	const struct tls_facts *tls; /* NULL without TLS or where no -PLUS is offered */
	const struct secret_keys *keys; /* never NULL for SCRAM: unknown users' salts */
};

enum sasl_need {
	SASL_NEED_PASSWORD,    /* verify the password  -> sasl_server_verdict */
	SASL_NEED_SECRETS,     /* unseal app passwords -> sasl_server_secrets */
	SASL_NEED_KEYS,        /* look up SCRAM keys   -> sasl_server_keys */
	SASL_NEED_TOKEN,       /* whom it names        -> sasl_server_identity */
	SASL_NEED_CERTIFICATE, /* whom it names     -> sasl_server_identity */
	/* Nothing: secrets or keys did not fit. The host takes note, and lets pass the
	 * time that a guess costs               -> sasl_server_verdict, ERR_DENIED */
	SASL_NEED_REFUSAL,
};

/* The slices live until the answer. */
struct sasl_question {
	enum sasl_need need;
	/* Who logs in, and as whom: the same where the client does not say. Whether
	 * the one may act as the other is the host's to decide, now or when OK. Of a
	 * TOKEN or CERTIFICATE the answer is the user; authorization may be empty. */
	slice user, authorization;
	slice password;       /* PASSWORD; TOKEN: the token, empty where there is none */
	enum scram_hash hash; /* KEYS only */
	const struct tls_facts *tls; /* CERTIFICATE only */
};

/* Whom a token or a certificate names. */
struct sasl_identity {
	enum err verdict; /* as of sasl_server_verdict */
	slice user;       /* ERR_NONE */
	/* ERR_DENIED, told to the client of a token (RFC 7628 3.2.2): its fault, by the
	 * IANA registry; a scope that would do; where tokens are to be had, or empty. */
	slice status, scope, discovery;
};

struct sasl_server *sasl_server_new(const struct sasl_mechanism *m,
				    const struct sasl_facts *facts);
void sasl_server_free(struct sasl_server *s); /* blanks what was secret */

/* Begins, with the initial response or NULL where the client sent none. */
enum sasl_status sasl_server_start(struct sasl_server *s, const slice *initial);
enum sasl_status sasl_server_step(struct sasl_server *s, slice response);

/* Answers, while the status is NEED.
 * ERR_NONE: it is the user; ERR_DENIED: it is not; other: it could not be found out.
 * Answers every question but that for an identity: a directory out of order is ERR_LATER.
 */
enum sasl_status sasl_server_verdict(struct sasl_server *s, enum err verdict);
/* Those of the user, at most SASL_CANDIDATES_MAX, none for an unknown one. Borrowed for
 * the call. Keys with 0 iterations stand for a password without. */
enum sasl_status sasl_server_secrets(struct sasl_server *s, const slice *secrets,
				     size_t count);
enum sasl_status sasl_server_keys(struct sasl_server *s, const struct scram_keys *keys,
				  size_t count);
/* A refused token costs the client one more response before the status is FAIL. */
enum sasl_status sasl_server_identity(struct sasl_server *s,
				      const struct sasl_identity *whom);

/* Answers any question as a sandbox does: it is whom the client says, and a token that
 * comes without a name is somebody's. No token is none, and refused. */
enum sasl_status sasl_server_accept(struct sasl_server *s);

/* The same that the last call returned. */
enum sasl_status sasl_server_status(const struct sasl_server *s);
/* What to send while SEND (may be empty); the exchange's until the next call. */
slice sasl_server_output(const struct sasl_server *s);
/* While NEED; while OK it still names user and authorization. */
const struct sasl_question *sasl_server_question(const struct sasl_server *s);
/* While OK, after secrets or keys: which of them it was. */
size_t sasl_server_matched(const struct sasl_server *s);
enum sasl_failure sasl_server_failure(const struct sasl_server *s); /* while FAIL */
