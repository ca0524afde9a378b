/*
 * server.h - the HTTP/1.1 engine of a server: requests in, answers out (RFC 9112)
 *
 * One request at a time, in the order in which they came, however many the client sent at
 * once. Of each the host hears its head, and says with http_take how much content it
 * wants, or answers at once; then it hears the content in pieces, then its end. After an
 * answer before that end the rest is thrown away, up to HTTP_DISCARD_MAX octets: most
 * clients read nothing before they have sent all.
 *
 * The host answers once: whole, by http_respond, at any time from the head on; or, when
 * it has all of the content, bit by bit, by http_begin, http_send.. and http_finish. What
 * is sent that way is in chunks where its length is not known, and for a client of
 * HTTP/1.0 ends with the connection.
 *
 * What is no request is answered here: 400, 408, 413, 414, 417, 431, 501, 505, and the
 * end.
 */
#pragma once

#include "base/engine.h"
#include "http/request.h"
#include "http/response.h"

struct http_server;

/* What the host does; all calls come from the loop that drives the engine. */
struct http_host {
	/* A request begins; r and its slices stay until its answer
	 * -> http_take or http_respond, perhaps at once. */
	void (*head)(void *host, const struct http_request *r);
	void (*content)(void *host, slice piece);
	void (*end)(void *host); /* all of it was there: the host is to answer */
	/* There is more than it takes: it may answer now, else 413 does. */
	void (*too_large)(void *host);
	void (*drained)(void *host);  /* there is room for more of the answer */
	void (*changed)(void *host);  /* of engine.h, while an answer is endless */
	void (*given_up)(void *host); /* the rest will not come, or nobody listens */
	int64_t (*now)(void *host);   /* UNIX seconds */
	int64_t (*ticks)(void *host); /* milliseconds of a clock that is never set */
};

struct http_server *http_server_new(const struct http_host *ops, void *host);
struct engine *http_server_engine(struct http_server *h);

/* The content is welcome, up to so many octets. Before that nothing of it is read. */
void http_take(struct http_server *h, uint64_t octets);

/* The answer to the request in hand. Its slices are copied; with the fields they are less
 * than OUTPUT_MAX octets. */
void http_respond(struct http_server *h, const struct http_response *r);

enum { HTTP_LENGTH_UNKNOWN = -1 };

/* Begins an answer of that many octets of content; r's own content is not looked at. Of
 * HEAD nothing of what is sent then goes out. */
void http_begin(struct http_server *h, const struct http_response *r, int64_t length);
/* The same of unknown length, for a stream of events: the client may be silent for ever,
 * its end is heard (given_up), and changes are told. */
void http_begin_endless(struct http_server *h, const struct http_response *r);
/* The next octets, copied. False: no more now, drained will come. */
bool http_send(struct http_server *h, slice piece);
/* All is sent. If it is less than was promised the connection closes, so that the client
 * sees it. */
void http_finish(struct http_server *h);
