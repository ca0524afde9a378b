#include "net/timer_heap.h"

#include <assert.h>
#include <stdlib.h>

enum { ROOM_FIRST = 16 }; /* slots */

void timer_heap_done(struct timer_heap *h)
{
	free(h->slots);
	*h = (struct timer_heap){ 0 };
}

struct timer *timer_heap_first(const struct timer_heap *h)
{
	return h->count > 0 ? h->slots[1] : NULL;
}

static void place(struct timer_heap *h, struct timer *t, size_t at)
{
	h->slots[at] = t;
	t->place = at;
}

static void sift_up(struct timer_heap *h, struct timer *t, size_t at)
{
	while (at > 1 && h->slots[at / 2]->due_ms > t->due_ms) {
		place(h, h->slots[at / 2], at);
		at /= 2;
	}
	place(h, t, at);
}

static void sift_down(struct timer_heap *h, struct timer *t, size_t at)
{
	for (;;) {
		size_t child = 2 * at;

		if (child > h->count) break;
		if (child < h->count &&
		    h->slots[child + 1]->due_ms < h->slots[child]->due_ms)
			child++;
		if (h->slots[child]->due_ms >= t->due_ms) break;
		place(h, h->slots[child], at);
		at = child;
	}
	place(h, t, at);
}

/* Only as many as there are live connections and the like: memory that is bounded. */
static void make_room(struct timer_heap *h)
{
	if (h->count + 1 < h->room) return;
	h->room = h->room ? 2 * h->room : ROOM_FIRST;
	h->slots = realloc(h->slots, h->room * sizeof(struct timer *));
	assert(h->slots);
}

void timer_heap_put(struct timer_heap *h, struct timer *t, int64_t due_ms)
{
	timer_heap_remove(h, t);
	make_room(h);
	t->due_ms = due_ms;
	sift_up(h, t, ++h->count);
}

void timer_heap_remove(struct timer_heap *h, struct timer *t)
{
	size_t hole = t->place;
	struct timer *last;

	if (hole == 0) return;
	t->place = 0;
	last = h->slots[h->count--];
	if (last == t) return;
	sift_up(h, last, hole);
	sift_down(h, last, last->place);
}
