/*
 * address_token.h - the words of an address field (RFC 5322 3.2, 4.1; RFC 6532)
 *
 * For address.c alone. Reading never fails: a quote, parenthesis or bracket that is
 * never closed is text, and so is each of its kind behind it, which keeps the time
 * linear. A copy of a reader reads the same tokens again.
 */
#pragma once

#include "base/buf.h"

struct address_reader {
	slice in;
	bool comment_open, quote_open; /* one was never closed */
};

/* The specials stand for themselves: , ; : < > @ . */
enum {
	TOKEN_END = 0,
	TOKEN_SPACE = ' ', /* white space and comments; text: the last comment's inside */
	TOKEN_ATOM = 'a',  /* text: as written, with the backslashes of quoted pairs */
	TOKEN_QUOTED = '"',  /* text: the inside, as written */
	TOKEN_LITERAL = '[', /* text: with its brackets, as written */
};

struct address_token {
	char kind;
	slice text;
};

struct address_token address_token_next(struct address_reader *r);

bool is_atext(char c); /* RFC 5322 3.2.3, RFC 6532 3.2 */
