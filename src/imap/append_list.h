/*
 * append_list.h - the messages that an APPEND brings, as its text announces them
 * (RFC 9051 6.3.12, RFC 3502, 4469, 6855 4), and the one that a REPLACE does (RFC 8508)
 *
 * The command comes in pieces: text up to a literal, then the text behind its
 * octets, and so on. A literal is either a word of the command or octets of a
 * message, and which of the two the grammar alone can tell. Everything kept
 * lives in the arena, for the text of a piece is gone when the next one comes.
 */
#pragma once

#include "base/arena.h"
#include "base/date.h"

struct literal;  /* imap/lexer.h */
struct incoming; /* store/incoming.h */

enum {
	APPEND_MESSAGES_MAX = 10000, /* of one command, at most; more are refused */
	APPEND_PARTS_MAX = 20000,    /* of all of them */
	APPEND_URLS_MAX = 1000,      /* among these, for each opens a message */
};

/* Octets that came in a literal, or that a URL names. */
struct append_part {
	struct append_part *next;
	uint64_t start, size; /* in the spool */
	slice url;            /* NULL in p: a literal */
};

struct append_message {
	struct append_message *next;
	uint64_t system; /* FLAG_* bits */
	const slice *keywords;
	uint32_t keyword_count;
	struct date received;
	bool has_received;
	struct append_part *parts;
	uint64_t size; /* octets of the literals so far */
	bool has_url;
	bool is_binary; /* a literal8: may hold NUL (RFC 3516 4.4) */
	bool is_utf8;   /* some of it came as UTF8 data (RFC 6855 4) */
	/* By append_make: the whole message. */
	struct incoming *made;
};

/* Where the text goes on. */
enum append_stage {
	APPEND_AT_START,
	APPEND_AT_MAILBOX,
	APPEND_AT_MESSAGE, /* or at the end */
	APPEND_AT_PART,    /* of CATENATE */
	APPEND_BEHIND_PART,
	APPEND_BEHIND_UTF8,
};

struct append_list {
	bool is_replacing;  /* REPLACE: set by the command */
	uint32_t count_max; /* likewise: messages, at most APPEND_MESSAGES_MAX */
	slice number;       /* then: of the message that is to go, or "*" */
	slice mailbox;      /* as sent */
	struct append_message *messages, *last;
	uint32_t count, part_count, url_count;
	enum append_stage stage;
	enum append_stage behind_data; /* the stage behind a literal and its ")" */
	struct append_part **part_end; /* where the last message's next part is linked */
};

/* What a piece of text leads to. */
enum append_step {
	APPEND_GOES_ON, /* never given */
	APPEND_BAD,
	APPEND_TOO_MANY, /* messages: count_max is reached */
	APPEND_TOO_MUCH, /* of something else */
	APPEND_STRING, /* the literal is a word: come again when it stands in the text */
	APPEND_DATA,   /* the literal belongs to the last message: append_list_expect */
	APPEND_END,    /* the command is complete */
};

/* Reads a piece, up to the announcement that ends it if one does. Changes the list only
 * with APPEND_DATA and APPEND_END. */
enum append_step append_list_take(struct append_list *l, slice text, struct arena *arena);
/* The literal begins at that octet of the spool. False when the arena is full. */
bool append_list_expect(struct append_list *l, uint64_t start,
			const struct literal *literal, struct arena *arena);
