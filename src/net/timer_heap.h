/*
 * timer_heap.h - the timers of a loop, the next one first
 *
 * A binary heap of pointers: setting, moving and cancelling cost O(log n), and
 * a timer knows its place. Only loop.c uses it.
 */
#pragma once

#include "net/loop.h"

struct timer_heap {
	struct timer **slots; /* slots[1] is the next due; slots[0] is unused */
	size_t count, room;
};

void timer_heap_done(struct timer_heap *h);
void timer_heap_put(struct timer_heap *h, struct timer *t, int64_t due_ms);
void timer_heap_remove(struct timer_heap *h, struct timer *t);
/* The timer due first, or NULL. */
struct timer *timer_heap_first(const struct timer_heap *h);
