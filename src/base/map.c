/* Open addressing with linear probing; a removal moves later entries back, so there are
 * no tombstones and a map that shrank is as fast as a fresh one. */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"

enum { CAP_MIN = 8 };

void map_init(struct map *m, enum map_keys keys)
{
	*m = (struct map){ .keys = keys };
}

static void free_key(const struct map *m, slice key)
{
	if (m->keys == MAP_COPIES_KEYS) free((void *)(uintptr_t)key.p);
}

void map_done(struct map *m)
{
	size_t cursor = 0;
	const struct map_entry *e;

	while ((e = map_next(m, &cursor)))
		free_key(m, e->key);
	free(m->entries);
	map_init(m, m->keys);
}

/* The entry of key, or the free place where it belongs; cap must not be 0. */
static struct map_entry *find_place(const struct map *m, slice key, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);

	while (m->entries[i].value &&
	       !(m->entries[i].hash == hash && slice_eq(m->entries[i].key, key)))
		i = (i + 1) & (m->cap - 1);
	return m->entries + i;
}

static void grow(struct map *m)
{
	struct map bigger = *m;
	size_t cursor = 0;
	const struct map_entry *e;

	bigger.cap = m->cap ? m->cap * 2 : CAP_MIN;
	bigger.entries = calloc(bigger.cap, sizeof(*bigger.entries));
	assert(bigger.entries);
	while ((e = map_next(m, &cursor)))
		*find_place(&bigger, e->key, e->hash) = *e;
	free(m->entries);
	*m = bigger;
}

static slice keep_key(const struct map *m, slice key)
{
	char *copy;

	if (m->keys == MAP_BORROWS_KEYS) return key;
	copy = malloc(key.n + 1);
	assert(copy);
	if (key.n) memcpy(copy, key.p, key.n);
	return (slice){ copy, key.n };
}

void *map_put(struct map *m, slice key, void *value)
{
	uint64_t hash = siphash_process(key);
	struct map_entry *e;
	void *had;

	assert(value);
	if (m->count + 1 > m->cap / 4 * 3) grow(m);
	e = find_place(m, key, hash);
	had = e->value;
	if (!had || m->keys == MAP_BORROWS_KEYS) e->key = keep_key(m, key);
	if (!had) m->count++;
	e->hash = hash;
	e->value = value;
	return had;
}

void *map_find(const struct map *m, slice key)
{
	return m->count ? find_place(m, key, siphash_process(key))->value : NULL;
}

/* Moves back what was pushed behind the place that became free. */
static void close_gap(struct map *m, size_t gap)
{
	size_t mask = m->cap - 1;

	for (size_t i = (gap + 1) & mask; m->entries[i].value; i = (i + 1) & mask) {
		size_t home = m->entries[i].hash & mask;

		/* An entry whose home lies behind the gap must stay behind it. */
		if (((i - home) & mask) < ((i - gap) & mask)) continue;
		m->entries[gap] = m->entries[i];
		gap = i;
	}
	m->entries[gap] = (struct map_entry){ 0 };
}

void *map_remove(struct map *m, slice key)
{
	struct map_entry *e = m->count ? find_place(m, key, siphash_process(key)) : NULL;
	void *value = e ? e->value : NULL;

	if (!value) return NULL;
	free_key(m, e->key);
	m->count--;
	close_gap(m, (size_t)(e - m->entries));
	return value;
}

const struct map_entry *map_next(const struct map *m, size_t *cursor)
{
	while (*cursor < m->cap) {
		const struct map_entry *e = m->entries + (*cursor)++;

		if (e->value) return e;
	}
	return NULL;
}
