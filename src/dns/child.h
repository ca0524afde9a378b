/*
 * child.h - the resolver process as the mail server sees it
 *
 * Starts it, speaks frames with it (frame.h), and starts another when it dies:
 * after CHILD_FIRST_PAUSE_MS when it had given an answer, else after a pause
 * that doubles up to CHILD_LAST_PAUSE_MS. It ends when its socket does, or with
 * the thread that runs the loop.
 *
 * All calls, and all that it calls, on the loop.
 */
#pragma once

#include "dns/frame.h"
#include "net/loop.h"
#include "net/process.h"
#include "net/sock.h"

enum {
	CHILD_FIRST_PAUSE_MS = 50,
	CHILD_LAST_PAUSE_MS = 5000,
	CHILD_OUT_MAX = 1024 * 1024, /* octets of questions that wait to be sent */
};

struct child {
	/* Set by the owner. */
	struct loop *loop;
	char *const *command;                /* its argv; NULL-terminated */
	const struct dns_settings *settings; /* lives as long as the child */
	void (*started)(struct child *c);    /* it takes questions */
	void (*answered)(struct child *c, uint32_t id, const struct dns_answer *a);
	void (*died)(struct child *c); /* no question it has will be answered */

	/* The child's own. */
	struct process process; /* pid 0: there is none at present */
	struct sock sock;
	struct watch watch;
	struct buf in, out;
	struct timer respawn;
	int64_t pause_ms;
};

void child_start(struct child *c);
void child_stop(struct child *c); /* without died */
/* False: there is none at present, or it has been asked too much. */
bool child_ask(struct child *c, uint32_t id, struct dns_question q);
