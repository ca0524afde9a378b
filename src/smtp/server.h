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
 * refuses the message (RFC 5321 2.3.8, 4.1.1.4), unless it comes by BDAT and was
 * announced as binary. Content reaches the host unstuffed, in pieces, and is held
 * nowhere here.
 *
 * A transaction, as the host sees it; every mail() is followed by one reset():
 *
 *   mail, rcpt.., data_begin, data.., data_end, answered, reset
 *
 * answered() means that the final reply, whatever it says, has left the output: the
 * engine wants DRAIN behind it and looks when it is called next. Where the peer does not
 * take it, the peer's next command stands for that; where the engine is freed with the
 * reply unsent, only reset() comes.
 */
#pragma once

#include "base/engine.h"
#include "sasl/server.h"
#include "smtp/config.h"
#include "smtp/limits.h"
#include "smtp/mail.h"

struct smtp_server;

/* A reply, or a verdict on what was asked. Slices are copied. 421 ends the session. */
struct smtp_reply {
	int code;       /* 250, 451, 550, ... */
	slice enhanced; /* "5.1.1"; empty: the usual one of the code */
	slice text;     /* one line; what does not fit into it is cut off */
};

/* What a session is, for trace fields, policy and logs. Valid between calls. */
struct smtp_session_facts {
	slice helo;    /* as the client gave it; empty before */
	bool extended; /* EHLO or LHLO */
	bool tls;
	slice login;     /* who logged in, or empty */
	slice mechanism; /* by which; empty where a proxy says so */
	slice protocol;  /* RFC 3848, 6531: "SMTP", "ESMTPSA", "LMTPS", "UTF8SMTP", ... */
};

struct smtp_host {
	/* Do what the SASL exchange needs and answer its question -> smtp_auth_done. */
	void (*auth)(void *host, struct sasl_server *exchange);
	/* authentication, proven to be itself, wants to act as authorization
	 * -> smtp_login_done. */
	void (*authorize)(void *host, slice authentication, slice authorization);

	void (*mail)(void *host, const struct smtp_mail *mail); /* -> smtp_answer */
	void (*rcpt)(void *host, const struct smtp_rcpt *rcpt); /* -> smtp_answer */
	/* The session is now another client's. Anything but ERR_NONE refuses. Quick. */
	enum err (*xclient)(void *host, const struct smtp_xclient *x);
	/* VRFY, EXPN -> smtp_answer or smtp_answer_lines */
	void (*verify)(void *host, bool expand, slice who);
	/* ETRN: what waits for the domain, and maybe for those below it, is to go now
	 * -> smtp_answer */
	void (*start_queue)(void *host, slice domain, bool below);

	/* DATA: 354 is next. Anything but ERR_NONE refuses with 451. Quick, no answer. */
	enum err (*data_begin)(void *host);
	/* Octets of the message in order. After a failure the rest is thrown away and the
	 * message refused with 451. Quick. */
	enum err (*data)(void *host, slice octets);
	/* All is there: make it safe -> smtp_answer, with LMTP smtp_answer_recipients. */
	void (*data_end)(void *host);
	/* The final reply to data_end was sent. */
	void (*answered)(void *host);
	/* The transaction is over: success, RSET, EHLO, failure or the session's end. */
	void (*reset)(void *host);
	/* UNIX seconds. */
	int64_t (*now)(void *host);
};

/* tls: NULL in the clear. */
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
/* A reply to EXPN of several lines, all with the code of the last. */
void smtp_answer_lines(struct smtp_server *s, const struct smtp_reply *lines,
		       uint32_t count);
/* LMTP: a reply for each accepted recipient, in order; smtp_answer is the same for all.
 */
void smtp_answer_recipients(struct smtp_server *s, const struct smtp_reply *replies,
			    uint32_t count);
/* Ends the session with 421 as soon as no command is in hand. */
void smtp_server_end(struct smtp_server *s, slice reason);
