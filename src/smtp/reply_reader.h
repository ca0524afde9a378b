/*
 * reply_reader.h - replies of a server, as a client reads them (RFC 5321 4.2)
 *
 * Only CRLF ends a line. A code of 200 to 599 stands before each, the same in all lines
 * of a reply; text may be absent, with or without the SP before it. Anything else is
 * malformed, and so is a reply past the limits: what it was to mean is not guessed.
 *
 * An enhanced status code counts where its class is that of the code (RFC 2034 4) and is
 * taken off all lines. Octets that may not stand in a line of text become "?".
 */
#pragma once

#include "base/buf.h"

enum {
	SMTP_READ_LINE_MAX = 12'288 + 6, /* octets of a line, CRLF included: those of a
					    SASL challenge (RFC 4954 4) */
	SMTP_READ_LINES_MAX = 200,       /* of a reply */
	SMTP_READ_TEXT_MAX = 16 * 1024,  /* octets of its text */
};

struct smtp_reply_reader {
	int code; /* 0: no line was read yet */
	uint32_t lines;
	bool is_whole;       /* the reply came to its end: the next line starts anew */
	struct buf text;     /* of the lines, LF between them */
	struct buf enhanced; /* of the first line; empty: none */
};

enum smtp_reading { READING_PARTIAL, READING_WHOLE, READING_MALFORMED };

void smtp_reply_reader_init(struct smtp_reply_reader *r);
void smtp_reply_reader_done(struct smtp_reply_reader *r);

/* Takes lines from the front of *in, no octet past the end of a reply. PARTIAL: what is
 * left is no whole line. After MALFORMED the reader is of no more use. */
enum smtp_reading smtp_reply_read(struct smtp_reply_reader *r, slice *in);

/* class "." subject "." detail (RFC 3463 2), at the front. */
bool smtp_take_enhanced(slice *in, slice *ret);
