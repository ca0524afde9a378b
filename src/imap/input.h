/*
 * input.h - gathers the octets of one command (RFC 9051 2.2.1, 4.3; RFC 7888)
 *
 * A command is a line, or several where literals stand between. It is gathered
 * in one buf up to a limit; only messages that APPEND announces stream past it:
 * then the command is in hand already (s->task), and what is gathered is its
 * tag and the text behind the octets. What is refused (too long, a literal out of place)
 * is read over to its end and answered then; at once where the client waits for our
 * go-ahead, and where a line is too long, for it may never end.
 */
#pragma once

#include "base/buf.h"
#include "imap/lexer.h"

struct imap;
struct refusal;

enum { INPUT_TAIL = 32 }; /* octets: an announcement that we can count with fits */

enum input_mode {
	INPUT_LINE,    /* to the next line end */
	INPUT_LITERAL, /* literal_left octets, gathered */
	INPUT_MESSAGE, /* literal_left octets, to APPEND */
	INPUT_SKIP,    /* literal_left octets, dropped */
};

/* Who gets the lines. */
enum input_reader { READ_COMMAND, READ_AUTHENTICATE, READ_IDLE };

struct input {
	enum input_mode mode;
	enum input_reader reader;
	struct buf text;       /* the command so far, its last line without line end */
	size_t line_start;     /* where its last line begins in text */
	size_t literal_octets; /* of text, in literals */
	uint64_t literal_left;
	/* A refused command: how it will be answered, or NULL. text holds its tag. */
	const struct refusal *refused;
	bool is_answered;      /* it has been */
	uint64_t skipped;      /* octets of its lines that were read over */
	char tail[INPUT_TAIL]; /* the end of the present line, while refused */
	size_t tail_n;
};

void input_init(struct input *in);
void input_done(struct input *in);
/* Ready for the next command; the reader stays. */
void input_restart(struct input *in);

/* Takes octets from the front of bytes, one step's worth, and says how many. */
size_t input_take(struct imap *s, slice bytes);
