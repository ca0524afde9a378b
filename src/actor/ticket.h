/*
 * ticket.h - a job on its way: from its loop to a worker and back
 *
 * Embedded in the job's owner, which keeps it until it was answered. Whoever
 * queues tickets (actors.h, queue_actor.h) uses `next`.
 */
#pragma once

#include "base/job.h"
#include "net/loop.h"
#include "net/workers.h"

struct ticket {
	struct job *job;
	struct loop
		*loop; /* NULL: a thread waits for it, and it is answered where it ran */
	void (*answered)(struct ticket *t); /* on loop, after job->done; may be NULL */
	enum err outcome;
	void *queue; /* where it waits; this and the rest is the queue's */
	void (*enqueue)(struct ticket *t);
	struct ticket *next;
	struct task task;
	struct work work;
};

/* Tickets in the order they came. Zeroed by ticket_list_init only. */
struct ticket_list {
	struct ticket *first, **last;
};

void ticket_list_init(struct ticket_list *l);
void ticket_list_add(struct ticket_list *l, struct ticket *t);
struct ticket *ticket_list_take(struct ticket_list *l); /* all of them */

/* Runs job->prepare on a worker if there is one, then enqueue(t). */
void ticket_start(struct ticket *t, struct workers *w, void (*enqueue)(struct ticket *t));
/* Calls job->done and answered on the ticket's loop. It may be gone right after this. */
void ticket_finish(struct ticket *t, enum err outcome);
void ticket_finish_all(struct ticket *list, enum err outcome);
