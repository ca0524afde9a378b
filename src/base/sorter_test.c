#include "base/sorter.h"

#include "base/test.h"

/* Few different keys, so that many are equal. */
static void check(uint32_t count)
{
	struct sorter s;

	sorter_init(&s);
	for (uint32_t i = 0; i < count; i++) {
		const char key[] = { (char)('a' + i * 7919 % 13), (char)(i * 31 % 251) };

		CHECK(sorter_add(&s, (slice){ key, i % 3 }, i + 1, 0));
	}
	while (!sorter_run(&s, 0))
		;
	CHECK_INT(s.count, count);
	for (uint32_t i = 1; i < count; i++) {
		int order = slice_cmp(s.items[i - 1].key, s.items[i].key);

		CHECK(order < 0 ||
		      (order == 0 && s.items[i - 1].number < s.items[i].number));
	}
	sorter_done(&s);
}

TEST(sorter)
{
	static const uint32_t counts[] = { 0, 1, 2, 3, 7, 8, 9, 1023, 1024, 1025, 20000 };

	for (size_t i = 0; i < countof(counts); i++)
		check(counts[i]);
}
