/*
 * actors.h - runs jobs: one at a time per account, accounts in parallel
 *
 * Each account that has work is an actor. A worker takes all tickets that wait
 * for it, runs the reading jobs, then all writing jobs in one transaction (group
 * commit, group.h), and only then lets them answer:
 *
 *   submit -> [prepare, on a worker] -> wait -> run, commit -> done, on the loop
 *
 * The queue is an actor like the accounts, under the id JOB_QUEUE; its watchers hear
 * when somebody may be due or a report is owed.
 *
 * Open accounts are kept, at most handles_max of them, the least recently used
 * closed first. Safe from any thread; what a ticket or watcher calls runs on
 * its loop.
 */
#pragma once

#include "actor/ticket.h"
#include "store/account.h"

struct actors;
struct actor;

enum { ACTORS_HANDLES_MAX = 1000, ACTORS_LATER_MS = 1000 };

struct actors *actors_new(struct store *s, struct workers *w, uint32_t handles_max);
void actors_free(
	struct actors *a); /* when no worker runs any more; closes the accounts */

/* On a worker this is the last thing that its work does: it goes on with the account. */
void actors_submit(struct actors *a, struct ticket *t);
/* Of a writing job that nobody waits for, on t's loop: it is done with the account's next
 * job, in order, or after ACTORS_LATER_MS. */
void actors_submit_later(struct actors *a, struct ticket *t);
void actors_flush(struct actors *a); /* waits no longer with those */

/* Before the first job: changed is called, on workers, when an account was opened and
 * after commits that changed it. */
void actors_on_change(struct actors *a, void (*changed)(void *context, int64_t account),
		      void *context);

/* Likewise, but when an account was opened only. */
void actors_on_open(struct actors *a, void (*opened)(void *context, int64_t account),
		    void *context);

/* Is told of commits that changed what others could see, and of the account's end. */
struct watcher {
	int64_t account;
	struct loop *loop;
	void (*changed)(struct watcher *w);
	void (*ended)(
		struct watcher *w); /* the credentials changed or the account went */
	struct actor *actor;        /* the rest is the actors' */
	struct watcher *next, **link;
	_Atomic bool has_changed, has_ended;
	struct task task;
};

void actors_watch(struct actors *a, struct watcher *w);
/* On w's loop. Nothing is called from then on; the memory is to be kept until a task that
 * is posted now to that loop has run. */
void actors_unwatch(struct actors *a, struct watcher *w);

/* Tells all watchers of the account that their sessions end. */
void actors_end_sessions(struct actors *a, int64_t account);
/* Waits for the account's running jobs, closes it and refuses later ones with
 * ERR_NOT_FOUND, so that its files can be removed. Not on a loop. */
void actors_retire(struct actors *a, int64_t account);
