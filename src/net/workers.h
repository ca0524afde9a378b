/*
 * workers.h - the pool of threads for what may block or take long
 *
 * Urgent work (store jobs, deliveries) is taken first, in the order it came.
 * Long work (parsing, hashing passwords) is taken by whoever is free, but only
 * so many at once: so a burst of it can neither take every thread nor more
 * than the cores there are.
 *
 * The owner embeds struct work and keeps it alive until done was called, or,
 * where there is no done, until run was. Work may submit more work.
 */
#pragma once

#include "net/loop.h"

struct work {
	void (*run)(struct work *w);  /* on a worker */
	void (*done)(struct work *w); /* on loop; unused where that is NULL */
	struct loop *loop;
	struct work *next; /* the pool's, like task */
	struct task task;
};

enum work_kind { WORK_URGENT, WORK_LONG, WORK_KINDS };

struct workers;

/* At most so many threads, made as work comes; NULL when none can be. long_at_once 0: as
 * many as there are cores. */
struct workers *workers_new(unsigned threads, unsigned long_at_once);
/* Does what has been submitted, and what that submits, then ends the threads. The
 * loops must outlive it; their loop_free runs done halves that came after the end. */
void workers_free(struct workers *p);

void workers_submit(struct workers *p, enum work_kind kind, struct work *w);
/* For work that ends with this: the same thread does w next, and no other is woken.
 * Called on no worker, or again before that end, the earlier w is submitted as urgent. */
void workers_submit_next(struct workers *p, struct work *w);
