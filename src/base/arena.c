#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 4096 }; /* octets; a larger request gets a block of its own */

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

void arena_done(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	a->used = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_block *kept = a->blocks;

	a->used = 0;
	if (!kept) return;
	a->blocks = kept->next;
	arena_done(a);
	if (kept->size > BLOCK_SIZE) {
		free(kept);
		return;
	}
	kept->next = NULL;
	kept->used = 0;
	a->blocks = kept;
}

static void add_block(struct arena *a, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct arena_block *b = malloc(sizeof(*b) + room);

	assert(b); /* bounded by the arena's limit */
	*b = (struct arena_block){ .next = a->blocks, .size = room };
	a->blocks = b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	char *at;

	if (size > a->max || a->used > a->max - size) return NULL;
	size_t rounded = (size + align - 1) / align * align;
	if (!a->blocks || a->blocks->size - a->blocks->used < rounded)
		add_block(a, rounded);
	at = a->blocks->bytes + a->blocks->used;
	a->blocks->used += rounded;
	a->used += size;
	return memset(at, 0, size);
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) return NULL;
	return arena_alloc(a, total);
}

bool arena_copy(struct arena *a, slice s, slice *ret)
{
	char *to = arena_alloc(a, s.n + 1);

	if (!to) return false;
	if (s.n) memcpy(to, s.p, s.n);
	*ret = (slice){ to, s.n };
	return true;
}
