/*
 * schedule.h - when a message is tried again, and for how long (RFC 5321 4.5.4.1)
 *
 * Pure: the time and the dice are arguments. Intervals double from first_retry up to
 * interval_max, each lengthened by up to a quarter at random, so that what failed
 * together does not come back together. The last attempt is made when the time is over,
 * so a message that may wait for five days is tried on the fifth.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct schedule { /* all in seconds, above 0 */
	int64_t first_retry;
	int64_t interval_max;
	int64_t expire;       /* from the message's arrival or release on */
	int64_t delay_notice; /* likewise; 0: delays are not reported */
};

/* 5 minutes, 3 hours, 5 days, 4 hours */
extern const struct schedule schedule_usual;

/* When to try again after an attempt at `now` failed; not after the end of its time,
 * unless that is over. attempts: made so far, this one included. jitter: uniform over all
 * its values. Always later than now. */
int64_t schedule_next(const struct schedule *s, int64_t start, uint32_t attempts,
		      int64_t now, uint32_t jitter);
/* An attempt that fails at `now` was the last. */
bool schedule_is_over(const struct schedule *s, int64_t start, int64_t now);
/* The sender is to hear that it takes longer. */
bool schedule_is_late(const struct schedule *s, int64_t start, int64_t now);
