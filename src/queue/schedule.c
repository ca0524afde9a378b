#include "queue/schedule.h"

const struct schedule schedule_usual = {
	.first_retry = 5 * 60,
	.interval_max = 3 * 3600,
	.expire = 5 * 86400,
	.delay_notice = 4 * 3600,
};

static int64_t interval(const struct schedule *s, uint32_t attempts)
{
	int64_t seconds = s->first_retry;

	while (--attempts > 0 && seconds < s->interval_max)
		seconds *= 2;
	return seconds < s->interval_max ? seconds : s->interval_max;
}

int64_t schedule_next(const struct schedule *s, int64_t start, uint32_t attempts,
		      int64_t now, uint32_t jitter)
{
	int64_t wait = interval(s, attempts ? attempts : 1);
	int64_t end = start + s->expire;

	wait += (int64_t)((uint64_t)wait / 4 * jitter >> 32);
	return end > now && now + wait > end ? end : now + wait;
}

bool schedule_is_over(const struct schedule *s, int64_t start, int64_t now)
{
	return now >= start + s->expire;
}

bool schedule_is_late(const struct schedule *s, int64_t start, int64_t now)
{
	return s->delay_notice > 0 && now >= start + s->delay_notice;
}
