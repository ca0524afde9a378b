/*
 * index_segment.h - how a segment of the search index is laid out, and read
 *
 * emails    per email its id less the one before (varint), then 1 where only a search
 *           itself can tell what is in it, else 0. An email's place is its number here.
 * block     terms: NUL, term, NUL, term, ... NUL. postings: for each term, in that order,
 *           the octets of its list (varint), then the list: for each email, ascending,
 *           (its place less the one before) * TERM_FLAGS + flags (varint).
 */
#pragma once

#include "base/buf.h"
#include "store/index_builder.h"

enum { SEGMENT_EMAILS_MAX = 2048 };

struct segment_block {
	struct buf terms, postings, list;
};

void segment_block_init(struct segment_block *b);
void segment_block_done(struct segment_block *b);
void segment_block_reset(struct segment_block *b);
bool segment_block_is_full(const struct segment_block *b);
/* values ascend: places * TERM_FLAGS + flags. */
void segment_block_add(struct segment_block *b, slice term, const uint32_t *values,
		       uint32_t count);

/* Rows of blocks have ids of the segment's first email and a number. */
int64_t segment_first_block(int64_t first);
int64_t segment_last_block(int64_t first);

/* Emails of a segment, by place. */
struct place_set {
	uint64_t bits[SEGMENT_EMAILS_MAX / 64];
};

static inline bool place_set_has(const struct place_set *s, uint32_t place)
{
	return s->bits[place / 64] >> place % 64 & 1;
}

/*
 * Adds the emails that have, with any of flags, a term with this pattern in it: a piece
 * of a term, with NUL before it where the term begins so and behind it where it ends so.
 * False for a damaged block.
 */
bool segment_block_find(slice terms, slice postings, slice pattern, unsigned flags,
			struct place_set *ret);

/* The same by hand: term by term, where terms begins with its first NUL, each with its
 * list; and posting by posting. False at the end, or, of the last two, for damage. */
bool take_segment_term(slice *terms, slice *ret);
bool take_segment_list(slice *postings, slice *ret);
/* *place begins at 0, and is where the one before was. */
bool take_segment_posting(slice *list, uint64_t *place, unsigned *ret_flags);
