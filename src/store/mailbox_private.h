/*
 * mailbox_private.h - what changes of messages do to their mailbox's row
 */
#pragma once

#include "store/db.h"
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

/* --- rows: mailbox_change.c --- */

/* ERR_NOT_FOUND. */
enum err mailbox_find_row(struct account *a, slice name, int64_t *ret_id,
			  bool *ret_selectable);
/* A new one of a name that no other has; ERR_LIMIT. */
enum err mailbox_insert(struct account *a, slice name, enum special_use use,
			int64_t *ret_id);
/* The levels above, the highest first: they are mailboxes too (RFC 9051 6.3.4). */
enum err mailbox_make_levels_above(struct account *a, slice name);
/* Two parameters between which all names below lie; the buffers hold them. */
void mailbox_bind_below(struct query *q, slice name, char low[MAILBOX_NAME_MAX + 1],
			char high[MAILBOX_NAME_MAX + 1]);

/* --- names: mailbox_name.c --- */

/* The name with INBOX in capitals where it is the first level. */
slice mailbox_name_canonical(slice name, char buffer[MAILBOX_NAME_MAX]);
/* The name of the level above; false for a top level. */
bool mailbox_name_parent(slice name, slice *ret);
bool mailbox_name_is_below(slice name, slice above);
