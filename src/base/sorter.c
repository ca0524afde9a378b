#include "base/sorter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { CLOCK_INTERVAL = 1024 }; /* items merged between two looks at the clock */

void sorter_init(struct sorter *s)
{
	*s = (struct sorter){ .width = 1 };
	arena_init(&s->keys, SORTER_KEYS_MAX);
}

void sorter_done(struct sorter *s)
{
	arena_done(&s->keys);
	free(s->items);
	free(s->spare);
	*s = (struct sorter){ 0 };
}

static bool grow(struct sorter *s)
{
	if (s->count < s->capacity) return true;
	if (s->count == SORTER_ITEMS_MAX) return false;
	s->capacity = s->capacity ? s->capacity * 2 : 256;
	s->items = reallocarray(s->items, s->capacity, sizeof(*s->items));
	assert(s->items); /* SORTER_ITEMS_MAX at most */
	return true;
}

bool sorter_add(struct sorter *s, slice key, uint32_t number, uint32_t value)
{
	struct sort_item item = { .number = number, .value = value };

	if (!grow(s) || !arena_copy(&s->keys, key, &item.key)) return false;
	s->items[s->count++] = item;
	return true;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Merges the two runs that begin at s->at into the spare items. */
static void merge(struct sorter *s)
{
	size_t a = s->at, middle = smaller(a + s->width, s->count);
	size_t b = middle, end = smaller(middle + s->width, s->count);

	for (size_t to = a; to < end; to++) {
		bool takes_b = a == middle || (b < end && slice_cmp(s->items[b].key,
								    s->items[a].key) < 0);

		s->spare[to] = s->items[takes_b ? b++ : a++];
	}
	s->at = end;
}

/* One pair of runs; after the last of them, those that have come of it are next. */
static void step(struct sorter *s)
{
	struct sort_item *merged = s->spare;

	merge(s);
	if (s->at < s->count) return;
	s->spare = s->items;
	s->items = merged;
	s->at = 0;
	s->width *= 2;
}

bool sorter_run(struct sorter *s, int64_t until_ms)
{
	if (s->count && !s->spare) {
		s->spare = calloc(s->count, sizeof(*s->spare));
		assert(s->spare); /* as many as items */
	}
	while (s->width < s->count) {
		step(s);
		if (s->at % CLOCK_INTERVAL == 0 && clock_monotonic_ms() >= until_ms)
			return s->width >= s->count;
	}
	return true;
}
