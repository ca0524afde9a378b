/*
 * resync.h - what a client that comes back has missed (RFC 7162 3.2.5, 3.2.6)
 *
 * The QRESYNC parameter of SELECT, and the responses to it: VANISHED (EARLIER),
 * then FETCH for what has changed. They are written in slices of a job that may
 * be run again, so the place reached in a run is taken over in done.
 */
#pragma once

#include "imap/task.h"

struct resync_place {
	uint64_t vanished; /* behind the UIDs that were told */
	uint32_t changed;  /* the UID to go on at; 0: VANISHED first */
};

struct resync {
	uint32_t uid_validity;
	uint64_t modseq;
	bool has_known;
	struct interval_set known; /* UIDs that the client has */
	/* Some of its messages: their numbers and, in the same order, their UIDs. */
	struct interval_set match_numbers, match_uids;

	struct interval_set earlier; /* result: what has vanished */
	struct resync_place from, reached;
};

/* "(" uidvalidity SP modseq [SP known-uids] [SP seq-match-data] ")". In any case
 * resync_done. */
bool take_resync(slice *in, struct resync *ret);
void resync_done(struct resync *r);

/* In the job: finds what has vanished. */
enum err resync_begin(struct account *a, const struct view *v, struct resync *r);
/* In the job: appends what is left to t->out; sets t->more when that is full. */
enum err resync_tell(struct task *t, struct account *a, const struct view *v,
		     struct resync *r);

/* Adds those of asked (NULL: of all there ever were) that have vanished since, and that
 * the view does not show. Where the log does not reach back, all that are not there. */
enum err find_vanished(struct account *a, const struct view *v, uint64_t since,
		       const struct interval_set *asked, struct interval_set *ret);
