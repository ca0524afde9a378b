/*
 * mailbox_private.h - what changes of messages do to their mailbox's row
 */
#pragma once

#include "store/mailbox.h"

/* Added to the counters; may be negative. */
struct mailbox_delta {
	int64_t messages, unseen, deleted, size;
	int64_t drafts; /* not kept: it tells that there are others than before */
};

/* Adds what one message with these flags counts, `times` times (-1: it goes). */
void mailbox_delta_add(struct mailbox_delta *d, uint64_t flags, int64_t size, int times);

/*
 * Counts delta, sets the mailbox's modseq and takes `uids` new UIDs, the first of which
 * is *ret_first (may be NULL). ERR_NOT_FOUND without such a selectable mailbox,
 * ERR_LIMIT when its UIDs are used up.
 */
enum err mailbox_count(struct account *a, int64_t mailbox,
		       const struct mailbox_delta *delta, uint64_t modseq, uint32_t uids,
		       uint32_t *ret_first);

/* message_remove of what was copied elsewhere with a modseq of the same group. */
enum err message_remove_moved(struct account *a, int64_t mailbox,
			      const struct interval_set *uids,
			      struct interval_set *ret_removed);

/* Something but its counts has changed: gives it a modseq of its own. No mailbox of that
 * name is fine. */
enum err mailbox_alter(struct account *a, int64_t id);
enum err mailbox_alter_named(struct account *a, slice name);

/* --- names: mailbox_name.c --- */

/* The name with INBOX in capitals where it is the first level. */
slice mailbox_name_canonical(slice name, char buffer[MAILBOX_NAME_MAX]);
/* The name of the level above; false for a top level. */
bool mailbox_name_parent(slice name, slice *ret);
bool mailbox_name_is_below(slice name, slice above);
