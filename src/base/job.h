/*
 * job.h - work on one account, or on the queue: a half that runs, a half that answers
 *
 * prepare  (may be NULL) on a worker thread, once, before the account is
 *          taken: parsing, hashing, compressing.
 * run      on a worker thread, with the account (or the queue, which is an actor like
 *          an account: run_queue) to itself: straight-line,
 *          synchronous calls of the store. It sees the account, the request
 *          copied into the job and its own result, nothing else. It must be
 *          repeatable: when the transaction of a group is lost, every job of
 *          the group is run again alone.
 * done     on the loop of the connection, after the commit. Only done changes
 *          the engine, its view and its output. outcome is what run returned,
 *          or ERR_LATER when the commit failed.
 *
 * A reading job that has filled its result (about JOB_SLICE_OCTETS, or
 * JOB_SLICE_MS of work) keeps its place (a UID, never a cursor), returns, and
 * its engine wants DRAIN and then the JOB again.
 *
 * The job's owner (an engine, a delivery) embeds struct job as a member and
 * keeps it alive until done.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct account; /* store/account.h */
struct queue;   /* queue/queue.h */
struct job;

enum { JOB_QUEUE = -1 }; /* in place of an account's id */

enum {
	JOB_SLICE_OCTETS = 256 * 1024,
	JOB_SLICE_MS = 10,
};

/* What the commit must guarantee; the strongest of a group decides for the group. */
enum job_level {
	JOB_READS,        /* outside any transaction */
	JOB_WRITES_FLAGS, /* atomic; the last moments may be lost in a power cut */
	JOB_WRITES,       /* on disk before done */
};

struct job {
	int64_t account; /* directory id of the account it needs, or JOB_QUEUE */
	enum job_level level;
	void (*prepare)(struct job *j);
	union {
		enum err (*run)(struct job *j, struct account *a);
		enum err (*run_queue)(struct job *j, struct queue *q); /* JOB_QUEUE's */
	};
	void (*done)(struct job *j, enum err outcome);
};
