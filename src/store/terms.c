#include "store/terms.h"

#include <string.h>

/* Folded: there are no small letters. */
static bool is_term_octet(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z');
}

static size_t run_length(slice s)
{
	size_t n = 0;

	while (n < s.n && is_term_octet(s.p[n]))
		n++;
	return n;
}

static void cut(struct term_splitter *s)
{
	s->take(s, (slice){ s->run, TERM_MAX });
	memmove(s->run, s->run + TERM_MAX - TERM_OVERLAP, TERM_OVERLAP);
	s->n = TERM_OVERLAP;
}

static void gather(struct term_splitter *s, slice part)
{
	while (part.n) {
		slice piece = slice_head(part, TERM_MAX - s->n);

		memcpy(s->run + s->n, piece.p, piece.n);
		s->n += piece.n;
		part = slice_skip(part, piece.n);
		if (s->n == TERM_MAX) cut(s);
	}
}

void term_splitter_feed(struct term_splitter *s, slice folded)
{
	while (folded.n) {
		size_t n = run_length(folded);

		if (s->n == 0 && n && n < folded.n && n < TERM_MAX) {
			s->take(s, slice_head(folded, n));
		} else {
			gather(s, slice_head(folded, n));
			if (n < folded.n) term_splitter_end(s);
		}
		folded = slice_skip(folded, n + 1);
	}
}

void term_splitter_end(struct term_splitter *s)
{
	if (s->n) s->take(s, (slice){ s->run, s->n });
	s->n = 0;
}

bool take_term_run(slice *in, slice *ret)
{
	slice s = *in;
	size_t n;

	while (s.n && !is_term_octet(s.p[0]))
		s = slice_skip(s, 1);
	n = run_length(s);
	if (n == 0) return false;
	*ret = slice_head(s, n);
	*in = slice_skip(s, n);
	return true;
}
