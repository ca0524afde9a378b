#include "jmap/bits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 64 };

static size_t words_of(const struct bits *b)
{
	return ((size_t)b->count + WORD - 1) / WORD;
}

void bits_init(struct bits *b, uint32_t count)
{
	*b = (struct bits){ .count = count };
	b->capacity = words_of(b) + 1;
	b->words = calloc(b->capacity, sizeof(*b->words));
	assert(b->words); /* an eighth of an octet for each */
}

void bits_done(struct bits *b)
{
	free(b->words);
	*b = (struct bits){ 0 };
}

static void grow(struct bits *b)
{
	size_t before = b->capacity;

	b->capacity = before ? 2 * before : 16;
	b->words = reallocarray(b->words, b->capacity, sizeof(*b->words));
	assert(b->words);
	memset(b->words + before, 0, (b->capacity - before) * sizeof(*b->words));
}

void bits_append(struct bits *b, bool is_member)
{
	if (b->count / WORD >= b->capacity) grow(b);
	b->count++;
	if (is_member) bits_set(b, b->count - 1);
}

void bits_set(struct bits *b, uint32_t at)
{
	b->words[at / WORD] |= UINT64_C(1) << at % WORD;
}

bool bits_has(const struct bits *b, uint32_t at)
{
	return b->words[at / WORD] >> at % WORD & 1;
}

uint32_t bits_members(const struct bits *b)
{
	uint32_t count = 0;

	for (size_t i = 0; i < words_of(b); i++)
		count += (uint32_t)__builtin_popcountll(b->words[i]);
	return count;
}

uint32_t bits_next(const struct bits *b, uint32_t at)
{
	uint64_t word;

	if (at >= b->count) return b->count;
	word = b->words[at / WORD] >> at % WORD << at % WORD;
	at -= at % WORD;
	while (!word) {
		at += WORD;
		if (at >= b->count) return b->count;
		word = b->words[at / WORD];
	}
	return at + (uint32_t)__builtin_ctzll(word);
}

/* Bits behind the last thing stay zero. */
static void cut(struct bits *b)
{
	if (b->count % WORD)
		b->words[b->count / WORD] &= (UINT64_C(1) << b->count % WORD) - 1;
}

void bits_fill(struct bits *b)
{
	memset(b->words, 0xff, words_of(b) * sizeof(*b->words));
	cut(b);
}

void bits_invert(struct bits *b)
{
	for (size_t i = 0; i < words_of(b); i++)
		b->words[i] = ~b->words[i];
	cut(b);
}

void bits_and(struct bits *b, const struct bits *other)
{
	assert(b->count == other->count);
	for (size_t i = 0; i < words_of(b); i++)
		b->words[i] &= other->words[i];
}

void bits_or(struct bits *b, const struct bits *other)
{
	assert(b->count == other->count);
	for (size_t i = 0; i < words_of(b); i++)
		b->words[i] |= other->words[i];
}
