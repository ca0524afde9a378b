/*
 * search_text.h - finding folded needles in text that comes in pieces
 *
 * All needles are looked for in one pass. Text is folded and gathered in a window; the
 * end of one window is kept as the beginning of the next, so that no occurrence is cut.
 * Folding goes character by character (RFC 5051 2), so pieces may end between
 * any two of them. Memory: a few times the longest needle and some 100 KiB.
 */
#pragma once

#include "base/buf.h"

enum { TEXT_FOLD_GROWTH_MAX = 11 }; /* octets that folding makes of one, at most */

struct text_needle {
	slice folded;    /* not empty */
	bool in_headers; /* looked for in the message's header fields as well */
	bool found;
};

struct text_matcher {
	struct text_needle *needles; /* the caller's */
	uint32_t count;
	size_t overlap; /* octets of a window that the next one begins with */
	struct buf window;
	bool header; /* what is being fed */
};

void text_matcher_init(struct text_matcher *m, struct text_needle *needles,
		       uint32_t count);
void text_matcher_done(struct text_matcher *m);
void text_matcher_forget(struct text_matcher *m); /* nothing is found any more */

/* Begins a text of its own: none is found across its ends. */
void text_matcher_begin(struct text_matcher *m, bool header);
/* Takes a piece of valid UTF-8. True when a needle was found that had not been. */
bool text_matcher_feed(struct text_matcher *m, slice utf8);
bool text_matcher_end(struct text_matcher *m); /* likewise */
