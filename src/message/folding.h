/*
 * folding.h - a header field in the making: words that go to the next line when one is
 *             full (RFC 5322 2.2.3)
 *
 * For header_write.c and its neighbours alone.
 */
#pragma once

#include "base/buf.h"

struct folding {
	struct buf *out;
	size_t line;      /* octets in the last line */
	bool has_words;   /* in the field */
	bool is_too_long; /* a line passed what it may have */
};

/* Writes "name:". */
struct folding folding_start(slice name, struct buf *out);
/* Adds it behind a blank, or on a line of its own. */
void folding_word(struct folding *f, slice word);
/* Adds what begins with white space of its own; a new line begins before that. */
void folding_piece(struct folding *f, slice piece);
/* Adds it without a blank or a line's end before. */
void folding_glue(struct folding *f, slice text);
/* Adds text as encoded words, behind a blank. */
void folding_encoded(struct folding *f, slice utf8);
/* Ends the field; false when a line is too long or out full. */
bool folding_end(struct folding *f);
