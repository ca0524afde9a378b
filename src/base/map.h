/*
 * map.h - a hash map from bytes to pointers
 *
 * Keys are hashed with a key that peers cannot know, so none can make a map
 * slow. The map copies its keys, or borrows them when told so at the start:
 * then a key's bytes must stay in place as long as its entry (usually they
 * lie in what the value points to). Values are the caller's, never freed here
 * and never NULL.
 *
 * Zeroed is a valid empty map that copies keys. It grows with its entries:
 * bound how many a peer may cause. map_done frees.
 */
#pragma once

#include "base/slice.h"

enum map_keys { MAP_COPIES_KEYS, MAP_BORROWS_KEYS };

struct map_entry {
	uint64_t hash;
	slice key;
	void *value; /* NULL: the place is free */
};

struct map {
	struct map_entry *entries;
	size_t count; /* entries in use */
	size_t cap;   /* places: 0 or a power of two */
	enum map_keys keys;
};

void map_init(struct map *m, enum map_keys keys);
void map_done(struct map *m); /* empty and usable afterwards */

/* Sets the value of key. Returns the value it had, now the caller's to free, or NULL. A
 * borrowed key is replaced along with the value. */
void *map_put(struct map *m, slice key, void *value);
void *map_find(const struct map *m, slice key); /* NULL when there is none */
/* Removes and returns the value, or NULL. */
void *map_remove(struct map *m, slice key);

/* Walks over all entries in no order: start with *cursor 0; NULL at the end. The map must
 * not change meanwhile. */
const struct map_entry *map_next(const struct map *m, size_t *cursor);
