/*
 * search_reply.h - what SEARCH and SORT are asked to return, and their response
 *
 * Without RETURN the response is SEARCH (RFC 3501 7.2.5) or SORT (RFC 5256 4),
 * with it ESEARCH (RFC 4731, RFC 5267 3, RFC 6203, RFC 9394 3.1). It is written in as
 * many pieces as it takes.
 */
#pragma once

#include "base/interval_set.h"

enum {
	RETURN_MIN = 1,
	RETURN_MAX = 2,
	RETURN_ALL = 4,
	RETURN_COUNT = 8,
	RETURN_SAVE = 16, /* for "$" (RFC 5182) */
	RETURN_PARTIAL = 32,
	RETURN_UPDATE = 64,     /* contexts.h */
	RETURN_CONTEXT = 128,   /* a hint that asks for nothing (RFC 5267 4.2) */
	RETURN_RELEVANCY = 256, /* scores (RFC 6203 4) */
};

/* Results first to last of those found, either way round. */
struct partial_range {
	bool from_end; /* 1 is the last */
	uint32_t first, last;
};
/* partial-range (RFC 9394 4). */
bool take_partial_range(slice *in, struct partial_range *ret);
/* The positions that it means among count; first is 0 when there are none. */
struct interval partial_positions(const struct partial_range *p, uint32_t count);

struct search_return {
	bool is_extended;
	unsigned options; /* RETURN_* */
	struct partial_range partial;
	slice attributes; /* of UPDATE (RFC 5465 7): "(UID FLAGS)", or empty */
};

/* [SP "RETURN" SP "(" options ")"]; no options are ALL. */
bool take_search_return(slice *in, struct search_return *ret);

/* Without RETURN it becomes RETURN (ALL), as in IMAP4rev2 (RFC 9051 6.4.4). */
void search_return_extend(struct search_return *r);

/* Messages in the order in which they are told: a set, or a list where it is not NULL. */
struct found {
	const struct interval_set *set;
	const uint32_t *list;
	uint32_t count; /* of the list */
	slice scores;   /* an octet each, in that order: for RELEVANCY */
};
uint32_t found_count(const struct found *f);
uint32_t found_at(const struct found *f, uint32_t position); /* from 1 */

/* Whether all that was found counts, not only MIN, MAX and PARTIAL. */
bool search_return_is_whole(const struct search_return *ret);
/* Adds to saved what SAVE keeps of these (RFC 5182 2.4, RFC 9394 3.2). */
void search_return_save(const struct search_return *ret, const struct found *f,
			struct interval_set *saved);

struct search_reply {
	const struct search_return *ret;
	slice command; /* SEARCH or SORT, for the response without RETURN */
	slice tag;
	slice correlators; /* besides the tag, each with a space before it */
	bool by_uid;
	uint64_t modseq;    /* told unless it is 0 (RFC 7162 3.1.6) */
	struct found found; /* by the numbers that the client is to see */

	bool is_begun;           /* some of it is written */
	uint32_t position, last; /* what is still to be listed */
	struct interval scored;  /* of which the scores are still to be told */
	bool is_listed;          /* they are what is left */
};

/* Appends what is left until out holds about that many octets; true when all of it is
 * written. */
bool search_reply_write(struct search_reply *r, struct buf *out, size_t octets);
