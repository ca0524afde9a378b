/*
 * group.h - runs a list of jobs on one database, with one commit for all that write
 *
 * Readers run first, outside any transaction, and answer at once. Writers share
 * a transaction, and answer after the commit. Should one of them fail, all are
 * undone and run again with a savepoint each, so that one that fails is undone
 * by itself. When the database loses the whole transaction (a full disk), by the
 * commit at the latest, each is run again alone. So a job must be repeatable.
 */
#pragma once

#include "actor/ticket.h"

/* How the database is driven; struct account and struct queue have these calls. */
struct group_ops {
	enum err (*begin)(void *handle, enum job_level strongest);
	enum err (*savepoint)(void *handle);
	enum err (*release)(void *handle);
	void (*rollback_to)(void *handle);
	bool (*in_transaction)(const void *handle);
	enum err (*commit)(void *handle);
	void (*rollback)(void *handle);
	enum err (*run)(void *handle, struct job *j); /* calls j->run */
};

/* Sets each ticket's outcome and finishes it. True: there were writers. */
bool group_run(const struct group_ops *ops, void *handle, struct ticket *list);
