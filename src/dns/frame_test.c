#include "dns/frame.h"

#include "base/cleanup.h"
#include "base/test.h"

enum { ROOM = 2 * FRAME_MAX };

static enum taken take(slice bytes, struct arena *arena, struct frame *ret)
{
	arena_init(arena, 2 * DNS_RECORDS_MAX * sizeof(struct dns_record));
	return frame_take(&bytes, arena, ret);
}

static void expect_bad(slice bytes)
{
	struct arena arena;
	struct frame f;

	CHECK_INT(take(bytes, &arena, &f), BAD);
	arena_done(&arena);
}

TEST(frame_settings_read_back)
{
	CLEANUP(buf_done) struct buf b = { .max = ROOM };
	struct dns_settings s = { .mode = DNS_TRUST_AD,
				  .server_count = 2,
				  .trust_anchors = S("/etc/anchors") };
	struct arena arena;
	struct frame f;

	CHECK(netaddr_parse(S("192.0.2.1"), &s.servers[0]));
	CHECK(netaddr_parse(S("2001:db8::1"), &s.servers[1]));
	s.servers[1].port = 5300;
	CHECK(frame_add_settings(&b, &s));
	CHECK_INT(take(buf_slice(&b), &arena, &f), TAKEN);
	CHECK_INT(f.type, FRAME_SETTINGS);
	CHECK_INT(f.settings.mode, DNS_TRUST_AD);
	CHECK_INT(f.settings.server_count, 2);
	for (size_t i = 0; i < s.server_count; i++) {
		CHECK(netaddr_eq(&f.settings.servers[i], &s.servers[i]));
		CHECK_INT(f.settings.servers[i].port, s.servers[i].port);
	}
	CHECK_SLICE(f.settings.trust_anchors, S("/etc/anchors"));
	arena_done(&arena);
}

TEST(frame_questions_read_back_one_after_the_other)
{
	CLEANUP(buf_done) struct buf b = { .max = ROOM };
	struct arena arena;
	struct frame f;

	CHECK(frame_add_question(&b, 7, (struct dns_question){ DNS_MX, S("a.test") }));
	CHECK(frame_add_question(&b, 8, (struct dns_question){ DNS_A, S("") }));
	slice in = buf_slice(&b);
	arena_init(&arena, 0);
	CHECK_INT(frame_take(&in, &arena, &f), TAKEN);
	CHECK(f.type == FRAME_QUESTION && f.id == 7 && f.question.type == DNS_MX);
	CHECK_SLICE(f.question.name, S("a.test"));
	CHECK_INT(frame_take(&in, &arena, &f), TAKEN);
	CHECK(f.id == 8 && f.question.type == DNS_A && f.question.name.n == 0);
	CHECK_INT(frame_take(&in, &arena, &f), PARTIAL);
	arena_done(&arena);
}

TEST(frame_answers_read_back)
{
	const struct dns_record records[] = { { 10, S("mx.test") }, { 0, S("") } };
	const struct dns_answer a = { .status = DNS_FOUND,
				      .secure = true,
				      .truncated = true,
				      .ttl = 0x12345678,
				      .canonical = S("c.test"),
				      .records = records,
				      .count = 2 };
	CLEANUP(buf_done) struct buf b = { .max = ROOM };
	struct arena arena;
	struct frame f;

	CHECK(frame_add_answer(&b, 0xfedcba98, &a));
	for (size_t n = 0; n < b.n; n++) {
		CHECK_INT(take(slice_head(buf_slice(&b), n), &arena, &f), PARTIAL);
		arena_done(&arena);
	}
	CHECK_INT(take(buf_slice(&b), &arena, &f), TAKEN);
	CHECK(f.type == FRAME_ANSWER && f.id == 0xfedcba98);
	CHECK(f.answer.status == DNS_FOUND && f.answer.secure && f.answer.truncated);
	CHECK(f.answer.ttl == a.ttl && f.answer.count == 2);
	CHECK_SLICE(f.answer.canonical, a.canonical);
	CHECK_INT(f.answer.records[0].preference, 10);
	CHECK_SLICE(f.answer.records[0].data, S("mx.test"));
	CHECK_SLICE(f.answer.records[1].data, S(""));
	arena_done(&arena);
}

