#include "queue/destination.h"

#include <assert.h>

void destination_init(struct destination *d, uint32_t most)
{
	assert(most > 0);
	*d = (struct destination){
		.limit = most < DESTINATION_START ? most : DESTINATION_START,
		.most = most,
		.swift = most,
	};
}

uint32_t destination_room(const struct destination *d, int64_t now)
{
	if (now < d->not_before) return 0;
	return d->running < d->limit ? d->limit - d->running : 0;
}

void destination_started(struct destination *d)
{
	d->running++;
}

static void end_one(struct destination *d)
{
	assert(d->running > 0);
	d->running--;
}

static void count_success(struct destination *d)
{
	if (++d->successes < d->limit || d->limit == d->most) return;
	d->limit++;
	d->successes = 0;
}

void destination_answered(struct destination *d)
{
	if (d->limit < d->swift) d->limit++;
}

void destination_succeeded(struct destination *d)
{
	end_one(d);
	d->failures = 0;
	d->not_before = 0;
	count_success(d);
}

static int64_t wait_after(uint32_t failures, uint32_t jitter)
{
	int64_t wait = DESTINATION_WAIT_MIN;

	while (--failures > 0 && wait < DESTINATION_WAIT_MAX)
		wait *= 2;
	if (wait > DESTINATION_WAIT_MAX) wait = DESTINATION_WAIT_MAX;
	return wait + (int64_t)((uint64_t)wait / 4 * jitter >> 32);
}

void destination_failed(struct destination *d, int64_t now, uint32_t jitter)
{
	end_one(d);
	d->successes = 0;
	if (d->limit > 1) {
		d->limit /= 2;
		d->swift = d->limit;
		return;
	}
	/* Of several that were under way when it closed, one counts. */
	if (now < d->not_before) return;
	d->swift = d->most; /* it was away, and not for too many connections */
	d->failures++;
	d->not_before = now + wait_after(d->failures, jitter);
}

void destination_abandoned(struct destination *d)
{
	end_one(d);
}

bool destination_is_idle(const struct destination *d, int64_t now)
{
	return d->running == 0 && now >= d->not_before + DESTINATION_WAIT_MAX;
}
