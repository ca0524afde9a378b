#include "base/map.h"

#include <string.h>

#include "base/siphash.h"
#include "base/test.h"

/* The vectors of the SipHash paper, appendix A, and the empty input. */
TEST(siphash_of_the_paper)
{
	static const struct siphash_key key = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	char bytes[15];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	CHECK(siphash(&key, (slice){ bytes, 15 }) == 0xa129ca6149be45e5);
	CHECK(siphash(&key, S("")) == 0x726fdb47dd0e0e31);
	CHECK(siphash_process(S("a")) == siphash_process(S("a")));
	CHECK(siphash_process(S("a")) != siphash_process(S("b")));
}

TEST(map_copies_keys)
{
	struct map m = { 0 };
	char key[] = "one";
	int one, two;

	CHECK(!map_find(&m, S("one")));
	CHECK(!map_remove(&m, S("one")));
	CHECK(!map_put(&m, slice_of(key), &one));
	memset(key, 'x', 3);
	CHECK(map_find(&m, S("one")) == &one);
	CHECK(map_put(&m, S("one"), &two) == &one);
	CHECK(!map_put(&m, S(""), &one));
	CHECK(map_find(&m, S("")) == &one);
	CHECK_INT(m.count, 2);
	CHECK(map_remove(&m, S("one")) == &two);
	CHECK(!map_find(&m, S("one")));
	CHECK_INT(m.count, 1);
	map_done(&m);
}

TEST(map_borrows_keys)
{
	static const char text[] = "keykey";
	struct map m;
	size_t cursor = 0;
	int value;

	map_init(&m, MAP_BORROWS_KEYS);
	map_put(&m, (slice){ text, 3 }, &value);
	map_put(&m, (slice){ text + 3, 3 }, &value);
	CHECK_INT(m.count, 1);
	CHECK(map_next(&m, &cursor)->key.p == text + 3);
	CHECK(!map_next(&m, &cursor));
	map_done(&m);
}

/* Random puts and removals, against an array. */
TEST(map_is_a_map)
{
	enum { KEYS = 500 };
	static uint32_t keys[KEYS], *values[KEYS];
	struct map m = { 0 };
	size_t count = 0, cursor = 0;
	uint32_t seed = 1;

	for (uint32_t i = 0; i < KEYS; i++)
		keys[i] = i;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		uint32_t k = (seed >> 8) % KEYS;
		slice key = { (const char *)&keys[k], sizeof(keys[k]) };

		CHECK(map_find(&m, key) == values[k]);
		if (seed >> 31 || i > 15000) {
			CHECK(map_remove(&m, key) == values[k]);
			count -= values[k] != NULL;
			values[k] = NULL;
		} else {
			CHECK(map_put(&m, key, &keys[k]) == values[k]);
			count += values[k] == NULL;
			values[k] = &keys[k];
		}
		CHECK_INT(m.count, count);
	}
	while (map_next(&m, &cursor))
		count--;
	CHECK_INT(count, 0);
	map_done(&m);
}
