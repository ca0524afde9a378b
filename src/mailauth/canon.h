/*
 * canon.h - the canonical forms of header fields and bodies (RFC 6376 3.4)
 *
 * What a signature is made over. The body's form is made in one pass over
 * pieces cut anywhere, in bounded memory: nothing is held back but the count of
 * line ends that may turn out to be the last ones. The body is taken as it is
 * on the wire; a bare CR or LF is an octet like others.
 */
#pragma once

#include "base/buf.h"
#include "mailauth/header_list.h"

enum canon { CANON_SIMPLE, CANON_RELAXED };

/* Appends a field with its CRLF (RFC 6376 3.4.1, 3.4.2); fails as buf_add does. */
bool canon_field(enum canon canon, const struct signed_field *field, struct buf *out);

enum { CANON_HELD = 1024 }; /* octets gathered before they are handed on */

struct body_canon {
	enum canon canon;
	void (*sink)(void *to, slice octets); /* gets the canonical body, in pieces */
	void *to;
	uint64_t line_ends; /* seen, not yet handed on: perhaps the body's end */
	bool cr;            /* the octet before was a CR */
	bool space;         /* relaxed: white space that may turn out to end its line */
	bool text;          /* the body has more than empty lines */
	size_t held_octets;
	char held[CANON_HELD];
};

void body_canon_init(struct body_canon *c, enum canon canon,
		     void (*sink)(void *to, slice octets), void *to);
void body_canon_feed(struct body_canon *c, slice octets);
void body_canon_finish(struct body_canon *c); /* once, at the body's end */
