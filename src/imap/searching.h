/*
 * searching.h - the search in SEARCH, SORT and THREAD
 *
 * Its runs are JOB_READS, which are never made twice, so it keeps its place.
 */
#pragma once

#include "imap/search_keys.h"
#include "imap/task.h"

struct searching {
	struct search_keys keys;
	bool is_resolved; /* keywords have their bits */
	bool is_done;
	uint32_t next;             /* the UID where it goes on */
	struct interval_set found; /* by UID */
	uint64_t modseq;           /* the highest of those */
};

/* The criteria, with the charset as told. In any case searching_done. */
bool take_searching(struct task *t, slice *in, enum charset_place place,
		    struct searching *ret);
void searching_done(struct searching *s);
/* On the loop: submits the task, or answers that the charset is unknown. */
void searching_start(struct task *t, const struct searching *s);
/* In the job: one slice. */
enum err searching_run(struct task *t, struct account *a, struct searching *s);
