/*
 * buf.h - owned, growing bytes with a maximum
 *
 * A buf grows up to its maximum and no further: an addition that does not fit
 * is dropped whole and sets `overflow`, which stays set until buf_reset. So a
 * writer may add freely and look once at the end; a full buf is a refusal to
 * the peer, never an abort. What lies in it can be dropped from the front at
 * the cost of a pointer move, which makes it an output queue as well.
 *
 * Owned by whoever called buf_init; buf_done frees. A zeroed buf is a valid
 * empty one with maximum 0.
 */
#pragma once

#include "base/slice.h"

struct buf {
	char *p;       /* the first octet held is p[start] */
	size_t start;  /* octets dropped from the front */
	size_t n;      /* octets held */
	size_t cap;    /* octets allocated */
	size_t max;    /* most octets it may hold */
	bool overflow; /* an addition did not fit */
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);  /* frees; the buf is empty afterwards, maximum kept */
void buf_wipe(struct buf *b);  /* as buf_done, blanking the octets first: for secrets */
void buf_reset(struct buf *b); /* empties it and clears overflow, keeps the memory */

/* The octets held, valid until the next change. */
static inline slice buf_slice(const struct buf *b)
{
	return (slice){ b->p ? b->p + b->start : "", b->n };
}

/* All additions return false, and set overflow, when they did not fit. */
bool buf_add(struct buf *b, slice bytes);
bool buf_grow_by_char(struct buf *b, char c); /* buf_add_char where there is no room */
bool buf_add_u64(struct buf *b, uint64_t value);
bool buf_addf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* In place where there is room, for much is written by the octet. */
static inline bool buf_add_char(struct buf *b, char c)
{
	if (b->start + b->n >= b->cap || b->n >= b->max) return buf_grow_by_char(b, c);
	b->p[b->start + b->n++] = c;
	return true;
}

/* Room for n more octets to be written in place, or NULL; commit says how many were. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Removes n octets from the front. Emptied, it keeps little memory: a queue costs what
 * waits in it. */
void buf_drop(struct buf *b, size_t n);
void buf_truncate(struct buf *b, size_t n); /* keeps the first n octets */
/* Appends all of from to b and empties from; cheap when b is empty. */
bool buf_move(struct buf *b, struct buf *from);
