/*
 * held.h - what somebody lets wait in the queue for a later release (RFC 4865 6)
 */
#pragma once

#include "base/slice.h"
#include "queue/queue.h"

struct queue_held {
	uint64_t messages, octets;
};

/* Of the messages that the login submitted (case ignored), those released after now. At
 * level JOB_READS. */
enum err queue_held_of(struct queue *q, slice login, int64_t now, struct queue_held *ret);
