#include "jmap/thread_numbers.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 256 }; /* a power of two */

void thread_numbers_done(struct thread_numbers *t)
{
	free(t->ids);
	free(t->slots);
	*t = (struct thread_numbers){ 0 };
}

/* Ids are the store's own, so nobody can choose them badly. */
static uint32_t *find_slot(const struct thread_numbers *t, int64_t id)
{
	uint64_t at = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 32;

	for (;; at++) {
		uint32_t *slot = &t->slots[at & (t->slot_count - 1)];

		if (!*slot || t->ids[*slot - 1] == id) return slot;
	}
}

/* At most half of the slots are taken. */
static void grow(struct thread_numbers *t)
{
	free(t->slots);
	t->slot_count = t->slot_count ? 2 * t->slot_count : FIRST_SLOTS;
	t->slots = calloc(t->slot_count, sizeof(*t->slots));
	t->ids = reallocarray(t->ids, t->slot_count / 2, sizeof(*t->ids));
	assert(t->slots && t->ids); /* emails of one account */
	for (uint32_t i = 0; i < t->count; i++)
		*find_slot(t, t->ids[i]) = i + 1;
}

uint32_t thread_number(struct thread_numbers *t, int64_t id)
{
	uint32_t *slot;

	if (2 * t->count >= t->slot_count) grow(t);
	slot = find_slot(t, id);
	if (!*slot) {
		t->ids[t->count++] = id;
		*slot = t->count;
	}
	return *slot - 1;
}
