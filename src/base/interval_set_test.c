#include "base/interval_set.h"

#include <string.h>

#include "base/test.h"

/* Numbers that are the same in every run. */
static uint32_t next_number(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void check_intervals(const struct interval_set *s, const struct interval *want,
			    size_t n)
{
	uint64_t at = 0;
	struct interval i;

	for (size_t k = 0; k < n; k++) {
		CHECK(interval_set_next(s, &at, &i));
		CHECK_INT(i.first, want[k].first);
		CHECK_INT(i.last, want[k].last);
	}
	CHECK(!interval_set_next(s, &at, &i));
}

TEST(interval_set_empty)
{
	struct interval_set s = { 0 };

	check_intervals(&s, NULL, 0);
	CHECK_INT(interval_set_count(&s), 0);
	CHECK_INT(interval_set_min(&s), 0);
	CHECK_INT(interval_set_max(&s), 0);
	CHECK_INT(interval_set_rank(&s, 1), 0);
	CHECK_INT(interval_set_count_to(&s, UINT32_MAX), 0);
	CHECK_INT(interval_set_select(&s, 1), 0);
	interval_set_remove(&s, 7);
	interval_set_add_range(&s, 9, 8);
	interval_set_add(&s, 0);
	CHECK(!interval_set_contains(&s, 0));
	CHECK(s.chunks == NULL);
	interval_set_done(&s);
}

TEST(interval_set_joins_and_cuts)
{
	struct interval_set s = { 0 };

	interval_set_add_range(&s, 10, 20);
	interval_set_add_range(&s, 30, 40);
	interval_set_add(&s, 21);
	check_intervals(&s, (struct interval[]){ { 10, 21 }, { 30, 40 } }, 2);
	interval_set_add_range(&s, 22, 29);
	check_intervals(&s, (struct interval[]){ { 10, 40 } }, 1);
	interval_set_remove_range(&s, 15, 16);
	interval_set_remove(&s, 10);
	check_intervals(&s, (struct interval[]){ { 11, 14 }, { 17, 40 } }, 2);
	CHECK_INT(interval_set_rank(&s, 17), 5);
	CHECK_INT(interval_set_rank(&s, 16), 0);
	CHECK_INT(interval_set_count_to(&s, 16), 4);
	CHECK_INT(interval_set_select(&s, 5), 17);
	CHECK_INT(interval_set_select(&s, 29), 0);
	CHECK_INT(interval_set_min(&s), 11);
	CHECK_INT(interval_set_max(&s), 40);
	interval_set_remove_range(&s, 0, UINT32_MAX);
	CHECK(s.chunks == NULL);
	interval_set_done(&s);
}

TEST(interval_set_reaches_the_ends)
{
	struct interval_set s = { 0 }, other = { 0 };

	interval_set_add(&s, UINT32_MAX);
	interval_set_add(&s, UINT32_MAX - 1);
	interval_set_add(&s, 1);
	check_intervals(
		&s, (struct interval[]){ { 1, 1 }, { UINT32_MAX - 1, UINT32_MAX } }, 2);
	interval_set_add_range(&s, 0, UINT32_MAX);
	check_intervals(&s, (struct interval[]){ { 1, UINT32_MAX } }, 1);
	CHECK_INT(interval_set_count(&s), UINT32_MAX);
	CHECK_INT(interval_set_rank(&s, UINT32_MAX), UINT32_MAX);
	CHECK_INT(interval_set_select(&s, UINT32_MAX), UINT32_MAX);
	interval_set_remove(&s, UINT32_MAX);
	interval_set_add_range(&other, 5, UINT32_MAX);
	interval_set_intersect(&s, &other);
	check_intervals(&s, (struct interval[]){ { 5, UINT32_MAX - 1 } }, 1);
	interval_set_done(&s);
	interval_set_done(&other);
}

enum { DOMAIN = 4000 }; /* the values of the property test are below this */

/* Everything the set answers, against a bitmap. */
static void check_against(const struct interval_set *s, const bool *member)
{
	uint32_t count = 0, min = 0, max = 0;

	for (uint32_t v = 1; v < DOMAIN; v++) {
		CHECK(interval_set_contains(s, v) == member[v]);
		if (member[v]) {
			count++;
			max = v;
			if (!min) min = v;
			CHECK_INT(interval_set_select(s, count), v);
		}
		CHECK_INT(interval_set_rank(s, v), member[v] ? count : 0);
		CHECK_INT(interval_set_count_to(s, v), count);
	}
	CHECK_INT(interval_set_count(s), count);
	CHECK_INT(interval_set_select(s, count + 1), 0);
	CHECK_INT(interval_set_min(s), min);
	CHECK_INT(interval_set_max(s), max);
}

static void check_copies(const struct interval_set *s)
{
	struct interval_set copy = { 0 }, read = { 0 };
	struct buf stored;

	buf_init(&stored, 10 * DOMAIN);
	interval_set_copy(&copy, s);
	CHECK(interval_set_equal(&copy, s));
	CHECK(interval_set_encode(s, &stored));
	CHECK(interval_set_decode(&read, buf_slice(&stored)));
	CHECK(interval_set_equal(&read, s));
	interval_set_add(&copy, DOMAIN + 1);
	CHECK(!interval_set_equal(&copy, s));
	interval_set_done(&copy);
	interval_set_done(&read);
	buf_done(&stored);
}

/* One random change to both; longest bounds the ranges. */
static void change(struct interval_set *s, bool *member, uint32_t *state,
		   uint32_t longest)
{
	uint32_t first = 1 + next_number(state) % (DOMAIN - 1);
	uint32_t last = first + next_number(state) % longest;
	bool add = next_number(state) % 16 < 8;

	if (last >= DOMAIN) last = DOMAIN - 1;
	for (uint32_t v = first; v <= last; v++)
		member[v] = add;
	if (add)
		interval_set_add_range(s, first, last);
	else
		interval_set_remove_range(s, first, last);
}

TEST(interval_set_is_a_set)
{
	/* Singles make many chunks; long ranges cut through several at once. */
	static const uint32_t longest[] = { 1, 3, 1, 1500, 1, 40, DOMAIN };
	bool member[DOMAIN] = { 0 };
	struct interval_set s = { 0 };
	uint32_t seed = 1;

	for (uint32_t v = 2; v < DOMAIN; v += 2) {
		interval_set_add(&s, v);
		member[v] = true;
	}
	check_against(&s, member);
	for (size_t phase = 0; phase < countof(longest); phase++) {
		for (int i = 0; i < 1500; i++) {
			change(&s, member, &seed, longest[phase]);
			if (i % 300 == 0 || (longest[phase] > 100 && i < 10))
				check_against(&s, member);
		}
		check_against(&s, member);
		check_copies(&s);
	}
	interval_set_done(&s);
}

TEST(interval_set_algebra)
{
	struct interval_set a = { 0 }, b = { 0 }, s = { 0 };
	bool in_a[DOMAIN] = { 0 }, in_b[DOMAIN] = { 0 }, want[DOMAIN] = { 0 };
	uint32_t seed = 2;

	for (int i = 0; i < 1000; i++) {
		change(&a, in_a, &seed, 3);
		change(&b, in_b, &seed, 9);
	}
	for (int i = 0; i < DOMAIN; i++)
		want[i] = in_a[i] || in_b[i];
	interval_set_copy(&s, &a);
	interval_set_union(&s, &b);
	check_against(&s, want);
	for (int i = 0; i < DOMAIN; i++)
		want[i] = in_a[i] && !in_b[i];
	interval_set_copy(&s, &a);
	interval_set_subtract(&s, &b);
	check_against(&s, want);
	for (int i = 0; i < DOMAIN; i++)
		want[i] = in_a[i] && in_b[i];
	interval_set_copy(&s, &a);
	interval_set_intersect(&s, &b);
	check_against(&s, want);
	interval_set_done(&a);
	interval_set_done(&b);
	interval_set_done(&s);
}

/* 100,000 intervals, removed in the order that hurts: each removal from the middle. */
TEST(interval_set_is_large)
{
	enum { INTERVALS = 100 * 1000 };
	struct interval_set s = { 0 };

	for (uint32_t i = 1; i <= INTERVALS; i++)
		interval_set_add(&s, 2 * i);
	CHECK_INT(interval_set_select(&s, 77777), 2 * 77777);
	for (uint32_t left = INTERVALS; left; left--) {
		uint32_t value = interval_set_select(&s, left / 2 + 1);

		CHECK_INT(interval_set_rank(&s, value), left / 2 + 1);
		interval_set_remove(&s, value);
	}
	CHECK_INT(interval_set_count(&s), 0);
	CHECK(s.chunks == NULL);
}

TEST(interval_set_stored_form)
{
	static const slice bad[] = {
		SLICE_INIT("\x01"),                         /* half an interval */
		SLICE_INIT("\x80\x00\x00"),                 /* not the shortest number */
		SLICE_INIT("\xff\xff\xff\xff\x0f\x00"),     /* starts past the end */
		SLICE_INIT("\x00\xff\xff\xff\xff\x0f"),     /* ends past the end */
		SLICE_INIT("\x00\xfe\xff\xff\xff\x0f\0\0"), /* nothing can follow */
	};
	struct interval_set s = { 0 };
	struct buf b;

	buf_init(&b, 100);
	interval_set_add_range(&s, 1, 3);
	interval_set_add(&s, 5);
	CHECK(interval_set_encode(&s, &b));
	CHECK_SLICE(buf_slice(&b), S("\x00\x02\x00\x00"));
	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!interval_set_decode(&s, bad[i]));
	check_intervals(&s, (struct interval[]){ { 1, 3 }, { 5, 5 } }, 2);
	CHECK(interval_set_decode(&s, S("\x03\x00")));
	check_intervals(&s, (struct interval[]){ { 1, 5 } }, 1);
	interval_set_done(&s);
	buf_done(&b);
}
