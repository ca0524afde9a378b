/*
 * put.h - a message comes into the queue, exactly once
 *
 * A delivery is remembered as unanswered until its sender has its 250, and an identical
 * arrival meanwhile is merged, as store/delivery.h says for accounts.
 */
#pragma once

#include "base/buf.h"
#include "queue/envelope.h"
#include "queue/queue.h"
#include "store/incoming.h"

enum { QUEUE_RECIPIENTS_MAX = 10'000 }; /* of a message */

struct queue_new {
	const struct queue_envelope *envelope;
	const struct incoming *message; /* finished */
	slice prefix;                   /* header fields to put in front, or empty */
	const struct queue_target *targets;
	uint32_t count; /* at least 1 */
	bool held;      /* waits for queue_release_message */
};

/* The recipients are due at once, or at the envelope's release_at. ERR_LIMIT past
 * QUEUE_RECIPIENTS_MAX. */
enum err queue_put(struct queue *q, const struct queue_new *what, int64_t *ret_id);

/* The destination of an address where no route says otherwise: its domain in A-labels and
 * lower case. */
void queue_destination_of(slice address, struct buf *out);

/* The same unless an unanswered delivery of that id (delivery_make_id) is there;
 * *ret_merged says which. The merged message may have left the queue already. */
enum err queue_deliver(struct queue *q, slice delivery_id, const struct queue_new *what,
		       int64_t *ret_id, bool *ret_merged);
/* The sender has its answer: the next identical message is a new one. At level
 * JOB_WRITES_FLAGS. */
enum err queue_answered(struct queue *q, slice delivery_id, int64_t now);
