/*
 * server.h - the HTTP/1.1 engine of a server: requests in, answers out (RFC 9112)
 *
 * One request at a time, in the order in which they came, however many the client sent at
 * once. Of each the host hears its head, then its content in pieces, then its end; and it
 * answers once, with http_respond, at any time from the head on. An answer before the end
 * of the content closes the connection behind it, for what is left of the content cannot
 * be told from a request.
 *
 * What is no request is answered here: 400, 408, 414, 417, 431, 501, 505, and the end.
 */
#pragma once

#include "base/engine.h"
#include "http/request.h"
#include "http/response.h"

struct http_server;

/* What the host does; all calls come from the loop that drives the engine. */
struct http_host {
	/* A request begins; r and its slices stay until its answer. Returns how many
	 * octets of content the host will take: more are refused with 413. */
	uint64_t (*head)(void *host, const struct http_request *r);
	void (*content)(void *host, slice piece);
	void (*end)(void *host);      /* all of it was there: the host is to answer */
	void (*given_up)(void *host); /* it will not come, and no answer is wanted */
	int64_t (*now)(void *host);   /* UNIX seconds */
	int64_t (*ticks)(void *host); /* milliseconds of a clock that is never set */
};

struct http_server *http_server_new(const struct http_host *ops, void *host);
struct engine *http_server_engine(struct http_server *h);
/* The answer to the request in hand. Its slices are copied. */
void http_respond(struct http_server *h, const struct http_response *r);
