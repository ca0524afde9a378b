#include "http/etag.h"

/* If-None-Match = "*" / #entity-tag (RFC 9110 13.1.2) */
bool http_has_already(const struct http_request *r, slice tag)
{
	const slice *field = http_request_field(r, S("if-none-match"));
	slice rest, one;

	if (!field) return false;
	rest = *field;
	while (take_listed(&rest, ',', &one)) {
		one = slice_trim(one);
		(void)take_literal(&one, S("W/"));
		if (slice_eq(one, tag) || slice_eq(one, S("*"))) return true;
	}
	return false;
}

bool http_range_counts(const struct http_request *r, slice tag)
{
	const slice *field = http_request_field(r, S("if-range"));

	return !field || slice_eq(*field, tag);
}
