/*
 * search_index.h - an account's search index: search.db beside its mail.db
 *
 * Derived data: it may be deleted at any time, and whatever is wrong with it only makes
 * it anew. It tells which emails can match a text (search_answer.h); what it cannot tell,
 * and emails it does not know yet, search_run looks at itself, so results never differ.
 *
 * Made in small steps behind everything else: once INDEX_TAIL_MIN emails are not in it
 * they become a segment, small segments are made one, and one that lost a quarter of its
 * emails is made again. A step takes about INDEX_STEP_MS and at most some 50 MiB.
 *
 * It belongs to the mail.db it was made of: each segment of new emails gives both files
 * the same random mark, the index first. Marks that differ mean that one of the files is
 * older than the other: then the newest segment is forgotten, if that explains it, or
 * all. A temporary store has no index.
 */
#pragma once

#include "store/account.h"

enum { INDEX_STEP_MS = 5, INDEX_TAIL_MIN = 64 };

enum index_state {
	INDEX_READY,     /* nothing to do */
	INDEX_WORKING,   /* another step is due */
	INDEX_UNSETTLED, /* search_index_settle is due */
};

/* In a reading job. */
enum err search_index_step(struct account *a, enum index_state *ret);
/* In a JOB_WRITES_FLAGS job: gives mail.db the mark. */
enum err search_index_settle(struct account *a);
/* In a reading job: all is to be made anew. */
enum err search_index_reset(struct account *a);
/* Emails in it, and emails there are. */
enum err search_index_progress(struct account *a, uint64_t *ret_done, uint64_t *ret_goal);
