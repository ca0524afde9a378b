/*
 * sorter.h - things in the order of byte strings
 *
 * A merge sort that is done in slices: n log n comparisons. Equal keys stay in
 * the order in which they were added.
 */
#pragma once

#include "base/arena.h"

enum {
	SORTER_ITEMS_MAX = 1'000'000,
	SORTER_KEYS_MAX = 64 * 1024 * 1024, /* octets of all keys */
};

struct sort_item {
	slice key;
	uint32_t number; /* the caller's, which thing it is */
	uint32_t value;  /* likewise, what it likes */
};

struct sorter {
	struct arena keys;
	struct sort_item *items, *spare;
	uint32_t count, capacity;
	size_t width, at; /* of the runs that are sorted; where the next two begin */
};

void sorter_init(struct sorter *s);
void sorter_done(struct sorter *s); /* also of a zeroed one */
/* Copies the key. False when a limit would be passed. */
bool sorter_add(struct sorter *s, slice key, uint32_t number, uint32_t value);
/* Goes on until about then (clock_monotonic_ms); true when items are in order. */
bool sorter_run(struct sorter *s, int64_t until_ms);
