/*
 * transfer.h - a message as the lines of a multi-line answer (RFC 1939 3)
 *
 * Lines that begin with "." get another one, and "." ends the answer. Whatever
 * was stored, every line leaves with CRLF, the last one too: a bare LF would
 * let clients that take it for a line's end see an end in the middle of a
 * message. So a message whose lines all end with CRLF, as SMTP takes them,
 * arrives as the octets that were stored, and any other with what it lacks, which
 * its size in the maildrop counts already (incoming_crlf_growth; RFC 1939 11). Only
 * a surrogate header (surrogate.h) makes another size than was told.
 */
#pragma once

#include "base/buf.h"

struct transfer {
	uint64_t lines_left; /* of the body */
	size_t line_octets;  /* of the present line so far, "." not counted twice */
	bool after_cr;
	bool in_body;
	bool is_full; /* the client gets no more lines */
};

enum { TRANSFER_GROWTH = 2 }; /* times the octets given are the most that come out */

/* Sends the header, the empty line and that many lines of the body. */
void transfer_begin(struct transfer *t, uint64_t body_lines);
/* The next octets, cut anywhere; false when no more are needed. */
bool transfer_add(struct transfer *t, slice octets, struct buf *out);
void transfer_end(struct transfer *t, struct buf *out);

/* The header section at the front of a message, with the empty line if it is there. */
slice header_section(slice message);
