#include "message/base_subject.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(slice *s)
{
	while (s->n && is_blank(s->p[0]))
		*s = slice_skip(*s, 1);
}

/* Step 1: runs of white space are one space. */
static void collapse(slice subject, struct buf *out)
{
	for (size_t i = 0; i < subject.n; i++) {
		if (!is_blank(subject.p[i]))
			buf_add_char(out, subject.p[i]);
		else if (i + 1 < subject.n && !is_blank(subject.p[i + 1]))
			buf_add_char(out, ' ');
	}
}

/* subj-blob = "[" *BLOBCHAR "]" *WSP */
static bool take_blob(slice *in)
{
	slice s = *in;

	if (!take_char(&s, '[')) return false;
	while (s.n && s.p[0] != '[' && s.p[0] != ']')
		s = slice_skip(s, 1);
	if (!take_char(&s, ']')) return false;
	skip_blanks(&s);
	*in = s;
	return true;
}

/* subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":" */
static bool take_reply_mark(slice *in)
{
	slice s = *in;

	if (!take_literal_nocase(&s, S("re"))) {
		if (!take_literal_nocase(&s, S("fw"))) return false;
		take_literal_nocase(&s, S("d"));
	}
	skip_blanks(&s);
	take_blob(&s);
	if (!take_char(&s, ':')) return false;
	*in = s;
	return true;
}

/* Step 2: "(fwd)" and white space at the end. */
static bool drop_trailers(slice *s)
{
	bool is_reply = false;

	for (;;) {
		while (s->n && is_blank(s->p[s->n - 1]))
			s->n--;
		if (!slice_ends_nocase(*s, S("(fwd)"))) return is_reply;
		s->n -= 5;
		is_reply = true;
	}
}

/*
 * Steps 3 to 5. Where no reply's mark stands behind all the blobs none does behind fewer,
 * so they go at once; but the last stays where nothing else would.
 */
static bool drop_leaders(slice *s)
{
	bool is_reply = false;

	for (;;) {
		slice rest, last;

		skip_blanks(s);
		rest = last = *s;
		while (take_blob(&rest) && rest.n)
			last = rest;
		if (!rest.n) rest = last;
		if (!take_reply_mark(&last)) {
			*s = rest;
			return is_reply;
		}
		*s = last;
		is_reply = true;
	}
}

/* Step 6: "[fwd:" ... "]" around it. */
static bool drop_wrapper(slice *s)
{
	if (!slice_starts_nocase(*s, S("[fwd:")) || !slice_ends_nocase(*s, S("]")))
		return false;
	*s = slice_skip(slice_head(*s, s->n - 1), 5);
	return true;
}

void base_subject(slice subject, struct buf *out, bool *ret_is_reply)
{
	bool is_reply = false, is_wrapped;
	struct buf text;
	slice s;

	buf_init(&text, subject.n);
	collapse(subject, &text);
	s = buf_slice(&text);
	do {
		is_reply |= drop_trailers(&s);
		is_reply |= drop_leaders(&s);
		is_wrapped = drop_wrapper(&s);
		is_reply |= is_wrapped;
	} while (is_wrapped);
	buf_add(out, s);
	buf_done(&text);
	*ret_is_reply = is_reply;
}
