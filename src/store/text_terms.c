#include "store/text_terms.h"

#include "base/utf8.h"
#include "message/text.h"
#include "store/search_text.h"

enum { PIECE = 8 * 1024 }; /* octets folded at a time */

void text_terms_init(struct text_terms *t,
		     void (*take)(struct term_splitter *s, slice term))
{
	*t = (struct text_terms){ .splitter.take = take };
	buf_init(&t->folded, PIECE * TEXT_FOLD_GROWTH_MAX);
}

void text_terms_done(struct text_terms *t)
{
	buf_done(&t->folded);
}

void text_terms_feed(struct text_terms *t, slice utf8)
{
	while (utf8.n) {
		slice piece = utf8_head(utf8, PIECE);

		buf_reset(&t->folded);
		text_fold(piece, &t->folded);
		term_splitter_feed(&t->splitter, buf_slice(&t->folded));
		utf8 = slice_skip(utf8, piece.n);
	}
}

void text_terms_end(struct text_terms *t)
{
	term_splitter_end(&t->splitter);
}
