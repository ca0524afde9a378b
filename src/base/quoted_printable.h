/*
 * quoted_printable.h - quoted-printable bodies (RFC 2045 6.7)
 *
 * The decoder takes chunks cut anywhere and never fails on what it reads: an
 * "=" that starts no escape and no soft line break stays as it is, hex digits
 * may be lower case, lines may be long and may end with a bare LF (mail that
 * went through a Unix pipe). White space at the end of a line is dropped, for
 * transports put it there. False always means that out is full.
 */
#pragma once

#include "base/buf.h"

enum {
	QUOTED_PRINTABLE_LINE = 76, /* characters in an encoded line */
	/* White space that may turn out to end a line; a longer run is kept as text. */
	QUOTED_PRINTABLE_WHITE = 120,
};

/* Zeroed is the start; nothing to free. */
struct quoted_printable_decoder {
	/* What the next octet decides about: empty, white space, "=" and what follows it,
	 * either perhaps with a CR. */
	char held[QUOTED_PRINTABLE_WHITE + 1];
	uint8_t n; /* octets held */
};

/* Adds what the chunk decides. When out is full the chunk is lost. */
bool quoted_printable_decoder_feed(struct quoted_printable_decoder *d, slice chunk,
				   struct buf *out);
/* Settles what is held as if the line ended here, and makes d ready for another body. */
bool quoted_printable_decoder_end(struct quoted_printable_decoder *d, struct buf *out);

/* Encodes text: its CRLFs stay line breaks, a lone CR or LF is escaped like any control.
 * No line passes QUOTED_PRINTABLE_LINE or ends with white space. Adds no final CRLF that
 * is not in text. */
bool quoted_printable_encode(struct buf *out, slice text);
