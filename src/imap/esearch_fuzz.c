/*
 * ESEARCH (RFC 7377): the first line is what to return, the second what to search for.
 *
 * In the selected mailbox it finds what UID SEARCH finds, in the same words; in all
 * mailboxes each is told of once at most, the selected one as before; and what is told
 * agrees with itself: MIN, MAX and COUNT with ALL, and the number of scores.
 */
#include <stdlib.h>

#include "imap/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { REPLIES_MAX = 16 << 20, LINE_MAX_OCTETS = 2000, MAILBOXES_MAX = 10 };

static void check(bool holds)
{
	if (!holds) abort();
}

/* No line may end in what is asked, and no literal begin. */
static void add_plain(slice text, struct buf *out)
{
	for (size_t i = 0; i < text.n && i < LINE_MAX_OCTETS; i++)
		buf_add_char(out, text.p[i] < ' ' || text.p[i] == '{' ? ' ' : text.p[i]);
}

struct question {
	struct test_host host;
	struct engine *engine;
	struct buf options, keys, replies;
};

/* False when it is refused. */
static bool ask(struct question *q, slice command)
{
	struct buf line;

	buf_init(&line, 3 * LINE_MAX_OCTETS);
	buf_addf(&line, "t %.*s RETURN (%.*s) %.*s\r\n", FMT(command),
		 FMT(buf_slice(&q->options)), FMT(buf_slice(&q->keys)));
	buf_reset(&q->replies);
	replay_feed(&q->host, q->engine, buf_slice(&line), SIZE_MAX, &q->replies);
	buf_done(&line);
	return slice_find(buf_slice(&q->replies), S("t OK ")) < q->replies.n;
}

/* --- what is told --- */

struct results {
	slice mailbox; /* its correlators */
	slice items;   /* " UID ..." */
};

static bool take_results(slice *replies, struct results *ret)
{
	slice line;

	while (replies->n) {
		line = replay_take_response(replies);
		if (!take_literal(&line, S("* ESEARCH (TAG \"t\""))) continue;
		ret->mailbox = slice_head(line, slice_find(line, S(") UID")));
		check(ret->mailbox.n < line.n);
		ret->items = slice_skip(line, ret->mailbox.n + 1);
		return true;
	}
	return false;
}

struct told {
	uint32_t min, max, count, listed, scores;
	uint32_t first, last; /* of those listed */
	bool has_all, has_count, has_scores;
};

static void take_set(slice *in, struct told *t)
{
	uint32_t first, last;

	do {
		check(take_u32(in, &first));
		last = first;
		if (take_char(in, ':')) check(take_u32(in, &last) && last > first);
		check(first > t->last);
		if (!t->listed) t->first = first;
		t->listed += last - first + 1;
		t->last = last;
	} while (take_char(in, ','));
}

static void take_scores(slice *in, struct told *t)
{
	uint32_t score;

	t->has_scores = true;
	while (take_u32(in, &score)) {
		check(score >= 1 && score <= 100);
		t->scores++;
		if (!take_char(in, ' ')) break;
	}
	check(take_char(in, ')'));
}

static void take_partial(slice *in, struct told *t)
{
	slice range;

	check(take_until(in, ' ', &range));
	if (!take_literal(in, S("NIL"))) take_set(in, t);
	check(take_char(in, ')'));
}

static void check_items(slice in)
{
	struct told t = { 0 };
	uint64_t modseq;

	check(take_literal(&in, S(" UID")));
	if (take_literal(&in, S(" MIN "))) check(take_u32(&in, &t.min));
	if (take_literal(&in, S(" MAX "))) check(take_u32(&in, &t.max));
	t.has_count = take_literal(&in, S(" COUNT "));
	if (t.has_count) check(take_u32(&in, &t.count));
	t.has_all = take_literal(&in, S(" ALL "));
	if (t.has_all) take_set(&in, &t);
	if (take_literal(&in, S(" PARTIAL ("))) take_partial(&in, &t);
	if (take_literal(&in, S(" RELEVANCY ("))) take_scores(&in, &t);
	if (take_literal(&in, S(" MODSEQ "))) check(take_u64(&in, &modseq));
	check(!in.n);
	check(!t.min || !t.max || t.min <= t.max);
	if (!t.has_all) return;
	check(!t.min || t.min == t.first);
	check(!t.max || t.max == t.last);
	check(!t.has_count || t.count == t.listed);
	check(!t.has_scores || t.scores == t.listed);
}

/* --- comparing --- */

static bool finds_nothing(slice items)
{
	return slice_find(items, S(" MIN ")) == items.n &&
	       slice_find(items, S(" ALL ")) == items.n &&
	       (slice_find(items, S(" COUNT ")) == items.n ||
		slice_find(items, S(" COUNT 0")) < items.n);
}

static void check_selected(struct question *q, slice expected)
{
	slice rest;
	struct results r;

	if (!ask(q, S("ESEARCH IN (selected)"))) return;
	rest = buf_slice(&q->replies);
	if (take_results(&rest, &r))
		check(slice_eq(r.items, expected));
	else
		check(finds_nothing(expected));
}

static void check_all_mailboxes(struct question *q, slice expected)
{
	slice rest, seen[MAILBOXES_MAX];
	struct results r;
	uint32_t count = 0;

	if (!ask(q, S("ESEARCH IN (personal)"))) return;
	rest = buf_slice(&q->replies);
	while (take_results(&rest, &r)) {
		check(count < MAILBOXES_MAX);
		for (uint32_t i = 0; i < count; i++)
			check(!slice_eq(seen[i], r.mailbox));
		seen[count++] = r.mailbox;
		check_items(r.items);
		if (slice_find(r.mailbox, S("MAILBOX INBOX ")) < r.mailbox.n)
			check(slice_eq(r.items, expected));
	}
}

static void compare(struct question *q)
{
	struct results r;
	struct buf expected;
	slice rest;

	if (!ask(q, S("UID SEARCH"))) return;
	rest = buf_slice(&q->replies);
	if (!take_results(&rest, &r)) return; /* SAVE alone */
	check_items(r.items);
	buf_init(&expected, REPLIES_MAX);
	buf_add(&expected, r.items);
	check_selected(q, buf_slice(&expected));
	check_all_mailboxes(q, buf_slice(&expected));
	buf_done(&expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char more[] =
		"a APPEND box/sub {23+}\r\nSubject: help\r\n\r\nhello\r\n\r\n"
		"a APPEND INBOX (\\Flagged) {9+}\r\nTo: a@b\r\n\r\n\r\n"
		"a NOOP\r\n";
	slice text = { (const char *)data, n };
	struct question q = { 0 };

	check(test_host_init(&q.host));
	buf_init(&q.options, LINE_MAX_OCTETS);
	buf_init(&q.keys, LINE_MAX_OCTETS);
	buf_init(&q.replies, REPLIES_MAX);
	add_plain(slice_head(text, slice_find_char(text, '\n')), &q.options);
	add_plain(slice_skip(text, q.options.n + 1), &q.keys);
	q.engine = test_host_connect(&q.host);
	replay_feed(&q.host, q.engine, slice_of(replay_opening), SIZE_MAX, &q.replies);
	replay_feed(&q.host, q.engine, slice_of(more), SIZE_MAX, &q.replies);
	compare(&q);
	q.engine->ops->free(q.engine);
	test_host_done(&q.host);
	buf_done(&q.options);
	buf_done(&q.keys);
	buf_done(&q.replies);
	return 0;
}
