/*
 * ordering.h - the criteria of SORT (RFC 5256 BASE.6.4.SORT, RFC 5957, RFC 6203 6)
 *
 * What a message is sorted by is made into one string of octets, so that
 * sorting compares octets alone. Texts are compared as i;unicode-casemap does.
 */
#pragma once

#include "base/interval_set.h"
#include "base/sorter.h"
#include "store/search.h"

enum {
	ORDERING_CRITERIA_MAX = 20, /* of one command; more are refused */
	ORDERING_KEY_MAX = ORDERING_CRITERIA_MAX * 256 * 1024, /* octets of one key */
};

struct sort_key;

struct ordering {
	struct {
		const struct sort_key *key;
		bool reverse;
	} criteria[ORDERING_CRITERIA_MAX];
	uint32_t count;
	unsigned columns;   /* that they need */
	bool has_relevancy; /* one is RELEVANCY: scores are needed */

	struct sorter sorter;
	uint64_t from; /* the UID whose key is made next */
	bool has_keys; /* all are made */
};

/* "(" criterion *(SP criterion) ")". On success ordering_done later; also of a zeroed
 * one.
 */
bool take_ordering(slice *in, struct ordering *ret);
void ordering_done(struct ordering *o);
/* The same criteria, with nothing sorted by them yet. */
void ordering_again(const struct ordering *o, struct ordering *ret);
/* Appends what a message is sorted by; it needs o->columns of it, and its score, if any.
 */
void ordering_key(const struct ordering *o, const struct message *m, unsigned score,
		  struct buf *key);
/* What is to be sorted. */
struct unsorted {
	const struct interval_set *uids;
	/* A search that found these, and perhaps others. It has scores: they become the
	 * values of the items. */
	const struct interval_set *found;
	const struct search_facts *facts;
};
/* Sorts them, for at most one job slice; *ret_done: o->sorter has them in order.
 * ERR_LIMIT when they are too many. */
enum err ordering_run(struct account *a, int64_t mailbox, const struct unsorted *what,
		      struct ordering *o, bool *ret_done);

/* RFC 5256 2.2 */
int64_t sent_date(const struct message *m);