TEST(frame_answers_fit)
{
	static char big[40'000];
	const struct dns_record records[] = { { 0, { big, sizeof(big) } },
					      { 0, { big, sizeof(big) } } };
	const struct dns_answer a = { .status = DNS_FOUND,
				      .records = records,
				      .count = 2 };
	CLEANUP(buf_done) struct buf b = { .max = ROOM };
	struct arena arena;
	struct frame f;

	CHECK(frame_add_answer(&b, 1, &a));
	assert_in_range(b.n, sizeof(big), FRAME_MAX);
	CHECK_INT(take(buf_slice(&b), &arena, &f), TAKEN);
	CHECK(f.answer.count == 1 && f.answer.truncated);
	arena_done(&arena);
}

/* One record that fits no frame leaves nothing to be found. */
TEST(frame_answers_that_cannot_fit_are_trouble)
{
	static char big[FRAME_MAX];
	const struct dns_record record = { 0, { big, sizeof(big) } };
	const struct dns_answer a = {
		.status = DNS_FOUND, .secure = true, .records = &record, .count = 1
	};
	CLEANUP(buf_done) struct buf b = { .max = ROOM };
	struct arena arena;
	struct frame f;

	CHECK(frame_add_answer(&b, 1, &a));
	CHECK_INT(take(buf_slice(&b), &arena, &f), TAKEN);
	CHECK(f.answer.status == DNS_TROUBLE && !f.answer.secure && f.answer.count == 0);
	arena_done(&arena);
}

TEST(frame_that_does_not_fit_leaves_no_trace)
{
	CLEANUP(buf_done) struct buf b = { .max = 20 };

	CHECK(buf_add(&b, S("before")));
	CHECK(!frame_add_question(&b, 1, (struct dns_question){ DNS_A, S("a.test") }));
	CHECK_SLICE(buf_slice(&b), S("before"));
	CHECK(!b.overflow);
}

TEST(frame_refuses_what_is_not_exactly_one)
{
	const slice bad[] = {
		S("\0\0\0\0"), /* empty */
		S("\0\1\0\0"), /* too long */
		S("\xff\xff\xff\xff"),
		S("\0\0\0\1\0"), /* no such type */
		S("\0\0\0\1\4"),
		S("\0\0\0\x09\2\0\0\0\1\0\1\0\1"),   /* the name is cut */
		S("\0\0\0\x0b\2\0\0\0\1\0\1\0\1aa"), /* something behind it */
		S("\0\0\0\x09\2\0\0\0\1\0\3\0\0"),   /* a type that is never asked */
		S("\0\0\0\x05\1\3\0\0\0"),           /* no such mode */
		S("\0\0\0\x05\1\0\x09\0\0"),         /* too many servers */
		S("\0\0\0\x0e\3\0\0\0\1\5\0\0\0\0\0\0\0\0"),   /* no such status */
		S("\0\0\0\x0e\3\0\0\0\1\1\4\0\0\0\0\0\0\0"),   /* no such flag */
		S("\0\0\0\x0e\3\0\0\0\1\0\0\0\0\0\0\0\0\0"),   /* found, but nothing */
		S("\0\0\0\x0e\3\0\0\0\1\3\1\0\0\0\0\0\0\0"),   /* secure trouble */
		S("\0\0\0\x0e\3\0\0\0\1\0\0\0\0\0\0\0\0\x41"), /* too many records */
		S("\0\0\0\x12\3\0\0\0\1\2\0\0\0\0\0\0\0\1\0\0\0\0"), /* no, but a record
								      */
	};

	for (size_t i = 0; i < countof(bad); i++)
		expect_bad(bad[i]);
}
