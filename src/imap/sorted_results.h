/*
 * sorted_results.h - what SORT found, as the client has it, kept in order (RFC 5267 4.3)
 *
 * The UIDs in the requested order. What they are sorted by is not kept: it never changes
 * and is read again of the few messages that a new one is compared with, so a result
 * costs four octets, or five with its score. A message that has left the store since
 * keeps its place until it is taken out.
 *
 * Changes are told in parts of at most SORTED_PART results, each the payload of one
 * ADDTO or REMOVEFROM: pairs of a position and results that stand there, to be followed
 * one after the other.
 */
#pragma once

#include "imap/ordering.h"

enum { SORTED_PART = 2000 };

struct view;

struct sorted_results {
	struct ordering order; /* the criteria; nothing is sorted by it */
	uint32_t *uids;
	uint8_t *scores; /* of each, where that is what they are sorted by; or NULL */
	uint32_t count, capacity;
};

/* Takes over what was sorted. */
void sorted_results_init(struct sorted_results *r, const struct ordering *sorted);
void sorted_results_done(struct sorted_results *r);

/* How a part names its messages: by UID, or by their numbers in a view. */
struct sorted_names {
	bool by_uid;
	const struct view *view;
};

/* Takes out one part of these, from the first on, appends its pairs, and moves it from
 * `which` to told. At least one of `which` must be there. */
void sorted_results_remove(struct sorted_results *r, const struct sorted_names *names,
			   struct interval_set *which, struct interval_set *told,
			   struct buf *out);

/* Items in order that are to be put in, none of which is there. */
struct sorted_arrivals {
	const struct sorter *sorter;
	uint32_t next; /* the item that comes next */
	int64_t until_ms;
};
/* In the job: finds the places of one part of them, at least one, until about then
 * (clock_monotonic_ms), appends its pairs, and adds it to told. */
enum err sorted_results_insert(struct sorted_results *r, struct account *a,
			       const struct sorted_names *names,
			       struct sorted_arrivals *arrivals,
			       struct interval_set *told, struct buf *out);
