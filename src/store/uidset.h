/*
 * uidset.h - the UIDs of a mailbox as stored intervals
 *
 * Rows of at most UIDSET_ROW_INTERVALS intervals, so that a change rewrites one
 * small row whatever the mailbox's size. Kept in the same transaction as the
 * messages; what they hold always equals the UIDs in the message table.
 */
#pragma once

#include "base/interval_set.h"
#include "store/account.h"

enum { UIDSET_ROW_INTERVALS = 1000 };

/* UIDs first..last, above all that are there. */
enum err uidset_append(struct account *a, int64_t mailbox, uint32_t first, uint32_t last);
/* UIDs that are all there. */
enum err uidset_remove(struct account *a, int64_t mailbox,
		       const struct interval_set *uids);
enum err uidset_clear(struct account *a, int64_t mailbox);
/* Adds all of them to ret. ERR_INTERNAL for damaged rows. */
enum err uidset_read(struct account *a, int64_t mailbox, struct interval_set *ret);
/* Adds those of uids that are in the mailbox. */
enum err uidset_read_among(struct account *a, int64_t mailbox,
			   const struct interval_set *uids, struct interval_set *ret);
