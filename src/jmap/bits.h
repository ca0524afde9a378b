/*
 * bits.h - sets of things that are numbered from 0, one bit each
 *
 * All sets that are combined have the same count. Zeroed is a set of nothing among
 * nothing; bits_done frees. A million things cost 125 KB.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bits {
	uint64_t *words;
	uint32_t count;  /* of things, members or not */
	size_t capacity; /* words */
};

void bits_init(struct bits *b, uint32_t count); /* no members */
void bits_done(struct bits *b);

/* One more thing: the set grows. */
void bits_append(struct bits *b, bool is_member);
void bits_set(struct bits *b, uint32_t at);
bool bits_has(const struct bits *b, uint32_t at);
uint32_t bits_members(const struct bits *b); /* how many there are */
/* The first member from `at` on; count where there is none. */
uint32_t bits_next(const struct bits *b, uint32_t at);

void bits_fill(struct bits *b);
void bits_invert(struct bits *b);
void bits_and(struct bits *b, const struct bits *other);
void bits_or(struct bits *b, const struct bits *other);
