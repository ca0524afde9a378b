#include <stdlib.h>
#include <string.h>

#include "base/interval_set.h"

static void require(bool condition)
{
	if (!condition) abort();
}

/* What is read is in order, apart, and counted right. */
static void check_order(const struct interval_set *s)
{
	uint64_t at = 0, previous = 0, count = 0;
	struct interval i;

	while (interval_set_next(s, &at, &i)) {
		require(i.first <= i.last && i.last > 0);
		require(previous == 0 || i.first > previous + 1);
		require(interval_set_rank(s, i.first) == count + 1);
		count += (uint64_t)i.last - i.first + 1;
		require(interval_set_select(s, (uint32_t)count) == i.last);
		previous = i.last;
	}
	require(interval_set_count(s) == count);
}

/* The stored form is canonical: what is read is written the same. */
static void check_stored(slice stored)
{
	struct interval_set s = { 0 };
	struct buf again;

	buf_init(&again, stored.n);
	if (interval_set_decode(&s, stored)) {
		check_order(&s);
		require(interval_set_encode(&s, &again));
		require(slice_eq(buf_slice(&again), stored));
	} else {
		require(interval_set_count(&s) == 0);
	}
	interval_set_done(&s);
	buf_done(&again);
}

/* The octets as a list of ranges to add and remove; the invariants hold throughout. */
static void check_changes(slice script)
{
	struct interval_set s = { 0 };

	for (; script.n >= 4; script = slice_skip(script, 4)) {
		uint16_t word[2];
		uint32_t last;

		memcpy(word, script.p, sizeof(word));
		last = (uint32_t)word[0] + (word[1] >> 1) % 64;
		if (word[1] & 1)
			interval_set_remove_range(&s, word[0], last);
		else
			interval_set_add_range(&s, word[0], last);
		require(interval_set_contains(&s, last) == (!(word[1] & 1) && last > 0));
	}
	check_order(&s);
	interval_set_done(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice bytes = { (const char *)data, n };

	check_stored(bytes);
	check_changes(bytes);
	return 0;
}
