/*
 * range.h - which octets of a content are asked for (RFC 9110 14)
 *
 * One range of bytes is understood. Several, another unit and what is no range at all are
 * as if nothing had been asked, which RFC 9110 14.2 leaves to a server.
 */
#pragma once

#include "base/slice.h"

struct http_range {
	bool is_asked;
	bool is_suffix;       /* the last `last` octets */
	uint64_t first, last; /* else from the one to the other, both included */
};

/* The value of a Range field; *ret is written in any case. */
void http_range_parse(slice field, struct http_range *ret);

enum http_range_fit {
	HTTP_RANGE_WHOLE, /* all of it: none is asked for, or it is as good as none */
	HTTP_RANGE_PART,
	HTTP_RANGE_OUTSIDE, /* 416 */
};

/* Of a content of that many octets. Only of a part first and count, at least one, are
 * set. */
enum http_range_fit http_range_of(const struct http_range *r, uint64_t size,
				  uint64_t *ret_first, uint64_t *ret_count);
