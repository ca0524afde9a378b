#include "imap/threads.h"

#include "base/test.h"

struct mail {
	int64_t sent;
	const char *subject, *id, *references;
};

static void check_threads(enum thread_algorithm algorithm, const struct mail *mails,
			  size_t count, const char *want)
{
	struct thread_place place = { 0 };
	struct threads t;
	struct buf out;

	threads_init(&t, algorithm);
	buf_init(&out, 10000);
	for (size_t i = 0; i < count; i++) {
		const struct thread_message m = { .uid = (uint32_t)i + 1,
						  .sent = mails[i].sent,
						  .subject = slice_of(mails[i].subject),
						  .message_id = slice_of(mails[i].id),
						  .references =
							  slice_of(mails[i].references) };

		CHECK_INT(threads_add(&t, &m), ERR_NONE);
	}
	CHECK(threads_finish(&t, INT64_MAX));
	while (!threads_write(&t, NULL, &place, &out, out.n + 1))
		;
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
	threads_done(&t);
}

#define CHECK_REFERENCES(want, ...)                                                      \
	do {                                                                             \
		static const struct mail mails[] = { __VA_ARGS__ };                      \
		check_threads(THREAD_REFERENCES, mails, countof(mails), want);           \
	} while (0)

/* RFC 5256 BASE.7.2.THREAD, its first example in small numbers. */
TEST(threads_nest)
{
	CHECK_REFERENCES(
		"(1)(2 3 (4 5)(6 7 8))", { 1, "a", "1", "" }, { 2, "b", "2", "" },
		{ 3, "c", "3", "2" }, { 4, "d", "4", "2 3" }, { 5, "e", "5", "2 3 4" },
		{ 6, "f", "6", "3" }, { 7, "g", "7", "\t6 1" }, { 8, "h", "8", "7" });
}

TEST(threads_of_missing_parents)
{
	/* the second example */
	CHECK_REFERENCES("((1)(2))", { 1, "a", "1", "x" }, { 2, "b", "2", "x" });
	CHECK_REFERENCES("(1)", { 1, "a", "1", "x y" });
	CHECK_REFERENCES("(1 2)", { 1, "a", "1", "" }, { 2, "b", "2", "1 x y" });
	CHECK_REFERENCES("((1)(2))", { 1, "a", "1", "x y" }, { 2, "b", "2", "x z" });
	/* in whatever order they come */
	CHECK_REFERENCES("(3 2 1)", { 3, "a", "1", "3 2" }, { 2, "b", "2", "3" },
			 { 1, "c", "3", "" });
}

TEST(threads_of_odd_ids)
{
	/* two messages with one id: the first has it */
	CHECK_REFERENCES("(1 3)(2)", { 1, "a", "1", "" }, { 2, "b", "1", "" },
			 { 3, "c", "3", "1" });
	CHECK_REFERENCES("(1 2)", { 1, "a", "\"l\\o\"@x", "" }, { 2, "b", "2", "lo@x" });
	CHECK_REFERENCES("(1)(2)", { 1, "a", "A", "" }, { 2, "b", "2", "a" });
	/* loops */
	CHECK_REFERENCES("(1)", { 1, "a", "1", "1" });
	CHECK_REFERENCES("(2 1)", { 1, "a", "1", "2" }, { 2, "b", "2", "1" });
	/* a truncated list of references does not break a link, a later own one does */
	CHECK_REFERENCES("(1 2 3)", { 1, "a", "1", "" }, { 2, "b", "2", "1" },
			 { 3, "c", "3", "x 2" });
	CHECK_REFERENCES("(1 3 2)", { 1, "a", "1", "" }, { 2, "b", "2", "3 4" },
			 { 3, "c", "4", "1" });
}

TEST(threads_of_subjects)
{
	/* a reply without references */
	CHECK_REFERENCES("(1 2)", { 1, "x", "1", "" }, { 2, "Re: X", "2", "" });
	CHECK_REFERENCES("(2 1)", { 1, "Re: x", "1", "" }, { 2, "x", "2", "" });
	CHECK_REFERENCES("((1)(2))", { 1, "x", "1", "" }, { 2, "x", "2", "" });
	CHECK_REFERENCES("((1)(2)(3))", { 1, "x", "1", "" }, { 2, "x", "2", "" },
			 { 3, "x", "3", "" });
	CHECK_REFERENCES("((1)(2)(3)(4))", { 1, "x", "1", "p" }, { 2, "y", "2", "p" },
			 { 3, "x", "3", "q" }, { 4, "z", "4", "q" });
	CHECK_REFERENCES("((1)(2)(3))", { 1, "x", "1", "p" }, { 2, "y", "2", "p" },
			 { 3, "x", "3", "" });
	CHECK_REFERENCES("(1)(2)", { 1, "", "1", "" }, { 2, "Re:", "2", "" });
}

TEST(threads_by_date)
{
	CHECK_REFERENCES("(1 (3)(2))(4)", { 1, "a", "1", "" }, { 3, "b", "2", "1" },
			 { 2, "c", "3", "1" }, { 9, "d", "4", "" });
}

TEST(threads_of_nothing)
{
	check_threads(THREAD_REFERENCES, NULL, 0, "");
	check_threads(THREAD_ORDEREDSUBJECT, NULL, 0, "");
}

TEST(threads_by_ordered_subject)
{
	static const struct mail mails[] = {
		{ 5, "x", "1", "" },     { 1, "y", "2", "" },  { 2, "Re: x", "3", "" },
		{ 3, "[l] X", "4", "" }, { 9, "z", "5", "1" }, { 10, "fwd: z", "6", "" },
	};

	check_threads(THREAD_ORDEREDSUBJECT, mails, countof(mails), "(2)(3 (4)(1))(5 6)");
}

/* Deeper than any stack, and read the wrong way round, so that each link looks for a
 * loop. */
TEST(threads_are_as_deep_as_they_are)
{
	enum { DEPTH = 20000 };
	struct thread_place place = { 0 };
	struct threads t;
	struct buf out;

	threads_init(&t, THREAD_REFERENCES);
	buf_init(&out, 1 << 20);
	for (uint32_t i = 1; i <= DEPTH; i++) {
		char id[20], reference[20];
		struct thread_message m = { .uid = i, .sent = i };

		snprintf(id, sizeof(id), "%u", DEPTH - i);
		snprintf(reference, sizeof(reference), "%u", DEPTH - i - 1);
		m.message_id = slice_of(id);
		if (i < DEPTH) m.references = slice_of(reference);
		CHECK_INT(threads_add(&t, &m), ERR_NONE);
	}
	CHECK(threads_finish(&t, INT64_MAX));
	CHECK(threads_write(&t, NULL, &place, &out, SIZE_MAX));
	CHECK(slice_starts(buf_slice(&out), S("(20000 19999 19998 ")));
	buf_done(&out);
	threads_done(&t);
}
