/*
 * errand.h - a job that a thread waits for: what commands do to a database
 *
 * Inside a running server the job takes its turn with all others of its account; in a
 * command that has the store to itself it is run right here, in a transaction of its own.
 */
#pragma once

#include "base/job.h"

struct account;
struct actors;
struct store;

/* On a worker, in work that may be long, or in a process of its own; never on a loop.
 * account is JOB_QUEUE; done is not called. The outcome is that of the commit, too.
 * actors is NULL where no server is running. */
enum err errand_run(struct store *store, struct actors *actors, struct job *j);
/* The same for an account's job; own is the open account where no server is running. */
enum err errand_run_account(struct actors *actors, struct account *own, struct job *j);
