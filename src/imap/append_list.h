/*
 * append_list.h - the messages that an APPEND brings, as its text announces them
 * (RFC 9051 6.3.12, RFC 3502)
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
	APPEND_MESSAGES_MAX = 10000, /* of one command; more are refused */
	APPEND_PARTS_MAX = 20000,    /* of all of them */
};

/* Octets that came in a literal. */
struct append_part {
	struct append_part *next;
	uint64_t start, size; /* in the spool */
};

struct append_message {
	struct append_message *next;
	uint64_t system; /* FLAG_* bits */
	const slice *keywords;
	uint32_t keyword_count;
	struct date received;
	bool has_received;
	struct append_part *parts;
	uint64_t size;  /* octets of the parts so far */
	bool is_binary; /* a literal8: may hold NUL (RFC 3516 4.4) */
	/* By append_make: the whole message. */
	struct incoming *made;
};

/* Where the text goes on. */
enum append_stage {
	APPEND_AT_MAILBOX,
	APPEND_AT_MESSAGE, /* or at the end */
	APPEND_BEHIND_UTF8,
};

struct append_list {
	slice mailbox; /* as sent */
	struct append_message *messages, *last;
	uint32_t count, part_count;
	enum append_stage stage;
	struct append_part **part_end; /* where the last message's next part is linked */
};

/* What a piece of text leads to. */
enum append_step {
	APPEND_GOES_ON, /* never given */
	APPEND_BAD,
	APPEND_TOO_MANY,
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
