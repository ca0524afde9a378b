#include "queue/destination.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

static void start(struct destination *d, uint32_t n)
{
	while (n--)
		destination_started(d);
}

TEST(destination_grows_with_success)
{
	struct destination d;

	destination_init(&d, 20);
	CHECK_INT(destination_room(&d, 0), 2);
	start(&d, 2);
	CHECK_INT(destination_room(&d, 0), 0);
	destination_succeeded(&d);
	CHECK_INT(d.limit, 2);
	destination_succeeded(&d);
	CHECK_INT(d.limit, 3);
	for (int i = 0; i < 1000; i++) {
		destination_started(&d);
		destination_succeeded(&d);
	}
	CHECK_INT(destination_room(&d, 0), 20);
}

/* Two connections, kept: it doubles as each of them has had a message. */
TEST(destination_grows_with_messages_until_a_connection_fails)
{
	struct destination d;
	int messages = 0;

	destination_init(&d, 20);
	start(&d, 2);
	for (; d.limit < 20; messages++)
		destination_answered(&d);
	CHECK_INT(messages, 18);
	destination_failed(&d, 1000, 0);
	CHECK_INT(d.limit, 10);
	for (int i = 0; i < 1000; i++)
		destination_answered(&d);
	CHECK_INT(d.limit, 10);
	for (int i = 0; i < 10; i++) {
		destination_started(&d);
		destination_succeeded(&d);
	}
	CHECK_INT(d.limit, 11);
}

TEST(destination_that_was_away_grows_with_messages_again)
{
	struct destination d;

	destination_init(&d, 20);
	start(&d, 3);
	destination_failed(&d, 1000, 0);
	destination_failed(&d, 1000, 0); /* closes */
	CHECK(d.not_before > 1000);
	destination_answered(&d);
	CHECK_INT(d.limit, 2);
}

TEST(destination_halves_then_closes_then_probes)
{
	struct destination d;

	destination_init(&d, 20);
	d.limit = 5;
	start(&d, 5);
	destination_failed(&d, 1000, 0);
	CHECK_INT(d.limit, 2);
	destination_failed(&d, 1000, 0);
	CHECK_INT(d.limit, 1);
	destination_failed(&d, 1000, 0); /* closes */
	CHECK_INT(d.not_before, 1060);
	destination_failed(&d, 1000, 0); /* was under way: does not count again */
	CHECK_INT(d.not_before, 1060);
	destination_abandoned(&d);
	CHECK_INT(destination_room(&d, 1059), 0);
	CHECK_INT(destination_room(&d, 1060), 1);
	start(&d, 1);
	destination_failed(&d, 1060, 0);
	CHECK_INT(d.not_before, 1060 + 120);
	start(&d, 1);
	destination_succeeded(&d);
	CHECK_INT(d.limit, 2);
	CHECK_INT(destination_room(&d, 1061), 2);
	CHECK_INT(d.failures, 0);
}

TEST(destination_waits_an_hour_at_most)
{
	struct destination d;
	int64_t now = 0;

	destination_init(&d, 1);
	for (int i = 0; i < 100; i++) {
		destination_started(&d);
		destination_failed(&d, now, UINT32_MAX);
		CHECK(d.not_before > now);
		CHECK(d.not_before - now < DESTINATION_WAIT_MAX * 5 / 4);
		now = d.not_before;
	}
	CHECK(!destination_is_idle(&d, now));
	CHECK(destination_is_idle(&d, now + DESTINATION_WAIT_MAX));
}

/* Whatever happens, it stays within its bounds, and is never shut for good. */
TEST(destination_keeps_its_bounds)
{
	unsigned seed = 3;
	struct destination d;
	int64_t now = 0;

	destination_init(&d, 10);
	for (int i = 0; i < 100'000; i++) {
		now += rand_r(&seed) % 30;
		if (rand_r(&seed) % 2 && destination_room(&d, now))
			destination_started(&d);
		else if (d.running && rand_r(&seed) % 2)
			destination_answered(&d);
		else if (d.running && rand_r(&seed) % 3)
			destination_succeeded(&d);
		else if (d.running && rand_r(&seed) % 8)
			destination_failed(&d, now, (uint32_t)rand_r(&seed));
		else if (d.running)
			destination_abandoned(&d);
		CHECK(d.limit >= 1 && d.limit <= 10);
		CHECK(d.running <= 10);
		CHECK(d.not_before <= now + DESTINATION_WAIT_MAX * 5 / 4);
	}
}

/*
 * One destination never answers, the others do within a second; connections in all are
 * few. The fast ones get what they would have had without it.
 */
struct lane {
	struct destination d;
	uint32_t waiting, done;
	int64_t ends[16]; /* of what runs, by slot; 0: free */
};

static void end_due(struct lane *l, bool is_slow, int64_t now)
{
	for (size_t i = 0; i < countof(l->ends); i++) {
		if (l->ends[i] == 0 || l->ends[i] > now) continue;
		l->ends[i] = 0;
		if (is_slow) {
			destination_failed(&l->d, now, 0);
		} else {
			destination_succeeded(&l->d);
			l->done++;
		}
	}
}

static void start_some(struct lane *l, int64_t takes, int64_t now, uint32_t *free_ones)
{
	uint32_t room = destination_room(&l->d, now);

	for (size_t i = 0; i < countof(l->ends) && room && *free_ones && l->waiting;
	     i++) {
		if (l->ends[i]) continue;
		l->ends[i] = now + takes;
		destination_started(&l->d);
		l->waiting--;
		room--;
		(*free_ones)--;
	}
}

TEST(destination_that_hangs_holds_up_no_other)
{
	enum { LANES = 4, ALL = 12, EACH = 500, SLOW = 300 };
	struct lane lanes[LANES];
	int64_t now = 1;
	bool busy = true;

	memset(lanes, 0, sizeof(lanes));
	for (int i = 0; i < LANES; i++) {
		destination_init(&lanes[i].d, ALL / LANES);
		lanes[i].waiting = EACH;
	}
	for (; busy; now++) {
		uint32_t free_ones = ALL;

		busy = false;
		for (int i = 0; i < LANES; i++) {
			end_due(&lanes[i], i == 0, now);
			free_ones -= lanes[i].d.running;
		}
		for (int i = 0; i < LANES; i++) {
			start_some(&lanes[i], i ? 1 : SLOW, now, &free_ones);
			if (i && lanes[i].done < EACH) busy = true;
		}
		CHECK(now < EACH); /* with three at a time it takes a third of that */
	}
	CHECK(lanes[0].waiting > EACH - 10);
}
