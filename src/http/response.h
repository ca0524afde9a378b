/*
 * response.h - an answer: its status, fields and content (RFC 9110 15, RFC 9112 4)
 */
#pragma once

#include "base/buf.h"

struct http_response {
	unsigned status; /* 200 to 599 */
	slice type;   /* Content-Type; empty: the phrase of the status is the content */
	slice fields; /* further ones, each with its CRLF */
	bool shrinks; /* its content is text that gzip makes small; of http_begin only */
	slice content;
};

/* What surrounds an answer. */
struct http_surroundings {
	int64_t now;  /* for Date, UNIX seconds */
	bool is_head; /* of HEAD: the fields only, as GET would have them */
	bool keeps_alive;
	bool is_coded; /* the content is in gzip */
	bool is_old;   /* to a 1.0 client, who must be told that the connection stays */
};

/* How the end of the content is told. */
enum http_framing { FRAMED_BY_LENGTH, FRAMED_BY_CHUNKS, FRAMED_BY_CLOSE };

/* The status and the fields alone; length: FRAMED_BY_LENGTH's. */
void http_head_write(struct buf *out, const struct http_response *r,
		     enum http_framing framing, uint64_t length,
		     const struct http_surroundings *s);
void http_response_write(struct buf *out, const struct http_response *r,
			 const struct http_surroundings *s);

/* "Not Found"; of a status that is not in the table, that of its class. */
slice http_phrase(unsigned status);
