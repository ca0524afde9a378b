#include "imap/seqset.h"

#include "base/test.h"
#include "imap/view.h"

static void add(struct interval_set *s, uint32_t first, uint32_t last)
{
	interval_set_add_range(s, first, last);
}

/* A mailbox of UIDs 10:14, 20, 30:32: nine messages. */
static void fill(struct view *v)
{
	*v = (struct view){ 0 };
	add(&v->uids, 10, 14);
	add(&v->uids, 20, 20);
	add(&v->uids, 30, 32);
}

static void check(const struct view *v, const char *text, bool by_uid, const char *want)
{
	struct interval_set got = { 0 };
	slice in = slice_of(text);
	struct seqset s;
	struct buf written;

	buf_init(&written, 1000);
	CHECK(take_seqset(&in, &s));
	CHECK_INT(in.n, 0);
	CHECK_INT(seqset_resolve(&s, v, by_uid, &got), want != NULL);
	if (want) {
		CHECK(uid_set_write(&written, &got));
		CHECK_SLICE(buf_slice(&written), slice_of(want));
	}
	seqset_done(&s);
	interval_set_done(&got);
	buf_done(&written);
}

TEST(seqset_resolve)
{
	static const struct {
		const char *set;
		bool by_uid;
		const char *uids; /* NULL: a fault */
	} t[] = {
		{ "1", false, "10" },
		{ "5:7", false, "14,20,30" },
		{ "7:5", false, "14,20,30" },
		{ "2,4:7,9,12:*", false, NULL },
		{ "2,4:7,9,8:*", false, "11,13:14,20,30:32" },
		{ "*:4,5:7", false, "13:14,20,30:32" },
		{ "*", false, "32" },
		{ "*:*", false, "32" },
		{ "10", false, NULL },
		{ "10:*", false, NULL },
		{ "1:4294967295", false, NULL },
		{ "1:*", false, "10:14,20,30:32" },
		{ "12:31", true, "12:14,20,30:31" },
		{ "1:9", true, "" },
		{ "*", true, "32" },
		{ "559:*", true, "32" },
		{ "*:31", true, "31:32" },
		{ "1:4294967295", true, "10:14,20,30:32" },
		{ "4294967295", true, "" },
	};
	struct view v;

	fill(&v);
	for (size_t i = 0; i < countof(t); i++)
		check(&v, t[i].set, t[i].by_uid, t[i].uids);
	interval_set_done(&v.uids);
}

/* There is no last message in an empty mailbox (RFC 9051 9: seq-number). */
TEST(seqset_empty_mailbox)
{
	struct view v = { 0 };

	check(&v, "*", false, NULL);
	check(&v, "1:*", false, NULL);
	check(&v, "*", true, "");
	check(&v, "1:*", true, "");
}

/* What is saved and still there, by number and by UID alike (RFC 5182 2.1). */
TEST(seqset_saved)
{
	struct view v;

	fill(&v);
	check(&v, "$", false, "");
	add(&v.saved, 12, 25);
	check(&v, "$", false, "12:14,20");
	check(&v, "$", true, "12:14,20");
	interval_set_done(&v.uids);
	interval_set_done(&v.saved);
}

TEST(seqset_faults)
{
	static const char *const bad[] = {
		"",  "0",   "01",         "1:",  ":1", ",",
		"a", "1:0", "4294967296", "1:a", "-1", "1,,2"
	};
	struct seqset s;

	for (size_t i = 0; i < countof(bad); i++) {
		slice in = slice_of(bad[i]);

		CHECK(!take_seqset(&in, &s));
		CHECK_SLICE(in, slice_of(bad[i]));
	}
}

/* As many ranges as a command can hold cost what their intervals cost. */
TEST(seqset_hundred_thousand)
{
	struct buf text;
	struct seqset s;
	slice in;

	buf_init(&text, 1 << 20);
	for (uint32_t i = 100000; i > 0; i--)
		buf_addf(&text, i > 1 ? "%u," : "%u", 2 * i);
	in = buf_slice(&text);
	CHECK(take_seqset(&in, &s));
	CHECK_INT(interval_set_count(&s.ranges), 100000);
	seqset_done(&s);
	buf_done(&text);
}

/* However it is cut into pieces, all is told once and in order. */
TEST(vanished_write)
{
	struct interval_set uids = { 0 }, told = { 0 };
	uint64_t cursor = 0;
	struct buf out;
	int pieces = 0;
	bool all;

	for (uint32_t uid = 1; uid < 4000; uid += 2)
		interval_set_add(&uids, uid);
	buf_init(&out, 100000);
	do {
		slice text, line;

		buf_reset(&out);
		all = vanished_write(&uids, true, &cursor, &out, 3000);
		text = buf_slice(&out);
		for (; take_line(&text, &line); pieces++) {
			struct seqset s;

			CHECK(take_literal(&line, S("* VANISHED (EARLIER) ")));
			CHECK(take_seqset(&line, &s));
			CHECK_INT(line.n, 0);
			CHECK(interval_set_max(&told) < interval_set_min(&s.ranges));
			interval_set_union(&told, &s.ranges);
			seqset_done(&s);
		}
	} while (!all);
	CHECK(interval_set_equal(&told, &uids));
	CHECK_INT(pieces, 4);
	interval_set_done(&told);
	interval_set_done(&uids);
	buf_done(&out);
}
