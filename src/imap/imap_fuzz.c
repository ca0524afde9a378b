/*
 * The whole engine on a temporary store, for anybody (first octet even) or
 * with a mailbox selected (odd). However the network cuts the octets the
 * replies are the same; each ends its line; and the client that counts along
 * is never told of a message that it does not know.
 */
#include <stdlib.h>
#include <string.h>

#include "imap/lexer.h"
#include "imap/test_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { REPLIES_MAX = 64 * 1024 * 1024 };

static const char opening[] = "a LOGIN jo@example.test secret\r\n"
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

static void feed(struct test_host *h, struct engine *e, slice bytes, size_t cut,
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

static void replay(slice bytes, bool selected, size_t cut, struct buf *replies)
{
	static const char closing[] = "\r\n\r\nz NOOP\r\n";
	struct test_host h;
	struct engine *e;

	if (!test_host_init(&h)) abort();
	e = test_host_connect(&h);
	if (selected) feed(&h, e, slice_of(opening), 1 << 20, replies);
	feed(&h, e, bytes, cut, replies);
	feed(&h, e, slice_of(closing), cut, replies);
	e->ops->free(e);
	test_host_done(&h);
}

/* UIDVALIDITY and the like differ from store to store: long numbers are made alike. */
static void mask_numbers(struct buf *b)
{
	char *p = b->p + b->start;

	for (size_t i = 0; i < b->n;) {
		size_t n = 0;

		while (i + n < b->n && is_digit(p[i + n]))
			n++;
		if (n > 6) memset(p + i, '#', n);
		i += n ? n : 1;
	}
}

/* One line of the replies, its literals passed over. */
static slice take_response(slice *in)
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

static void count_along(slice line, uint32_t *exists)
{
	uint32_t n;

	if (!take_literal(&line, S("* ")) || !take_u32(&line, &n)) return;
	if (slice_eq(line, S(" EXISTS"))) {
		*exists = n;
	} else if (slice_eq(line, S(" EXPUNGE"))) {
		if (!n || n > *exists) abort();
		--*exists;
	} else if (slice_starts(line, S(" FETCH "))) {
		if (!n || n > *exists) abort();
	}
}

static void check_replies(slice replies)
{
	uint32_t exists = 0;

	while (replies.n)
		count_along(take_response(&replies), &exists);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice bytes = slice_skip((slice){ (const char *)data, n }, 1);
	bool selected = n && data[0] & 1;
	struct buf whole, cut;

	buf_init(&whole, REPLIES_MAX);
	buf_init(&cut, REPLIES_MAX);
	replay(bytes, selected, 1 << 20, &whole);
	replay(bytes, selected, 3, &cut);
	mask_numbers(&whole);
	mask_numbers(&cut);
	if (!slice_eq(buf_slice(&whole), buf_slice(&cut))) abort();
	check_replies(buf_slice(&whole));
	buf_done(&whole);
	buf_done(&cut);
	return 0;
}
