/*
 * states.h - what changed since a state, by kind of object (RFC 8620 5.2)
 *
 * A state is a modification sequence of the account: of the last change to any email, to
 * any mailbox or its counts, or to which emails a thread has. States only grow, over
 * crashes too. Of what is gone a log is kept, bounded: a state before its beginning is
 * ERR_NOT_FOUND ("cannotCalculateChanges"). What became of threads may be asked since a
 * state of emails, too.
 */
#pragma once

#include "store/account.h"

enum state_kind { STATE_EMAIL, STATE_THREAD, STATE_MAILBOX };

enum { STATE_LOG_MAX = 50'000 }; /* rows of what is gone, of each kind */

struct state_changes {
	int64_t *created, *updated, *destroyed; /* ids, each in one of them */
	uint32_t created_count, updated_count, destroyed_count;
	uint64_t state; /* what they lead to */
	int64_t *shown; /* those of the updated ones, in their order, that were all
			   \Deleted at some time since: a client may not have them */
	uint32_t shown_count;
	bool has_more;   /* there were more than max: go on from that state */
	bool are_counts; /* STATE_MAILBOX: what was updated are counts only */
};

enum err state_now(struct account *a, enum state_kind kind, uint64_t *ret);
/*
 * What was made and is gone again is in none; with has_more all three may be empty. max
 * is at least 1 and never passed. Changes with the same modification sequence come
 * together: where a single one brings more, ERR_NOT_FOUND, which RFC 8620 5.2 allows. The
 * same for a state of the future, and for one that an unclean stop has made useless.
 * state_changes_done later, also after an error.
 */
enum err state_changes(struct account *a, enum state_kind kind, uint64_t since,
		       uint32_t max, struct state_changes *ret);
void state_changes_done(struct state_changes *c);
