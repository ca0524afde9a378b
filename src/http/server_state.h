/*
 * server_state.h - the state of the engine, for its own files only
 *
 *   AT_REST --a head--> HEADED --http_take--> CONTENT --its end--> ANSWERING
 *   ANSWERING --http_respond--> AT_REST
 *   HEADED, CONTENT --http_respond--> DISCARDING --the content's end--> AT_REST
 *   ANSWERING --http_begin--> STREAMING --http_finish--> AT_REST
 *
 * Whatever cannot be answered, or ends while the host has it, goes back to AT_REST and
 * the host hears given_up.
 */
#pragma once

#include "http/body.h"
#include "http/gzip.h"
#include "http/server.h"

enum http_phase {
	AT_REST,   /* no request is in hand */
	HEADED,    /* its head is in, the host is to say whether it wants the content */
	CONTENT,   /* which comes */
	ANSWERING, /* the host has all of it */
	STREAMING, /* and answers bit by bit */
	DISCARDING /* it has answered, what is left of the content is thrown away */
};

struct http_server {
	struct engine engine; /* first */
	const struct http_host *ops;
	void *host;
	enum want want;
	enum http_phase phase;
	struct buf output;
	struct buf head; /* what request points into */
	struct http_request request;
	struct http_body body;
	uint64_t room;      /* octets of content that the host still takes */
	int64_t head_begun; /* ticks, at the head's first octet; or none came yet */
	bool is_head_begun;
	bool has_ended;  /* the client sends no more */
	bool is_leaving; /* the server stops */
	uint32_t requests;

	bool keeps_alive; /* STREAMING, DISCARDING: as the answer's head says */
	/* STREAMING: */
	struct http_gzip *gzip; /* NULL: the content goes as it is */
	enum http_framing framing;
	uint64_t left;   /* octets of content that were promised and are to come */
	bool is_endless; /* an event stream: the client is listened to meanwhile */
};

/* The connection waits for the next request, once what it owes is on its way. */
void http_server_rest(struct http_server *h);
/* Nothing is left of the content, or not worth the while. */
void http_server_end_discarding(struct http_server *h);
/* The request in hand, if there is one, is over without an answer of the host's. */
void http_server_give_up(struct http_server *h);
/* Of what is no request: nothing behind it can be trusted. */
void http_server_refuse(struct http_server *h, unsigned status);
/* An endless answer ends, for the server does. */
void http_server_end_stream(struct http_server *h);
