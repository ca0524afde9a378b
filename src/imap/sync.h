/*
 * sync.h - what has changed in the selected mailbox since the view was told
 *
 * One half runs in a job behind the command's own work and computes; the other
 * runs on the loop and tells the client: EXPUNGE where the command allows it,
 * EXISTS and RECENT, FLAGS for new keywords, FETCH for changed flags, and where
 * the client counts by modification sequences, HIGHESTMODSEQ. Large changes
 * come in slices of SYNC_ROWS messages.
 */
#pragma once

#include "base/job.h"
#include "imap/view.h"

struct account;
struct task;
struct keyword_names;

enum { SYNC_ROWS = 2000 };

struct sync_row {
	uint32_t uid;
	bool is_brief; /* its flags are known: only the modseq is told */
	uint64_t flags, modseq;
};

/* What one run gives. */
struct sync_look {
	bool deleted;      /* the mailbox is gone */
	bool must_write;   /* run again at JOB_WRITES_FLAGS: to claim \Recent */
	bool has_reported; /* all of `report` is in the rows up to here */
	uint64_t modseq;
	uint32_t uid_next;
	struct interval_set vanished, arrived, recent;
	struct keyword_names *keywords; /* NULL: nothing has changed */
	struct sync_row *rows;
	uint32_t row_count;
	uint32_t next; /* UID to go on at, 0: all has been seen */
};

struct sync {
	/* Set by the command's work: what is told though it has not changed; what is not
	 * told though it has, for the client knows; and what the client knows the flags
	 * of, but not the modseq. */
	struct interval_set report, known, brief;
	/* Set by the command's work, when sync_is_current was true before it: nothing but
	 * these has changed, so that no more need be looked for. */
	bool is_own;
	/* Messages from this UID on came by the command itself; 0: none did. */
	uint32_t own_from;

	struct sync_look look;

	/* The place, moved on the loop only. */
	bool is_begun;     /* the first look has been taken over */
	bool has_reported; /* of the two walks, over `report` and changes, the second is
			      on */
	bool is_abandoned; /* a later look failed: the rest is for the next command */
	uint32_t from;     /* where the walk goes on */
	uint32_t below;    /* and ends */
	uint64_t until;    /* the view's modseq when all was told */
	bool tells_gone;   /* some has been */
};

enum told { TOLD_ALL, TOLD_LATER, TOLD_MORE };

/* Before each run; with_work: the command's work is done in it too. */
void sync_begin_run(struct sync *y, bool with_work);
void sync_forget(struct sync *y);
void sync_done(struct sync *y);

/* In the job, before the work: whether all that has changed has been told. */
enum err sync_is_current(struct task *t, struct account *a, bool *ret);
/* In the job. */
enum err sync_look(struct task *t, struct account *a);
/* On the loop, after a look that was committed. TOLD_LATER: the output is full, call
 * again when it has drained; TOLD_MORE: another look is needed. */
enum told sync_tell(struct task *t);
