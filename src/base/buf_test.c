#include "base/arena.h"
#include "base/buf.h"
#include "base/test.h"

TEST(buf_refuses_past_its_maximum)
{
	struct buf b;

	buf_init(&b, 8);
	CHECK(buf_add(&b, S("12345")));
	CHECK(!buf_add(&b, S("6789")));
	CHECK(b.overflow);
	CHECK_SLICE(buf_slice(&b), S("12345"));
	buf_reset(&b);
	CHECK(!b.overflow);
	buf_done(&b);
}

TEST(buf_takes_nothing_when_new)
{
	struct buf b;

	buf_init(&b, 0);
	CHECK(buf_add(&b, S("")));
	CHECK(buf_reserve(&b, 0));
	CHECK(!b.overflow);
	buf_done(&b);
}

TEST(buf_is_a_queue)
{
	struct buf b;

	buf_init(&b, 100);
	for (int round = 0; round < 50; round++) {
		CHECK(buf_add(&b, S("0123456789")));
		CHECK(buf_addf(&b, "%d", 42));
		buf_drop(&b, 12);
	}
	CHECK(buf_add_u64(&b, UINT64_MAX));
	CHECK_SLICE(buf_slice(&b), S("18446744073709551615"));
	buf_done(&b);
}

/* Each length at which the room that is there ends, and the maximum. */
TEST(buf_formats_and_adds_octets_up_to_its_maximum)
{
	for (size_t had = 0; had <= 200; had++) {
		struct buf b;
		size_t octets = 0;

		buf_init(&b, 200);
		while (b.n < had)
			CHECK(buf_add_char(&b, '.'));
		CHECK_INT(buf_addf(&b, "%s", "0123456789"), had + 11 <= 200);
		CHECK_INT(b.n, had + 11 <= 200 ? had + 10 : had);
		CHECK_INT(b.overflow, had + 11 > 200);
		while (buf_add_char(&b, '.'))
			octets++;
		CHECK_INT(b.n, 200);
		CHECK_INT(octets, 200 - (had + 11 <= 200 ? had + 10 : had));
		CHECK(b.overflow);
		buf_done(&b);
	}
}

TEST(buf_moves_whole)
{
	struct buf a, b;

	buf_init(&a, 100);
	buf_init(&b, 100);
	buf_add(&b, S("one"));
	CHECK(buf_move(&a, &b));
	buf_add(&b, S("two"));
	CHECK(buf_move(&a, &b));
	CHECK_SLICE(buf_slice(&a), S("onetwo"));
	CHECK_INT(b.n, 0);
	buf_done(&a);
	buf_done(&b);
}

TEST(arena_is_zeroed_and_limited)
{
	struct arena a;
	slice copy;

	arena_init(&a, 10000);
	char *p = arena_alloc(&a, 9000);
	CHECK(p && p[0] == 0 && p[8999] == 0);
	CHECK(!arena_alloc(&a, 2000));
	CHECK(!arena_alloc_array(&a, SIZE_MAX / 2, 4));
	arena_reset(&a);
	CHECK(arena_copy(&a, S("kept"), &copy));
	CHECK_SLICE(copy, S("kept"));
	arena_done(&a);
}

/* An output queue that was long for once costs nothing afterwards. */
TEST(buf_drop_gives_back)
{
	struct buf b;

	buf_init(&b, 100000);
	for (int i = 0; i < 10000; i++)
		buf_add(&b, S("0123456789"));
	CHECK(!buf_add(&b, S("x")));
	buf_drop(&b, 99999);
	CHECK_SLICE(buf_slice(&b), S("9"));
	buf_drop(&b, 1);
	CHECK(b.overflow && !b.cap);
	CHECK_SLICE(buf_slice(&b), S(""));
	buf_done(&b);
}
