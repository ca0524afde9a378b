/*
 * owners.h - accounts that share mailboxes with a session's, to go from one to the next
 *
 * A command that works in several accounts sets t->account and comes again with
 * t->more. Logins with a root (imap.h) see no account but their own.
 */
#pragma once

#include "imap/task.h"

enum { OWNERS_MAX = 1000 }; /* accounts; beyond, the rest is not seen */

/* Zeroed: none. */
struct owners {
	int64_t *ids;
	uint32_t count;
};

/* In a job of any account: adds who shares something with the session's. */
enum err owners_find(const struct task *t, struct account *a, struct owners *o);
void owners_done(struct owners *o);
