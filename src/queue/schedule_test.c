#include "queue/schedule.h"

#include <stdlib.h>

#include "base/test.h"

enum { START = 1'000'000 };

TEST(schedule_doubles_up_to_its_most)
{
	static const int64_t minutes[] = { 5, 10, 20, 40, 80, 160, 180, 180 };

	for (uint32_t i = 0; i < countof(minutes); i++)
		CHECK_INT(schedule_next(&schedule_usual, START, i + 1, START, 0),
			  START + minutes[i] * 60);
}

TEST(schedule_spreads_by_a_quarter_at_most)
{
	CHECK_INT(schedule_next(&schedule_usual, START, 1, START, UINT32_MAX / 2),
		  START + 300 + 37);
	CHECK_INT(schedule_next(&schedule_usual, START, 1, START, UINT32_MAX),
		  START + 300 + 74);
}

TEST(schedule_ends_with_an_attempt_at_its_end)
{
	const int64_t end = START + schedule_usual.expire;

	CHECK_INT(schedule_next(&schedule_usual, START, 50, end - 60, 0), end);
	CHECK(!schedule_is_over(&schedule_usual, START, end - 1));
	CHECK(schedule_is_over(&schedule_usual, START, end));
}

TEST(schedule_is_late_after_its_notice)
{
	struct schedule silent = schedule_usual;

	silent.delay_notice = 0;
	CHECK(!schedule_is_late(&schedule_usual, START, START + 4 * 3600 - 1));
	CHECK(schedule_is_late(&schedule_usual, START, START + 4 * 3600));
	CHECK(!schedule_is_late(&silent, START, INT64_MAX / 2));
}

/* However it is configured and whatever the dice say: always forward, the last attempt at
 * the end, and no more of them than the intervals allow. */
static void check_life(unsigned *seed)
{
	const struct schedule s = { .first_retry = 1 + rand_r(seed) % 5000,
				    .interval_max = 1 + rand_r(seed) % 50000,
				    .expire = 1 + rand_r(seed) % 1000000,
				    .delay_notice = rand_r(seed) % 100000 };
	int64_t now = START,
		least = s.first_retry < s.interval_max ? s.first_retry : s.interval_max;
	uint32_t attempts = 0;

	while (!schedule_is_over(&s, START, now)) {
		int64_t next = schedule_next(&s, START, ++attempts, now,
					     (uint32_t)rand_r(seed) * 2U);

		CHECK(next > now);
		CHECK(next <= START + s.expire);
		CHECK(next - now <= s.interval_max + s.interval_max / 4);
		CHECK(next == START + s.expire || next - now >= least);
		now = next;
	}
	CHECK_INT(now, START + s.expire);
	CHECK(schedule_next(&s, START, attempts, now, 0) > now);
}

TEST(schedule_any_life_goes_forward_to_its_end)
{
	unsigned seed = 7;

	for (int i = 0; i < 300; i++)
		check_life(&seed);
}
