/*
 * push_private.h - what the files of push.h share
 *
 * An account is here while it has subscriptions, and is watched:
 *
 *   opened, changed, ended --> LOOK --subscriptions--> told what they do not know yet
 *                               ^                           |
 *                               '---------- WRITE <---------'  delivered, over
 *
 * All on the first loop but for the jobs.
 */
#pragma once

#include <pthread.h>

#include "base/map.h"
#include "fetch/fetch.h"
#include "jmap/limits.h"
#include "jmap/push.h"
#include "jmap/state_change.h"
#include "server/push.h"
#include "server/push_vapid.h"

enum {
	PUSH_POSTS_MAX = 2,       /* of an account at once */
	PUSH_FAILURES_MAX = 20,   /* in a row, about half a day: then it is over */
	PUSH_PAUSE_MS = 1000,     /* between two messages to one */
	PUSH_SLOW_MS = 60 * 1000, /* once it finds them too many */
	PUSH_PAUSE_MAX_MS = 3600 * 1000,
	PUSH_RETRY_MS = 5000,      /* after the first failure; twice as long after each */
	PUSH_AGAIN_MS = 60 * 1000, /* when the account's database was in trouble */
	PUSH_TTL_S = 24 * 3600,
};

struct heard;
struct push_post;

struct pushing {
	struct server *server;
	struct loop *loop;
	struct fetches fetches;
	struct push_vapid *vapid;
	struct map by_account; /* of struct push_account */
	pthread_mutex_t lock;  /* over the next */
	struct heard *heard;   /* accounts to be looked at, the latest first */
	struct task hear;
	struct resident resident;
	unsigned posts; /* under way */
	bool is_stopping;
};

struct push_account {
	struct pushing *all;
	int64_t account;
	struct watcher watcher;
	struct list_link pushes; /* of struct push */
	unsigned posts;          /* under way */
	struct buf states;       /* as last read */
	bool is_at_work, has_changed;
	struct timer again;
	struct task farewell;

	struct job job; /* and what it works on */
	struct ticket ticket;
	struct list_link found; /* as pushes */
	struct buf found_states;
	int64_t removes[JMAP_PUSHES_MAX], asked[JMAP_PUSHES_MAX];
	unsigned remove_count, asked_count;
};

struct push { /* a subscription */
	struct push_account *of;
	struct list_link link;
	struct jmap_push what;     /* its slices are in text */
	struct buf text;           /* url, key, secret, code, types */
	struct buf known;          /* states that it was told */
	struct buf telling;        /* that it is being told */
	struct push_post *post;    /* under way, or NULL */
	bool tells_code;           /* or told, the last time: its code, not states */
	bool is_delivered;         /* its code; yet to be written */
	bool is_over;              /* yet to be removed */
	bool is_gone;              /* not among the account's any more */
	unsigned failures;         /* in a row */
	int64_t pause_ms, next_ms; /* not before */
	struct timer timer;
};

/* --- push.c --- */

void pushing_leave_if_idle(struct pushing *all); /* when the loop stops */

/* --- push_account.c --- */

/* Looks at it, unless it is here already: then it hears of changes itself. */
void push_account_begin(struct pushing *all, int64_t account);
void push_account_stop(struct push_account *a); /* nothing more is due */
void push_account_free(struct push_account *a); /* once the loop has ended */
/* What is delivered or over is written, unless that is being done. */
void push_account_write(struct push_account *a);
/* Looks at all of the account's subscriptions again, and lets go of it if there are none.
 * The last thing that its caller does with it. */
void push_account_settle(struct push_account *a);

/* --- push_subscription.c --- */

struct push *push_new(const struct jmap_push *what);
void push_free(struct push *p);
/* fresh, which is freed, was read of the same subscription. */
void push_renew(struct push *p, struct push *fresh);
/* Tells it what there is to tell, now or when it may. */
void push_consider(struct push *p);

enum push_outcome { PUSH_TAKEN, PUSH_REFUSED, PUSH_SLOWER, PUSH_FAILED };
/* Its post is over. It may be gone right after. */
void push_posted(struct push *p, enum push_outcome outcome);

/* --- push_post.c --- */

/* Ends in push_posted, never from inside. The body is copied. */
void push_post_start(struct push *p, slice body, slice urgency);
