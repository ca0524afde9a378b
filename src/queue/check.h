/*
 * check.h - does the queue hold together?
 *
 * For fsck, and for the tests after every commit.
 */
#pragma once

#include "base/slice.h"
#include "queue/queue.h"

/* what: the rule that is broken; where: a message's id, or 0. */
typedef void queue_fault(void *context, slice what, int64_t where);

enum err queue_check(struct queue *q, queue_fault *tell, void *context,
		     uint64_t *ret_faults);
