/*
 * turn.h - a destination asks for its mail now (RFC 1985)
 */
#pragma once

#include "base/slice.h"
#include "queue/queue.h"

/* All that wait for the destination are due now, and nothing keeps it closed; what is
 * held, or not yet released, goes on waiting. below: the same of all that end with "."
 * and it. *ret_count: how many recipients there are. At level JOB_WRITES_FLAGS. */
enum err queue_give_turn(struct queue *q, slice destination, bool below, int64_t now,
			 uint64_t *ret_count);
