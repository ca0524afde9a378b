/*
 * stuffing.h - the octets of a message as they may stand on the wire
 *
 * Whatever goes in, only CRLF comes out at the ends of lines: a bare CR or LF becomes
 * one, for a peer that ends lines elsewhere than we do could be made to see a second
 * message (RFC 5321 2.3.8). A last line without an end gets one. With `dots` a dot at
 * the start of a line is doubled (RFC 5321 4.5.2); BDAT needs none (RFC 3030 2).
 *
 * What our server has accepted has no bare CR or LF, so this changes only what came from
 * elsewhere.
 */
#pragma once

#include "base/buf.h"

/* Zeroed is the start of a message. */
struct stuffing {
	bool dots;
	bool is_inside; /* of a line */
	bool has_cr;    /* the last octet was a CR, not yet written */
};

/* Adds at most twice the octets, and 2. */
void stuffing_add(struct stuffing *s, slice octets, struct buf *out);
/* The message is over: ends its last line, and is at the start again. */
void stuffing_end(struct stuffing *s, struct buf *out);
