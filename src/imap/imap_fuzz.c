/*
 * The whole engine on a temporary store, for anybody (first octet even) or
 * with a mailbox selected (odd). However the network cuts the octets the
 * replies are the same; each ends its line; and the client that counts along
 * is never told of a message that it does not know.
 */
#include <stdlib.h>

#include "imap/lexer.h"
#include "imap/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { REPLIES_MAX = 64 * 1024 * 1024 };

static void replay(slice bytes, bool selected, size_t cut, struct buf *replies)
{
	static const char closing[] = "\r\n\r\nz NOOP\r\n";
	struct test_host h;
	struct engine *e;

	if (!test_host_init(&h)) abort();
	e = test_host_connect(&h);
	if (selected) replay_feed(&h, e, slice_of(replay_opening), 1 << 20, replies);
	replay_feed(&h, e, bytes, cut, replies);
	replay_feed(&h, e, slice_of(closing), cut, replies);
	e->ops->free(e);
	test_host_done(&h);
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
		count_along(replay_take_response(&replies), &exists);
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
	replay_mask_numbers(&whole);
	replay_mask_numbers(&cut);
	if (!slice_eq(buf_slice(&whole), buf_slice(&cut))) abort();
	check_replies(buf_slice(&whole));
	buf_done(&whole);
	buf_done(&cut);
	return 0;
}
