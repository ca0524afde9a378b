/*
 * request.h - the head of a request: its line and its fields (RFC 9112 3, 5)
 *
 * Strict, for every leniency is a way to make two programs see two requests in the same
 * octets (RFC 9112 11.2): lines end with CRLF, no blanks stand before a colon, no field
 * is folded, a length is said once and in one way. What http_request_parse returns are
 * slices of the head, which must outlive them.
 */
#pragma once

#include "base/slice.h"
#include "http/limits.h"

struct http_field {
	slice name, value; /* value without the white space around it */
};

struct http_request {
	slice method;     /* as sent: case counts */
	slice path;       /* as sent, with its percent encoding; "*" of OPTIONS */
	slice query;      /* behind the first "?", or empty */
	slice host;       /* host[:port], of the target or else of Host; empty with 1.0 */
	bool is_old;      /* HTTP/1.0 */
	bool keeps_alive; /* the connection may be used again */
	bool is_chunked;
	uint64_t length; /* octets of content, unless chunked */
	bool expects_continue;
	uint32_t field_count;
	struct http_field fields[HTTP_FIELDS_MAX];
};

/* The octets of input up to the end of the empty line behind the fields, or 0 while it
 * is not there. Empty lines before a request (RFC 9112 2.2) are its first octets. A head
 * with bare LF ends, too: it is refused at once, not when its time is over. */
size_t http_head_size(slice input);

/* 0, or the status that refuses such a head. */
unsigned http_request_parse(slice head, struct http_request *ret);

/* The first field of that name, lower case, or NULL. */
const slice *http_request_field(const struct http_request *r, slice name);

/* Whether a comma-separated list (RFC 9110 5.6.1) has that token; ASCII case ignored. */
bool http_list_has(slice list, slice token);
