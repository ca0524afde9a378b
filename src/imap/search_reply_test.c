#include "imap/search_reply.h"

#include "base/test.h"

TEST(search_return)
{
	static const struct {
		const char *in;
		bool ok;
		unsigned options;
	} t[] = {
		{ " UNSEEN", true, 0 },
		{ " RETURN () UNSEEN", true, RETURN_ALL },
		{ " return (min COUNT) UNSEEN", true, RETURN_MIN | RETURN_COUNT },
		{ " RETURN (SAVE MAX ALL) UNSEEN", true,
		  RETURN_SAVE | RETURN_MAX | RETURN_ALL },
		{ " RETURN (PARTIAL 1:5 MIN) UNSEEN", true, RETURN_PARTIAL | RETURN_MIN },
		{ " RETURN (PARTIAL -1:-5) UNSEEN", true, RETURN_PARTIAL },
		{ " RETURN (relevancy ALL) UNSEEN", true, RETURN_RELEVANCY | RETURN_ALL },
		{ " RETURN (PARTIAL -1:5) UNSEEN", false, 0 },
		{ " RETURN (PARTIAL 1:-5) UNSEEN", false, 0 },
		{ " RETURN (PARTIAL 0:5) UNSEEN", false, 0 },
		{ " RETURN (PARTIAL 1:*) UNSEEN", false, 0 },
		{ " RETURN (PARTIAL 1:2 PARTIAL 3:4) UNSEEN", false, 0 },
		{ " RETURN (PARTIAL 1:2 ALL) UNSEEN", false, 0 },
		{ " RETURN ( MIN) UNSEEN", false, 0 },
		{ " RETURN (MIN ) UNSEEN", false, 0 },
		{ " RETURN (MOST) UNSEEN", false, 0 },
		{ " RETURN UNSEEN", false, 0 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in);
		struct search_return r;

		CHECK_INT(take_search_return(&in, &r), t[i].ok);
		CHECK_SLICE(in, t[i].ok ? S(" UNSEEN") : slice_of(t[i].in));
		if (t[i].ok) CHECK_INT(r.options, t[i].options);
	}
}

/* RFC 9394 3.1: ranges of 264 results among 23764, and more. */
TEST(search_partial_positions)
{
	static const struct {
		const char *range;
		uint32_t count, first, last;
	} t[] = {
		{ "1:500", 23764, 1, 500 },
		{ "500:1", 23764, 1, 500 },
		{ "23500:24000", 23764, 23500, 23764 },
		{ "24000:24500", 23764, 0, 0 },
		{ "-1:-100", 23764, 23665, 23764 },
		{ "-100:-1", 23764, 23665, 23764 },
		{ "-3:-3", 3, 1, 1 },
		{ "-2:-9", 3, 1, 2 },
		{ "-4:-9", 3, 0, 0 },
		{ "1:4294967295", 4294967295, 1, 4294967295 },
		{ "-1:-4294967295", 4294967295, 1, 4294967295 },
		{ "1:1", 0, 0, 0 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].range);
		struct partial_range p;
		struct interval got;

		CHECK(take_partial_range(&in, &p));
		got = partial_positions(&p, t[i].count);
		CHECK_INT(got.first, t[i].first);
		if (got.first) CHECK_INT(got.last, t[i].last);
	}
}

static void add_found(struct interval_set *set)
{
	interval_set_add_range(set, 2, 2);
	interval_set_add_range(set, 10, 15);
	interval_set_add_range(set, 21, 21);
}

/* The response in pieces of any size is the response. */
static void check_reply(const char *options, const struct found *f, const char *want)
{
	slice in = slice_of(options);
	struct search_return ret;
	struct buf out, piece;

	CHECK(take_search_return(&in, &ret));
	for (size_t octets = 1; octets < 200; octets += 7) {
		struct search_reply r = { .ret = &ret,
					  .command = S("SORT"),
					  .tag = S("a"),
					  .modseq = 7,
					  .found = *f };
		bool all;

		buf_init(&out, 1000);
		do {
			buf_init(&piece, 1000);
			all = search_reply_write(&r, &piece, octets);
			CHECK(all || piece.n);
			buf_move(&out, &piece);
			buf_done(&piece);
		} while (!all);
		CHECK_SLICE(buf_slice(&out), slice_of(want));
		buf_done(&out);
	}
}

