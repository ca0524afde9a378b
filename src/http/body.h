/*
 * body.h - the content of a request, by its length or in chunks (RFC 9112 6, 7.1)
 *
 * Content comes out as pieces of what went in; nothing is copied or held. Extensions of
 * chunks and trailers are taken and mean nothing.
 */
#pragma once

#include "http/request.h"

enum http_body_state {
	BODY_BY_LENGTH,
	BODY_CHUNK_SIZE, /* the line before a chunk */
	BODY_CHUNK,
	BODY_CHUNK_END, /* the CRLF behind it */
	BODY_TRAILERS,
	BODY_ENDED,
	BODY_BROKEN, /* nothing that follows can be told from content */
};

struct http_body {
	enum http_body_state state;
	uint64_t left;     /* octets of the content, or of the chunk, that are to come */
	uint32_t trailers; /* octets of them so far */
};

struct http_body http_body_begin(const struct http_request *r);

/* Takes from the front of *in up to the next piece of content, never empty. False: more
 * input is needed (what is left in *in must come again in front of it), or the state is
 * BODY_ENDED or BODY_BROKEN. */
bool http_body_take(struct http_body *b, slice *in, slice *ret);
