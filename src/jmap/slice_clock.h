/*
 * slice_clock.h - when a slice of a long reading is over (base/job.h)
 */
#pragma once

#include "base/clock.h"

enum { SLICE_CLOCK_INTERVAL = 64 }; /* rows read between two looks at the clock */

struct slice_clock {
	int64_t until_ms;
	uint32_t rows;
	bool is_late;
};

/* One row was read: whether another one may be. */
static inline bool slice_goes_on(struct slice_clock *c)
{
	c->is_late = ++c->rows % SLICE_CLOCK_INTERVAL == 0 &&
		     clock_monotonic_ms() >= c->until_ms;
	return !c->is_late;
}
