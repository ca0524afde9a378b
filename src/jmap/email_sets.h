/*
 * email_sets.h - which emails of a roster fulfil each condition that is not about text
 *
 * Sets of the filter's leaves, then of whatever is combined of them alone. What has text
 * in it is left to text_search.h.
 */
#pragma once

#include "jmap/email_sort.h"
#include "jmap/place_walk.h"

struct keyword_set {
	uint64_t flags; /* its bit; 0: no email has it */
	struct bits emails;
};

struct email_sets {
	struct email_filter *filter;
	const struct email_sort *sort;
	struct roster *roster;
	struct keyword_set *keywords; /* by number */
	struct filter_node **leaves;
	uint32_t leaf_count;
	bool wants_places;
	struct bits visible; /* emails that are in a mailbox */
	/* Of each criterion of the sort that is about a keyword. */
	struct bits sorts[SORT_CRITERIA_MAX];

	/* Where it goes on. */
	int step;
	bool is_done; /* the step */
	struct place_walk walk;
	uint32_t next; /* leaf or criterion whose set is made of keywords' */
};

/* Tells the roster which emails and what of them is needed. filter, sort and roster
 * outlive it.
 */
void email_sets_init(struct email_sets *s, struct email_filter *filter,
		     const struct email_sort *sort, struct roster *roster);
void email_sets_done(struct email_sets *s);

/* Once the roster is there: goes on until about then; done: the root has its set, or its
 * parts without text have theirs. */
enum err email_sets_run(struct email_sets *s, struct account *a, int64_t until_ms,
			bool *ret_done);
