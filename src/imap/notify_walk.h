/*
 * notify_walk.h - a look at all accounts that NOTIFY asks for, one after the other
 *
 * The work of a task looks at the account where it runs; its done goes on to the next
 * one, and at last back to the session's, where the selected mailbox is looked at. Other
 * accounts are watched from before the first look at them on, so that no change falls in
 * between.
 */
#pragma once

#include "imap/notify.h"

/* In the task's request, zeroed at first; it begins in the session's account. */
struct notify_walk {
	uint32_t at; /* of notify.known */
	bool is_over;
};

typedef enum err notify_looker(struct task *t, struct account *a);
/* In the job. Sets more where there is more to look at. */
enum err notify_walk_work(struct task *t, struct account *a, const struct notify_walk *w,
			  notify_looker *look);
/* On the loop, after such a run. */
void notify_walk_done(struct task *t, struct notify_walk *w);

/* On the loop: watches again what s->notify, which may be NULL, looks at. */
void notify_watch_others(struct imap *s);
