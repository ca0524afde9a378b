/*
 * text_search.h - the part of a filter that is about text, by the store's search
 *
 * The store searches one mailbox at a time, by UID. So each email is looked at in one of
 * its mailboxes, where the filter's parts without text, whose sets are known, are sets of
 * UIDs. Only emails come into question that they leave.
 */
#pragma once

#include "jmap/email_filter.h"
#include "jmap/place_walk.h"

struct text_place {
	int64_t mailbox;
	uint32_t uid, email;
};

struct text_search {
	struct roster *roster;
	struct filter_node *root;
	struct bits candidates, seen;
	struct bits *found; /* the caller's */

	struct text_place *places; /* of each candidate one, by mailbox and UID */
	uint32_t place_count, place_capacity;
	struct place_walk walk;
	bool has_places;

	/* The mailbox that is searched: places first to last. */
	uint32_t first, last;
	struct arena arena; /* of its condition */
	struct search_node *condition;
	struct interval_set among, matches;
	struct uid_set {
		struct interval_set uids;
		struct uid_set *next;
	} * sets; /* of the condition */
	uint32_t next_uid;
};

/* root has text, and its other parts have sets (email_sets.h); the emails that match go
 * into found, which has no members yet. */
void text_search_init(struct text_search *t, struct roster *roster,
		      struct filter_node *root, const struct bits *visible,
		      struct bits *found);
void text_search_done(struct text_search *t); /* also of a zeroed one */
/* Goes on until about then. ERR_LIMIT: the condition is too large. */
enum err text_search_run(struct text_search *t, struct account *a, int64_t until_ms,
			 bool *ret_done);
