/*
 * arena.h - many small allocations with one lifetime
 *
 * Memory comes zeroed, aligned for any type, and is freed together: by
 * arena_reset (the arena is used again) or arena_done. An arena has a limit,
 * for what goes into it is often sized by a peer: arena_alloc returns NULL
 * past it, and the caller refuses. Arenas are always explicit parameters.
 */
#pragma once

#include "base/slice.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* octets handed out since init or reset */
	size_t max;                 /* most octets it may hand out */
};

void arena_init(struct arena *a, size_t max);
void arena_done(struct arena *a);
void arena_reset(struct arena *a); /* keeps one block for the next round */

/* size zeroed octets, or NULL when the limit would be passed. */
void *arena_alloc(struct arena *a, size_t size);
/* count elements of size each; NULL on overflow or past the limit. */
void *arena_alloc_array(struct arena *a, size_t count, size_t size);
/* A copy of s that lives in the arena; false past the limit. A NUL follows it. */
bool arena_copy(struct arena *a, slice s, slice *ret);
