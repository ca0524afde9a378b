/*
 * response.h - an answer: its status, fields and content (RFC 9110 15, RFC 9112 4)
 */
#pragma once

#include "base/buf.h"

struct http_response {
	unsigned status; /* 200 to 599 */
	slice type;   /* Content-Type; empty: the phrase of the status is the content */
	slice fields; /* further ones, each with its CRLF */
	slice content;
};

/* What surrounds an answer. */
struct http_surroundings {
	int64_t now;  /* for Date, UNIX seconds */
	bool is_head; /* of HEAD: the fields only, as GET would have them */
	bool keeps_alive;
	bool is_old; /* to a 1.0 client, who must be told that the connection stays */
};

void http_response_write(struct buf *out, const struct http_response *r,
			 const struct http_surroundings *s);

/* "Not Found"; of a status that is not in the table, that of its class. */
slice http_phrase(unsigned status);
