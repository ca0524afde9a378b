/*
 * fetch.h - documents from other servers by HTTPS
 *
 * Each is fetched by a process of its own (fetcher.h), for its library reads what
 * strangers send. FETCHES_AT_ONCE run, others wait their turn. Every fetch ends, by its
 * time-out and FETCH_GRACE_MS at the latest; the time it waited does not count.
 *
 * All on one loop.
 */
#pragma once

#include "fetch/request.h"
#include "net/loop.h"
#include "net/process.h"
#include "net/sock.h"

enum {
	FETCHES_AT_ONCE = 8,
	FETCH_GRACE_MS = 2000, /* for the process to begin and to end */
};

struct fetches {
	struct loop *loop;
	char *const *command; /* the argv of the fetching process */
	struct list_link waiting, running;
	unsigned running_count;
	bool is_stopping;
};

/* command NULL: this program with the verb `fetcher`. */
void fetches_init(struct fetches *all, struct loop *loop, char *const *command);
/* All that is under way fails, soon, and so does what is started after this. */
void fetches_stop(struct fetches *all);

/* One, embedded by its owner, who keeps it and what the request points to until done. */
struct fetch {
	struct fetch_request request;
	/* The end, never from inside fetch_start; the answer lives until it returns. */
	void (*done)(struct fetch *f, const struct fetch_answer *a);

	/* The module's own. */
	struct fetches *all;
	struct list_link link;
	struct process process;
	struct sock sock;
	struct watch watch;
	struct timer deadline;
	struct task task;
	struct buf in, out;
};

void fetch_start(struct fetches *all, struct fetch *f);
