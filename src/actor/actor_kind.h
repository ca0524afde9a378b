/*
 * actor_kind.h - what an actor is the actor of: an account, or the queue
 *
 * The calls that actors.c and group.c make on a database, whichever it is.
 */
#pragma once

#include "actor/group.h"
#include "store/store.h"

struct actor_kind {
	enum err (*open)(struct store *s, int64_t id, void **ret);
	void (*close)(void *handle);
	/* Whether commits since the last call changed what a watcher could see. */
	bool (*take_changed)(void *handle);
	void (*checkpoint)(void *handle);
	struct group_ops group;
};

extern const struct actor_kind account_kind; /* store/account.h */
extern const struct actor_kind queue_kind;   /* queue/queue.h */
