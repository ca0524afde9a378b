/*
 * listing.h - what a person sees of the queue, and does with it
 *
 * Lists are paged: each call goes on behind the last id or number that was seen.
 */
#pragma once

#include "base/json_writer.h"
#include "queue/envelope.h"
#include "queue/queue.h"
#include "queue/sending.h"
#include "store/body.h"

typedef bool queue_see_message(void *context, const struct queue_message *m);

/* Messages with ids above `after`, in order; 0 is the start. */
enum err queue_list(struct queue *q, int64_t after, queue_see_message *see,
		    void *context);
/* One of them; ERR_NOT_FOUND. */
enum err queue_find(struct queue *q, int64_t message, queue_see_message *see,
		    void *context);
/* A message's recipients from that number on, in order. */
enum err queue_recipients(struct queue *q, int64_t message, uint32_t from,
			  queue_see_recipient *see, void *context);

/* The octets as they are sent, to be read on any thread; ERR_NOT_FOUND. Without parts. */
enum err queue_open_body(struct queue *q, int64_t message, struct body **ret);

/* Of a whole message; ERR_NOT_FOUND. A recipient that is being tried stays so. */
enum err queue_hold_message(struct queue *q, int64_t message);
/* Held ones are due now. */
enum err queue_release_message(struct queue *q, int64_t message, int64_t now);
/* All that wait are due now, and so are their destinations. */
enum err queue_retry_message(struct queue *q, int64_t message, int64_t now);
/* Gone, without a report to anybody. What is being tried may still arrive. */
enum err queue_delete_message(struct queue *q, int64_t message);

/* The same for one of its recipients; the message goes with the last. */
enum err queue_hold_recipient(struct queue *q, int64_t message, uint32_t number);
enum err queue_release_recipient(struct queue *q, int64_t message, uint32_t number,
				 int64_t now);
enum err queue_retry_recipient(struct queue *q, int64_t message, uint32_t number,
			       int64_t now);
enum err queue_delete_recipient(struct queue *q, int64_t message, uint32_t number);

/* The fields of a message, within an object. */
void queue_message_json_fields(const struct queue_message *m, struct json_writer *w);
/* As an object: within an array, or behind a key. */
void queue_recipient_json(const struct queue_recipient *r, struct json_writer *w);
/* "queued", "sending", "held", "delivered", "failed", "expired" */
slice recipient_state_name(enum recipient_state s);
