/*
 * http_state.h - an HTTP session of the server, as its files share it
 *
 * http_session.c  the session: what the engine tells, who hears of it
 * http_routes.c   which path is whose
 * http_login.c    who asks: each request brings its own log-in
 * http_origin.c   whose scripts may ask
 * http_answer.c   answers of all kinds, and what every one of them has
 * pages.c         what is there for everybody
 * web.c           the web page
 * jmap_*.c        JMAP, for those who logged in
 *
 * A request, as the resource that its path leads to sees it:
 *
 *   begin, content.., end  ->  one answer, now or later  ->  done
 *
 * Given up (nobody waits for the answer any more), it is done when the session is.
 */
#pragma once

#include "http/server.h"
#include "server/door.h"
#include "server/entry.h"
#include "server/session.h"

struct http_session;
struct visit;

enum {
	METHOD_GET = 1, /* and HEAD */
	METHOD_POST = 2,
	NEEDS_LOGIN = 4,
	TLS_ONLY = 8,      /* without, the path is unknown */
	CROSS_ORIGIN = 16, /* for scripts of any web page: a log-in is no cookie */
	IS_FOLDER = 32,    /* whatever follows the path is the resource's own */
	SANDBOX_ONLY = 64
};

/* Any function may be NULL, and each may answer; end must see to it. */
struct resource_ops {
	/* Of the content it takes so many octets; 0 where it has answered. */
	uint64_t (*begin)(struct http_session *h);
	void (*content)(struct http_session *h, slice piece);
	void (*too_large)(struct http_session *h);
	void (*end)(struct http_session *h);
	void (*drained)(struct http_session *h);
	void (*changed)(struct http_session *h);
	void (*given_up)(struct http_session *h);
	void (*done)(struct http_session *h); /* frees h->work */
};

struct resource {
	slice path;
	unsigned flags;
	bool (*show)(struct visit *v); /* of a page (pages.h), or NULL */
	const struct resource_ops *ops;
};

/* A token that was good on this connection: to ask its issuer about it at each request
 * would cost both sides a journey. */
struct http_proof {
	struct buf field, user; /* Authorization as sent, and whom it named */
	int64_t until_ms;       /* of the monotonic clock */
};

struct http_session {
	struct session s; /* first: the kind's functions get this */
	const struct door *door;
	struct http_server *http;
	struct entry entry;
	struct task admitted;
	struct sasl_server *exchange; /* of the request's log-in, or NULL */
	bool shows_token;             /* it is one with a bearer token */
	struct http_proof proof;

	/* The request in hand. */
	const struct http_request *request;
	const struct resource *resource; /* NULL: there is none of that path */
	slice rest;                      /* of the path, behind that of a folder */
	int64_t account;                 /* who asks; 0: anybody */
	slice user, inbox;               /* as in struct jmap_user */
	bool is_given_up;
	void *work; /* the resource's */
};

/* --- http_routes.c --- */

const struct resource *http_find_resource(const struct door *d, slice path,
					  slice *ret_rest);
/* Answers what path and host alone decide: 404, 403, 405, OPTIONS. True: it has. */
bool http_answered_by_route(struct http_session *h);

/* --- http_login.c --- */

/* Ends in http_admit, or in an answer; perhaps at once. */
void http_login(struct http_session *h);
void http_logged(struct session *s, enum sasl_status status); /* session_kind's */
void http_opened(struct session *s, enum err outcome, int64_t account, slice inbox);
void http_forget_proof(struct http_session *h);
/* The resource gets the request. http_session.c */
void http_admit(struct http_session *h);

/* --- http_origin.c --- */

/* The name that led here is a stranger's: no page of that name is to see the mail. */
bool http_is_lured(const struct http_session *h);
/* To scripts of which sites a browser may show the answer. */
void http_add_origin_fields(const struct http_session *h, struct buf *out);

/* --- http_answer.c --- */

/* A whole answer, which ends the request. */
void http_answer(struct http_session *h, const struct http_response *r);
/* An error, as clients of JMAP read it (RFC 8620 3.6.1, RFC 7807). */
struct http_problem {
	unsigned status;
	slice type;   /* a URI; empty: the status says all */
	slice limit;  /* its name, or empty */
	slice detail; /* for people */
	slice fields; /* of the answer */
};
void http_answer_problem(struct http_session *h, const struct http_problem *p);
/* Ours, of that kind. */
void http_answer_failure(struct http_session *h, enum err e);

/* As http_begin, http_begin_endless and http_finish. */
void http_answer_begin(struct http_session *h, const struct http_response *r,
		       int64_t length);
void http_answer_begin_endless(struct http_session *h, const struct http_response *r);
void http_answer_finish(struct http_session *h);

/* Something of the request runs elsewhere, one thing at a time: the session stays until
 * http_goes_on, which says whether anybody still waits. */
void http_wait(struct http_session *h);
bool http_goes_on(struct http_session *h);
