/*
 * interval_set.h - a set of uint32_t kept as sorted intervals, with ranks
 *
 * Holds UIDs, message sequence numbers and the like: values from 1 up. 0 is
 * never a member; it means "none" in answers and is ignored in questions. An
 * IMAP session's numbering is such a set: the sequence number of a UID is
 * its rank, the UID of a sequence number is select.
 *
 * n intervals cost 8 octets each, an empty set nothing. Look-ups are
 * O(log n) plus one chunk of at most 256 intervals; a change moves at most
 * one chunk and adjusts one number per later chunk (n / 128 of them), so
 * loops of removals stay cheap at any size seen in a mailbox.
 *
 * Zeroed is a valid empty set; interval_set_done frees. Sets grow with what is
 * added: bound a peer's list of ranges by its length before adding it.
 */
#pragma once

#include "base/buf.h"

struct interval {
	uint32_t first, last; /* both are members; first <= last */
};

struct interval_chunk;

struct interval_set {
	struct interval_chunk *chunks; /* in order, none empty */
	uint32_t chunk_count, chunk_cap;
};

void interval_set_done(struct interval_set *s); /* empty and usable afterwards */
/* Makes to, which must be initialised, equal to from. */
void interval_set_copy(struct interval_set *to, const struct interval_set *from);

void interval_set_add(struct interval_set *s, uint32_t value);
void interval_set_remove(struct interval_set *s, uint32_t value);
/* All from first to last; nothing when first > last. */
void interval_set_add_range(struct interval_set *s, uint32_t first, uint32_t last);
void interval_set_remove_range(struct interval_set *s, uint32_t first, uint32_t last);

bool interval_set_contains(const struct interval_set *s, uint32_t value);
bool interval_set_equal(const struct interval_set *a, const struct interval_set *b);
uint32_t interval_set_count(const struct interval_set *s); /* members */
uint32_t interval_set_min(const struct interval_set *s);   /* 0 when empty */
uint32_t interval_set_max(const struct interval_set *s);   /* 0 when empty */
/* Position of value among the members, from 1; 0 when it is none. */
uint32_t interval_set_rank(const struct interval_set *s, uint32_t value);
/* How many members are <= value. */
uint32_t interval_set_count_to(const struct interval_set *s, uint32_t value);
/* The member at a position from 1; 0 when there are fewer. */
uint32_t interval_set_select(const struct interval_set *s, uint32_t rank);

/* The first interval that has members >= *cursor, cut to them; false when there is none.
 * *cursor then stands behind it, so that a loop that starts at 0 walks over all; the set
 * may change between the steps. */
bool interval_set_next(const struct interval_set *s, uint64_t *cursor,
		       struct interval *ret);

/* s becomes the union with, the difference to, the intersection with other (not s). */
void interval_set_union(struct interval_set *s, const struct interval_set *other);
void interval_set_subtract(struct interval_set *s, const struct interval_set *other);
void interval_set_intersect(struct interval_set *s, const struct interval_set *other);

/* The stored form: per interval two LEB128 numbers, how many values were left out since
 * the one before, less one (less none for the first), and its length less one. */
bool interval_set_encode(const struct interval_set *s, struct buf *out);
/* Adds what was stored, in this one form only; false changes nothing. */
bool interval_set_decode(struct interval_set *s, slice stored);
