/*
 * loop.h - one event loop a thread: tasks, timers, signals, descriptors
 *
 * A thread makes turns: it waits for events, handles them, fires the timers
 * that are due, runs the tasks posted to it, then those deferred to the end of
 * the turn. Only loop_post, loop_stop and loop_join may be called from other
 * threads; all else is for the loop's own thread, or before it runs.
 *
 * Tasks, timers, watches and residents are embedded in their owners: posting
 * allocates nothing. The owner keeps them alive while they are posted, set,
 * started or resident. Zeroed ones are idle. LIST_ENTRY finds the owner of each.
 *
 * libevent is seen by loop.c only. SIGPIPE is ignored from the first
 * loop_new() on.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

enum {
	LOOP_SCRATCH = 16 * 1024, /* octets; the most that is read at once */
};

struct loop;

struct loop *loop_new(void);         /* NULL: no descriptors or no epoll; see errno */
void loop_free(struct loop *l);      /* runs what is still posted, then frees */
void loop_run(struct loop *l);       /* on this thread, until stopped */
bool loop_start(struct loop *l);     /* runs it on a thread of its own */
void loop_join(struct loop *l);      /* waits for that thread's end */
int64_t loop_now_ms(struct loop *l); /* monotonic, the same all through a turn */

/* Asks all residents to leave; after grace_ms tells them to. The loop ends when the
 * last has left. Another call with less grace hastens it. */
void loop_stop(struct loop *l, int64_t grace_ms);
bool loop_is_stopping(const struct loop *l);

/* LOOP_SCRATCH octets for whoever is called by the loop, until it returns. */
char *loop_scratch(struct loop *l);

struct task {
	void (*run)(struct task *t);
	struct task *next;
	_Atomic bool queued;
};

/* Runs t on l's thread soon; posted again before it ran, it runs once. */
void loop_post(struct loop *l, struct task *t);
/* The same for the own thread, at the end of this turn and without a lock; what such
 * tasks defer in turn, too, some rounds deep. A task is either posted or deferred, not
 * now this, now that. */
void loop_defer(struct loop *l, struct task *t);

struct timer {
	void (*fire)(struct timer *t);
	int64_t due_ms; /* on loop_now_ms's clock */
	size_t place;   /* in the heap, from 1; 0 = not set */
};

void timer_set(struct loop *l, struct timer *t, int64_t due_ms); /* also moves it */
void timer_cancel(struct loop *l, struct timer *t);
static inline bool timer_is_set(const struct timer *t)
{
	return t->place != 0;
}

enum watch_flag {
	WATCH_READ = 1,
	WATCH_WRITE = 2,
	WATCH_HANGUP = 4, /* the peer has ended its side (EPOLLRDHUP) */
	WATCH_EDGE = 8,   /* told once per change, not as long as it is so */
};

struct event;

struct watch {
	void (*ready)(struct watch *w, unsigned what); /* what: watch_flags */
	struct event *event;
};

bool watch_start(struct loop *l, struct watch *w, int fd, unsigned what);
void watch_stop(struct watch *w); /* before the descriptor is closed; idempotent */

/* Calls handle(context) on the loop for each such signal; only on the first loop of
 * the process. Once the loop is freed the signal is ignored: what is put away then is not
 * to be cut short. */
bool loop_on_signal(struct loop *l, int number, void (*handle)(void *context),
		    void *context);

/* What keeps a stopping loop running: a listener, a connection. */
struct resident {
	/* Leave when it suits, or now. May remove no resident but itself. */
	void (*leave)(struct resident *r, bool now);
	struct list_link link;
};

void loop_enter(struct loop *l, struct resident *r);
void loop_leave(struct resident *r);
