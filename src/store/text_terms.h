/*
 * text_terms.h - text that comes in pieces of UTF-8, folded and taken apart into terms
 */
#pragma once

#include "base/buf.h"
#include "store/terms.h"

struct text_terms {
	struct term_splitter splitter; /* its take is the caller's */
	struct buf folded;
};

void text_terms_init(struct text_terms *t,
		     void (*take)(struct term_splitter *s, slice term));
void text_terms_done(struct text_terms *t);
void text_terms_feed(struct text_terms *t, slice utf8);
void text_terms_end(struct text_terms *t); /* of a text: no term goes on behind it */
