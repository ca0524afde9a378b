/*
 * config.h - what the sessions of a listener have in common
 */
#pragma once

#include "base/slice.h"

/* Extensions that the host must honour, so that it says whether they are offered. */
enum {
	SMTP_OFFER_DSN = 1,           /* RFC 3461 */
	SMTP_OFFER_REQUIRETLS = 2,    /* RFC 8689; under TLS */
	SMTP_OFFER_MT_PRIORITY = 4,   /* RFC 6710 */
	SMTP_OFFER_FUTURERELEASE = 8, /* RFC 4865; for submission */
	SMTP_OFFER_BINARYMIME = 16,   /* RFC 3030 3; any octets at all */
	SMTP_OFFER_ETRN = 32,         /* RFC 1985 */
	SMTP_OFFER_DELIVERBY = 64,    /* RFC 2852 */
	SMTP_OFFER_EXPN = 128,        /* RFC 5321 3.5.2: announced where it is there */
};

/* Shared by the sessions of a listener; the host keeps it as long as they live. */
struct smtp_config {
	slice host_name;
	slice login;          /* who has proven it otherwise and begins so; or empty */
	slice unwelcome;      /* why the session is refused at once, with 554; or empty */
	bool lmtp;            /* LHLO, and one reply a recipient after the data */
	bool login_required;  /* a submission service: MAIL needs AUTH first */
	bool tls_available;   /* STARTTLS is offered */
	bool plaintext_login; /* AUTH may show passwords without TLS */
	bool offer_auth;
	bool mends_newlines; /* bare CR and LF in content become CRLF, as after AUTH */
	bool takes_all;      /* of a sandbox: whatever can be made sense of (path.h) */
	bool xclient;        /* the peer is listed as one that may speak for others */
	unsigned offered;    /* SMTP_OFFER_* */
	uint64_t size_max;   /* octets; 0: no SIZE limit */
	uint32_t recipients_max; /* no more than SMTP_RECIPIENTS_MAX count */
	uint32_t mails_max;      /* MAIL commands of a session, then 421; 0: no limit */
	uint32_t hold_max_s;     /* FUTURERELEASE: how long at most */
	unsigned refused;        /* SASL_* flags of mechanisms that are not offered */
	const struct secret_keys *secret_keys; /* for sasl_facts; NULL: no SCRAM */
};
