#include "store/search_text.h"

#include "base/utf8.h"
#include "message/text.h"

enum {
	WINDOW = 32 * 1024, /* octets looked at together, beside the overlap */
	PIECE = 8 * 1024,   /* octets folded at a time */
};

void text_matcher_init(struct text_matcher *m, struct text_needle *needles,
		       uint32_t count)
{
	*m = (struct text_matcher){ .needles = needles, .count = count };
	for (uint32_t i = 0; i < count; i++)
		if (needles[i].folded.n - 1 > m->overlap)
			m->overlap = needles[i].folded.n - 1;
	buf_init(&m->window,
		 WINDOW + 2 * m->overlap + TEXT_FOLD_GROWTH_MAX * (size_t)PIECE);
}

void text_matcher_done(struct text_matcher *m)
{
	buf_done(&m->window);
}

void text_matcher_forget(struct text_matcher *m)
{
	for (uint32_t i = 0; i < m->count; i++)
		m->needles[i].found = false;
}

void text_matcher_begin(struct text_matcher *m, bool header)
{
	buf_reset(&m->window);
	m->header = header;
}

static bool look(struct text_matcher *m)
{
	slice window = buf_slice(&m->window);
	bool any = false;

	for (uint32_t i = 0; i < m->count; i++) {
		struct text_needle *n = &m->needles[i];

		if (n->found || (m->header && !n->in_headers)) continue;
		n->found = slice_find(window, n->folded) < window.n;
		any |= n->found;
	}
	return any;
}

/* A window is at least as long as the overlap it keeps, so all is looked at twice at
 * most. */
static bool look_when_full(struct text_matcher *m)
{
	bool any;

	if (m->window.n < WINDOW + 2 * m->overlap) return false;
	any = look(m);
	buf_drop(&m->window, m->window.n - m->overlap);
	return any;
}

bool text_matcher_feed(struct text_matcher *m, slice utf8)
{
	bool any = false;

	while (utf8.n) {
		slice piece = utf8_head(utf8, PIECE);

		text_fold(piece, &m->window);
		any |= look_when_full(m);
		utf8 = slice_skip(utf8, piece.n);
	}
	return any;
}

bool text_matcher_end(struct text_matcher *m)
{
	bool any = look(m);

	buf_reset(&m->window);
	return any;
}
