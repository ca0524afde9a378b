/*
 * queue.h - mail on its way to other servers: an open queue and its transactions
 *
 * Layout below the store's folder:
 *   queue/queue.db  everything but large bodies (schema/)
 *   queue/<hash>    bodies too large for the database
 *
 * The queue is an actor as an account is (store/account.h): all functions that take a
 * struct queue, here and in the other headers of this folder, run inside a job with
 * JOB_QUEUE (base/job.h), one at a time. Reads may be made outside a transaction;
 * writes only between queue_begin and queue_commit, each job inside a savepoint:
 *
 *   begin -> (savepoint -> job -> release | rollback_to)* -> commit -> answers
 *
 *   put.h       a message comes in, exactly once
 *   sending.h   who is due where; attempts and what came of them
 *   turn.h      a destination asks for its mail
 *   report.h    what its sender is to be told
 *   policy.h    MTA-STS policies of other domains, which outlive a restart
 *   listing.h   what a person sees and does: list, show, hold, release, retry, delete
 *   schedule.h destination.h bounce.h   decide and compose, without any of this
 */
#pragma once

#include "base/job.h"
#include "store/store.h"

struct queue;

/* Attempts that were cut off by a crash are due again, and logged one by one as
 * "queue.maybe-doubled": the other server may have the message already. */
enum err queue_open(struct store *s, struct queue **ret);
void queue_close(struct queue *q); /* before the store; NULL is fine */

enum err queue_begin(struct queue *q, enum job_level strongest);
enum err queue_savepoint(struct queue *q);
enum err queue_release(struct queue *q);
void queue_rollback_to(struct queue *q);
bool queue_in_transaction(const struct queue *q);
/* ERR_NONE: durable as the level asked. A failed sync leaves the outcome unknown: the
 * call finds out which it was; after ERR_INTERNAL the queue is out of service until the
 * process restarts. */
enum err queue_commit(struct queue *q);
void queue_rollback(struct queue *q);

/* Whether commits since the last call may have made somebody due, or a report. */
bool queue_take_changed(struct queue *q);
/* Copies the log back when that is due. Call after the answers are out. */
void queue_checkpoint(struct queue *q);
