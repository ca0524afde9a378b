/*
 * server.h - the server side of SMTP and LMTP, without I/O (RFC 5321, 6409, 2033)
 *
 * Drive the engine as base/engine.h says. What it needs of the world it asks
 * through struct smtp_host; each question is answered later by smtp_answer (or
 * the function named), never from inside the call, and until then the engine
 * wants HOST. One engine serves relay, submission, LMTP and the sandbox: they
 * differ in struct smtp_config and in what their host says.
 *
 * The end of data is CRLF "." CRLF and nothing else; a bare CR or LF in data
 * refuses the message (RFC 5321 2.3.8, 4.1.1.4). Content reaches the host
 * unstuffed, in pieces, and is held nowhere here.
 */
#pragma once

#include "base/engine.h"
#include "sasl/mechanism.h"

struct smtp_server;

enum {
	SMTP_LINE_MAX = 2048, /* octets of a command, CRLF included; RFC 5321 4.5.3.1.4
				 asks for 512, extensions add to it */
	SMTP_AUTH_LINE_MAX = 12'288, /* octets (RFC 4954 4) */
	SMTP_TEXT_LINE_MAX = 1000, /* octets of a line of data that are asked for; longer
				      ones pass */
	SMTP_FAULTS_MAX = 20,      /* refused commands in a row, then 421 */
	SMTP_LOGIN_FAILURES_MAX = 5,       /* failed AUTH, then 421 */
	SMTP_COMMAND_TIMEOUT_MS = 300'000, /* RFC 5321 4.5.3.2.7 */
	SMTP_LOGIN_COMMANDS_MAX = 100,     /* commands without a transaction, then 421 */
};

/* A reply, or a verdict on what was asked: code, enhanced code, text. Slices are copied.
 */
struct smtp_reply {
	int code;       /* 250, 451, 550, ... */
	slice enhanced; /* "5.1.1"; empty: the usual one of the code */
	slice text;     /* one line, no CRLF */
};

/* Shared by the sessions of a listener; the host keeps it as long as they live. */
struct smtp_config {
	slice host_name;
	bool lmtp;            /* LHLO, and one reply a recipient after the data */
	bool login_required;  /* a submission service: MAIL needs AUTH first */
	bool tls_available;   /* STARTTLS is offered */
	bool plaintext_login; /* AUTH may show passwords without TLS */
	bool offer_auth;
	uint64_t size_max; /* octets; 0: no SIZE limit */
	uint32_t recipients_max;
	unsigned refused; /* SASL_* flags of mechanisms that are not offered */
};

/* MAIL FROM. The slices live until the transaction ends. */
struct smtp_mail {
	slice reverse_path;  /* local@domain without <>; empty for <> */
	slice local, domain; /* its halves, the local part unquoted */
	uint64_t size;       /* announced; 0: not */
	bool eight_bit;      /* BODY=8BITMIME */
	bool utf8;           /* SMTPUTF8 */
	slice auth;          /* AUTH= (RFC 4954 5), decoded; empty: not given or <> */
};

struct smtp_rcpt {
	slice forward_path; /* local@domain without <> */
	slice local,
		domain; /* the local part unquoted; the domain empty for <postmaster> */
};

/* What a session is, for trace fields, policy and logs. Valid between calls. */
struct smtp_session_facts {
	slice helo;    /* as the client gave it; empty before */
	bool extended; /* EHLO or LHLO */
	bool tls;
	slice login;    /* who logged in, or empty */
	slice protocol; /* RFC 3848: "SMTP", "ESMTP", "ESMTPSA", "LMTPS", "UTF8SMTP", ...
			 */
};

struct smtp_host {
	/* Do what the SASL exchange needs and answer its question -> smtp_auth_done.
	 */
	void (*auth)(void *host, struct sasl_server *exchange);
	/* authentication, proven to be itself, wants to act as authorization
	 * -> smtp_login_done. */
	void (*authorize)(void *host, slice authentication, slice authorization);

	void (*mail)(void *host, const struct smtp_mail *mail); /* -> smtp_answer */
	void (*rcpt)(void *host, const struct smtp_rcpt *rcpt); /* -> smtp_answer */
	void (*verify)(void *host, bool expand,
		       slice who); /* VRFY, EXPN -> smtp_answer */

	/* DATA: 354 is next. Anything but ERR_NONE refuses with 451. Quick, no answer. */
	enum err (*data_begin)(void *host);
	/* Octets of the message in order. After a failure the rest is thrown away and the
	 * message refused with 451. Quick. */
	enum err (*data)(void *host, slice octets);
	/* All is there: make it safe -> smtp_answer, with LMTP smtp_answer_recipients. */
	void (*data_end)(void *host);
	/* The final reply to data_end is on its way to the peer: all of it was sent. */
	void (*answered)(void *host);
	/* The transaction is over, by success, RSET, EHLO, failure or the session's end.
	 */
	void (*reset)(void *host);
	/* UNIX seconds. */
	int64_t (*now)(void *host);
};

/* tls: NULL for a connection in the clear, else what TLS has agreed on. */
struct smtp_server *smtp_server_new(const struct smtp_config *config,
				    const struct tls_facts *tls,
				    const struct smtp_host *ops, void *host);
struct engine *smtp_server_engine(struct smtp_server *s);
const struct smtp_session_facts *smtp_server_facts(const struct smtp_server *s);

/* The exchange got its answer, which gave status. */
void smtp_auth_done(struct smtp_server *s, enum sasl_status status);
/* ERR_NONE: logged in as the authorization identity. */
void smtp_login_done(struct smtp_server *s, enum err outcome);
void smtp_answer(struct smtp_server *s, const struct smtp_reply *reply);
/* LMTP: one reply for each accepted recipient, in their order. */
void smtp_answer_recipients(struct smtp_server *s, const struct smtp_reply *replies,
			    uint32_t count);
/* Ends the session with 421 as soon as no command is in hand. */
void smtp_server_end(struct smtp_server *s, slice reason);
