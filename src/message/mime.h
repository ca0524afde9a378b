/*
 * mime.h - the part tree of a message, with byte offsets (RFC 5322, 2045-2047)
 *
 * A push parser: feed the message in pieces of any size, then finish. It keeps
 * header sections only, never bodies, does not recurse, takes linear time, and
 * accepts every sequence of octets: what is no valid MIME becomes text/plain or an
 * opaque leaf, as RFC 2045 5.2 says. Line ends are CRLF; a bare LF ends a line too,
 * for mail that came by other ways than SMTP; a bare CR does not.
 *
 * A header section ends with the empty line. Lines in it that are no fields are passed
 * over; but where the empty line is missing the body begins with them, and so it does
 * when a section starts with more than one. A first line "From " is mbox's.
 *
 * A boundary line holds nothing but the boundary and white space behind it; the line
 * end before it belongs to it. It ends all parts within its multipart, so a
 * closing boundary may be missing. A leaf's type is never multipart/, message/rfc822 or
 * message/global: without a boundary it is text/plain, and a message that is encoded
 * (RFC 2046 5.2.1) or lies too deep is application/octet-stream.
 *
 * Everything returned lives in the arena given to mime_parser_new. Past a
 * limit the parse goes on, the rest being one leaf, and `truncated` is set.
 */
#pragma once

#include "base/arena.h"

enum {
	MIME_DEPTH_MAX = 100,
	MIME_PARTS_MAX = 10000,
	MIME_HEADER_MAX =
		256 * 1024,         /* octets of one header section that are looked at */
	MIME_PARAMETERS_MAX = 1000, /* parameters of one field */
	MIME_ARENA_MAX =
		16 * 1024 * 1024, /* octets: a sufficient arena for any message */
};

enum mime_kind {
	MIME_LEAF,
	MIME_MULTIPART,
	MIME_MESSAGE, /* message/rfc822 or message/global: one child, the inner message */
};

enum mime_encoding {
	MIME_7BIT,
	MIME_8BIT,
	MIME_BINARY,
	MIME_QUOTED_PRINTABLE,
	MIME_BASE64,
	MIME_ENCODING_UNKNOWN, /* named in the field, but none of the above */
};

/* A header field as it stands. The value is without the CRLF at its end, but
 * still folded and encoded. Names keep their case. */
struct header_field {
	slice name, value;
	uint64_t start, end; /* octet offsets in the message, the final CRLF included */
};

/* attribute=value after RFC 2231 joining and decoding: the value is UTF-8. */
struct mime_parameter {
	slice name, value;
};

struct mime_part {
	enum mime_kind kind;
	uint32_t parent;    /* index of the enclosing part; the root's is its own */
	uint32_t end_index; /* one past the last descendant: parts lie in pre-order */
	uint32_t depth;
	uint64_t start;      /* octet offset of its header section */
	uint64_t body_start; /* offset behind the empty line that ends the header section
			      */
	uint64_t end; /* offset behind its last octet: the CRLF before a boundary is
			 outside */
	uint32_t header_lines, body_lines; /* line ends in both */

	const struct header_field *fields;
	uint32_t field_count;

	slice type,
		subtype; /* as written; defaults filled in (RFC 2045 5.2, 2046 5.1.5) */
	const struct mime_parameter *parameters;
	uint32_t parameter_count;
	enum mime_encoding encoding;
	slice encoding_name; /* as written; empty when there is no such field */
	slice disposition;   /* its type as written, or empty */
	const struct mime_parameter *disposition_parameters;
	uint32_t disposition_parameter_count;
};

struct mime {
	const struct mime_part *parts; /* parts[0] is the message itself */
	uint32_t part_count;
	uint64_t size; /* octets fed */
	bool truncated;
	bool has_8bit, has_nul;
};

struct mime_parser;

/* NULL when the arena cannot hold even an empty result. */
struct mime_parser *mime_parser_new(struct arena *arena);
void mime_parser_feed(struct mime_parser *p, slice bytes);
/* Once, at the end. The result and all slices in it live in the arena. */
const struct mime *mime_parser_finish(struct mime_parser *p);

/* A whole message at once; NULL as mime_parser_new. */
const struct mime *mime_parse(struct arena *arena, slice message);

/* Whether a line is field-name *WSP ":" and more (RFC 5322 3.6.8, 4.5.3). */
bool mime_is_field(slice line);
/* The first field of that name in the part (case ignored), or NULL. */
const struct header_field *mime_find_field(const struct mime_part *part, slice name);
/* The value of a parameter, or an empty slice with p == NULL. */
slice mime_find_parameter(const struct mime_parameter *parameters, uint32_t count,
			  slice name);
