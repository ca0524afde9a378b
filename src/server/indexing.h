/*
 * indexing.h - keeps the accounts' search indexes up, behind everything else
 *
 *   RESTING --an account changes--> WAITING --INDEXING_DELAY_MS--> STEPPING --> ...
 *
 * One account at a time, in the order of their changes; each step is a small job of its
 * own (store/search_index.h) that takes its turn with all others of the account, and
 * between two steps is a pause some times as long. So mail never waits for the index
 * longer than for a step, whatever there is to be done. What fails is tried again at the
 * account's next change.
 */
#pragma once

#include "actor/actors.h"

struct indexing;

enum { INDEXING_DELAY_MS = 10000, INDEXING_PAUSE_MS = 20 };

/* On loop; before the first job. */
struct indexing *indexing_new(struct actors *a, struct loop *loop);
void indexing_free(struct indexing *x); /* after the loop has ended; NULL is fine */