TEST(search_reply_of_a_set)
{
	struct interval_set set = { 0 };
	const struct found f = { .set = &set };

	add_found(&set);
	check_reply("", &f, "* SORT 2 10 11 12 13 14 15 21 (MODSEQ 7)\r\n");
	check_reply(" RETURN ()", &f,
		    "* ESEARCH (TAG \"a\") ALL 2,10:15,21 MODSEQ 7\r\n");
	check_reply(" RETURN (MAX COUNT MIN)", &f,
		    "* ESEARCH (TAG \"a\") MIN 2 MAX 21 COUNT 8 MODSEQ 7\r\n");
	check_reply(" RETURN (PARTIAL 2:4)", &f,
		    "* ESEARCH (TAG \"a\") PARTIAL (2:4 10:12) MODSEQ 7\r\n");
	check_reply(" RETURN (PARTIAL -1:-2)", &f,
		    "* ESEARCH (TAG \"a\") PARTIAL (-1:-2 15,21) MODSEQ 7\r\n");
	check_reply(" RETURN (PARTIAL 9:10)", &f,
		    "* ESEARCH (TAG \"a\") PARTIAL (9:10 NIL) MODSEQ 7\r\n");
	interval_set_done(&set);
}

/* Ranges only where they rise (RFC 5267 3.2). */
TEST(search_reply_of_a_list)
{
	static const uint32_t list[] = { 9, 8, 1, 2, 3, 5, 6 };
	const struct found f = { .list = list, .count = countof(list) };

	check_reply("", &f, "* SORT 9 8 1 2 3 5 6 (MODSEQ 7)\r\n");
	check_reply(" RETURN (MIN MAX)", &f,
		    "* ESEARCH (TAG \"a\") MIN 9 MAX 6 MODSEQ 7\r\n");
	check_reply(" RETURN (ALL)", &f,
		    "* ESEARCH (TAG \"a\") ALL 9,8,1:3,5:6 MODSEQ 7\r\n");
	check_reply(" RETURN (PARTIAL 4:6)", &f,
		    "* ESEARCH (TAG \"a\") PARTIAL (4:6 2:3,5) MODSEQ 7\r\n");
}

/* RFC 5182 2.4, RFC 9394 3.2 */
TEST(search_return_save)
{
	static const struct {
		const char *options;
		uint32_t count, min, max;
	} t[] = {
		{ " RETURN (SAVE)", 8, 2, 21 },
		{ " RETURN (SAVE MIN)", 1, 2, 2 },
		{ " RETURN (SAVE MAX)", 1, 21, 21 },
		{ " RETURN (SAVE MIN MAX)", 2, 2, 21 },
		{ " RETURN (SAVE MIN COUNT)", 8, 2, 21 },
		{ " RETURN (SAVE MIN ALL)", 8, 2, 21 },
		{ " RETURN (SAVE PARTIAL 2:3)", 2, 10, 11 },
		{ " RETURN (SAVE PARTIAL 2:3 MAX)", 3, 10, 21 },
		{ " RETURN (SAVE PARTIAL 2:3 COUNT)", 8, 2, 21 },
		{ " RETURN (SAVE PARTIAL 20:30)", 0, 0, 0 },
	};
	struct interval_set set = { 0 };
	const struct found f = { .set = &set };

	add_found(&set);
	for (size_t i = 0; i < countof(t); i++) {
		struct interval_set saved = { 0 };
		slice in = slice_of(t[i].options);
		struct search_return r;

		CHECK(take_search_return(&in, &r));
		search_return_save(&r, &f, &saved);
		CHECK_INT(interval_set_count(&saved), t[i].count);
		CHECK_INT(interval_set_min(&saved), t[i].min);
		CHECK_INT(interval_set_max(&saved), t[i].max);
		interval_set_done(&saved);
	}
	interval_set_done(&set);
}
