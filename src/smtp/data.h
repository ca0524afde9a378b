/*
 * data.h - the octets after DATA: where they end, what is wrong with them
 *
 * The end is CRLF "." CRLF and nothing else, and the CRLF of the command that came
 * before counts as the first (RFC 5321 4.1.1.4). A dot at the start of a line is taken
 * away (RFC 5321 4.5.2), where only CRLF ends a line. A bare CR or LF, or a NUL, is a
 * fault that the end must be awaited with: to end anywhere else is how mails are
 * smuggled (RFC 5321 2.3.8).
 *
 * In the chunks of BDAT a dot means nothing and only their sizes tell the end, but the
 * faults are the same: without BINARYMIME content is lines that end with CRLF (RFC 3030
 * 2), and what may not come by DATA must not come by BDAT, lest it be smuggled onwards.
 *
 * Nothing is copied or held: content comes out as pieces of what went in, and wherever
 * that is cut, the octets, the end and the faults are the same.
 */
#pragma once

#include "base/slice.h"

enum { DATA_BARE_CR = 1, DATA_BARE_LF = 2, DATA_NUL = 4 };

enum data_state {
	DATA_LINE_START,
	DATA_TEXT,
	DATA_CR,     /* the last octet was a CR, behind something else than a lone dot */
	DATA_DOT,    /* a dot at the start of a line, not given out */
	DATA_DOT_CR, /* and a CR behind it */
	DATA_ENDED,
};

/* Zeroed is the start. */
struct data_scanner {
	bool is_verbatim; /* BDAT */
	bool is_typed;    /* LF ends a line, too: of a sandbox, to which DATA came so */
	enum data_state state;
	unsigned faults; /* DATA_*, of what was taken so far */
	uint64_t size;   /* octets given out */
};

/* Takes from the front of *in up to the next piece of content, never empty. False when
 * there is none: *in is used up, or the state is DATA_ENDED and the rest of *in is
 * something else. */
bool data_scanner_take(struct data_scanner *d, slice *in, slice *ret);
/* BDAT: there is no more; a CR may be left over. */
void data_scanner_end(struct data_scanner *d);
