#include "store/index_segment.h"

#include <string.h>

#include "base/varint.h"
#include "store/terms.h"

enum {
	BLOCK_OCTETS = 64 * 1024, /* of terms, or of postings: a full block has as much of
				   * one of them, or a term more */
	VARINT_MAX = 10,
	LIST_MAX = SEGMENT_EMAILS_MAX * VARINT_MAX,
	BLOCKS_BITS = 16, /* of a block's id; a segment has some hundred at most */
};

void segment_block_init(struct segment_block *b)
{
	buf_init(&b->terms, BLOCK_OCTETS + TERM_MAX + 2);
	buf_init(&b->postings, BLOCK_OCTETS + LIST_MAX + VARINT_MAX);
	buf_init(&b->list, LIST_MAX);
}

void segment_block_done(struct segment_block *b)
{
	buf_done(&b->terms);
	buf_done(&b->postings);
	buf_done(&b->list);
}

void segment_block_reset(struct segment_block *b)
{
	buf_reset(&b->terms);
	buf_reset(&b->postings);
}

bool segment_block_is_full(const struct segment_block *b)
{
	return b->terms.n >= BLOCK_OCTETS || b->postings.n >= BLOCK_OCTETS;
}

void segment_block_add(struct segment_block *b, slice term, const uint32_t *values,
		       uint32_t count)
{
	uint32_t before = 0;

	if (!b->terms.n) buf_add_char(&b->terms, '\0');
	buf_add(&b->terms, term);
	buf_add_char(&b->terms, '\0');
	buf_reset(&b->list);
	for (uint32_t i = 0; i < count; i++) {
		buf_add_varint(&b->list, values[i] - before);
		before = values[i] / TERM_FLAGS * TERM_FLAGS;
	}
	buf_add_varint(&b->postings, b->list.n);
	buf_add(&b->postings, buf_slice(&b->list));
}

int64_t segment_first_block(int64_t first)
{
	return first << BLOCKS_BITS;
}

int64_t segment_last_block(int64_t first)
{
	return (first << BLOCKS_BITS) + (1 << BLOCKS_BITS) - 1;
}

/* --- reading --- */

bool take_segment_term(slice *terms, slice *ret)
{
	slice rest = slice_skip(*terms, 1);
	size_t n = slice_find_char(rest, '\0');

	if (n == rest.n) return false;
	*ret = slice_head(rest, n);
	*terms = slice_skip(rest, n);
	return true;
}

bool take_segment_list(slice *postings, slice *ret)
{
	uint64_t n;

	if (!take_varint(postings, &n) || n > postings->n) return false;
	*ret = slice_head(*postings, (size_t)n);
	*postings = slice_skip(*postings, (size_t)n);
	return true;
}

bool take_segment_posting(slice *list, uint64_t *place, unsigned *ret_flags)
{
	uint64_t value;

	if (!take_varint(list, &value)) return false;
	*place += value / TERM_FLAGS;
	*ret_flags = value % TERM_FLAGS;
	return *place < SEGMENT_EMAILS_MAX;
}

static bool add_places(slice list, unsigned flags, struct place_set *ret)
{
	uint64_t place = 0;
	unsigned seen;

	while (list.n) {
		if (!take_segment_posting(&list, &place, &seen)) return false;
		if (seen & flags) ret->bits[place / 64] |= 1ULL << place % 64;
	}
	return true;
}

static bool add_terms_list(slice *postings, uint32_t skipped, unsigned flags,
			   struct place_set *ret)
{
	slice list;

	do
		if (!take_segment_list(postings, &list)) return false;
	while (skipped--);
	return add_places(list, flags, ret);
}

/* How many terms end in these octets. */
static uint32_t count_ends(slice terms)
{
	uint32_t n = 0;

	for (size_t i = 0; i < terms.n; i++)
		n += terms.p[i] == '\0';
	return n;
}

bool segment_block_find(slice terms, slice postings, slice pattern, unsigned flags,
			struct place_set *ret)
{
	bool bound = pattern.p[0] == '\0'; /* its NUL ends the term before */

	/* What is left begins with the NUL in front of the next term. */
	for (;;) {
		size_t at = slice_find(terms, pattern);

		if (at == terms.n) return true;
		/* NULs up to the term that was found, less the one in front of it. */
		uint32_t skipped = count_ends(slice_head(terms, at + bound)) - 1;
		if (!add_terms_list(&postings, skipped, flags, ret)) return false;
		terms = slice_skip(terms, at + bound);
		terms = slice_skip(terms, slice_find_char(terms, '\0'));
	}
}
