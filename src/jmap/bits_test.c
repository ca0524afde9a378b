#include "jmap/bits.h"

#include <stdlib.h>

#include "base/test.h"

enum { MAX = 300 };

static void fill_at_random(struct bits *b, bool *plain)
{
	for (uint32_t i = 0; i < b->count; i++) {
		plain[i] = rand() % 4 == 0;
		if (plain[i]) bits_set(b, i);
	}
}

static void check_equal(const struct bits *b, const bool *plain)
{
	uint32_t members = 0, at = bits_next(b, 0);

	for (uint32_t i = 0; i < b->count; i++) {
		CHECK(bits_has(b, i) == plain[i]);
		if (!plain[i]) continue;
		CHECK_INT(at, i);
		at = bits_next(b, at + 1);
		members++;
	}
	CHECK_INT(at, b->count);
	CHECK_INT(bits_members(b), members);
}

TEST(bits_are_what_an_array_of_bools_is)
{
	srand(4);
	for (uint32_t count = 0; count < MAX; count++) {
		bool one[MAX] = { 0 }, two[MAX] = { 0 };
		struct bits a, b;

		bits_init(&a, count);
		bits_init(&b, count);
		fill_at_random(&a, one);
		fill_at_random(&b, two);
		bits_or(&a, &b);
		for (uint32_t i = 0; i < count; i++)
			one[i] |= two[i];
		check_equal(&a, one);
		bits_invert(&a);
		for (uint32_t i = 0; i < count; i++)
			one[i] = !one[i];
		check_equal(&a, one);
		bits_and(&b, &a);
		for (uint32_t i = 0; i < count; i++)
			two[i] &= one[i];
		check_equal(&b, two);
		bits_fill(&a);
		CHECK_INT(bits_members(&a), count);
		bits_done(&a);
		bits_done(&b);
	}
}

TEST(bits_are_appended)
{
	struct bits b = { 0 };
	bool plain[5000];

	for (uint32_t i = 0; i < countof(plain); i++) {
		plain[i] = i % 7 == 0;
		bits_append(&b, plain[i]);
	}
	check_equal(&b, plain);
	bits_done(&b);
}
