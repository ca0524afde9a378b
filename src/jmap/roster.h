/*
 * roster.h - the emails that a query is about, numbered from 0
 *
 * An email's number is its rank by arrival (receivedAt, then id), so a set of them is
 * bits, and most sorting costs nothing. They are those of one mailbox, where the filter
 * has it so, or all. Read in slices; what arrives meanwhile may have no number. 50 octets
 * each, at most.
 */
#pragma once

#include "jmap/thread_numbers.h"
#include "store/email_facts.h"

struct roster_mailbox {
	int64_t id;
	uint32_t exists;
};

struct roster {
	/* What is asked for, set before the first run. */
	int64_t only_in; /* a mailbox; 0: all there are */
	bool wants_received, wants_sent, wants_size, wants_threads;
	bool wants_facts; /* whoever sees them: more than when they came */
	/* Sees each email as it gets its number: 0, 1, 2 ... */
	void (*see)(void *context, const struct email_facts *f);
	void *context;

	/* By number; NULL where not wanted. */
	int64_t *ids, *received, *sent, *sizes;
	uint32_t *threads; /* numbers of numbers */
	uint32_t count;
	struct thread_numbers numbers;

	/* Of the account, at the beginning. */
	struct roster_mailbox *mailboxes; /* in order of their ids */
	uint32_t mailbox_count;
	uint64_t messages; /* in all of them */
	bool has_deleted;  /* \Deleted: what is not to be seen (RFC 8621 4.1.1) */

	/* The roster's own. */
	int step;
	uint32_t capacity, hint;
	bool is_in_order;
	uint32_t *by_id; /* numbers in the order of ids; NULL: that is theirs */
	struct roster_members {
		int64_t *ids; /* in order, once they are all there */
		uint32_t count, capacity;
		struct email_facts *facts; /* where they are asked for one by one */
		uint32_t fact_count;
	} members; /* of only_in */
	uint32_t next_uid;
	int64_t last_received, last_id; /* that was read */
};

/* Goes on until about then (clock_monotonic_ms). */
enum err roster_run(struct roster *r, struct account *a, int64_t until_ms,
		    bool *ret_done);
void roster_done(struct roster *r);

/* Its number, or count when it has none. Quick where one follows the other. */
uint32_t roster_rank(struct roster *r, int64_t id);
/* Whether so many emails are better asked for one by one, not found among all. */
bool roster_prefers_lookups(const struct roster *r, uint32_t emails);
