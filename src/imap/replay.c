#include "imap/replay.h"

#include <stdlib.h>
#include <string.h>

#include "imap/lexer.h"

const char replay_opening[] = "a LOGIN jo@example.test secret\r\n"
			      "b APPEND INBOX (\\Seen) {16+}\r\nSubject: 1\r\n\r\na\n\r\n"
			      "c APPEND INBOX {1+}\r\nx\r\n"
			      "d CREATE box/sub\r\n"
			      "e SELECT INBOX\r\n";

static void collect(struct engine *e, struct buf *replies)
{
	struct buf *out = engine_output(e);

	buf_add(replies, buf_slice(out));
	buf_drop(out, out->n);
}

void replay_feed(struct test_host *h, struct engine *e, slice bytes, size_t cut,
		 struct buf *replies)
{
	for (;;) {
		enum want want;

		test_host_work(h);
		collect(e, replies);
		want = engine_want(e);
		if (want == WANT_DRAIN)
			e->ops->drained(e);
		else if (want == WANT_INPUT && bytes.n)
			bytes = slice_skip(bytes, engine_feed(e, slice_head(bytes, cut)));
		else
			return;
	}
}

void replay_mask_numbers(struct buf *b)
{
	char *p = b->n ? b->p + b->start : NULL;

	for (size_t i = 0; i < b->n;) {
		size_t n = 0;

		while (i + n < b->n && is_digit(p[i + n]))
			n++;
		if (n > 6) memset(p + i, '#', n);
		i += n ? n : 1;
	}
}

slice replay_take_response(slice *in)
{
	slice line, rest;
	struct literal l;
	size_t at;

	if (!take_line(in, &line)) abort();
	rest = line;
	while (find_literal(rest, &l, &at)) {
		if (l.size > in->n) abort();
		*in = slice_skip(*in, (size_t)l.size);
		if (!take_line(in, &rest)) abort();
	}
	return line;
}
