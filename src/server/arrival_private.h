/*
 * arrival_private.h - an arrival's targets, for its own files only
 */
#pragma once

#include "server/arrival.h"

/* Recipients elsewhere whose copies of the message are alike: a message of the queue. */
struct arrival_outbound {
	struct arrival_way way; /* both empty: sent, not sent on */
	struct queue_target *remote;
	uint32_t count, room;
};

struct arrival_target {
	struct arrival_target *next;
	struct arrival *arrival;
	int64_t account;                   /* or JOB_QUEUE */
	struct arrival_outbound *outbound; /* JOB_QUEUE's */
	slice recipient;
	char id[DELIVERY_ID_SIZE];
	enum err outcome;
	int64_t queue_id; /* of the queue's targets, once it has it */
	struct job job;
	struct ticket ticket;
};

/* Another target; NULL: too many. */
struct arrival_target *arrival_new_target(struct arrival *d, int64_t account,
					  slice recipient);
/* The reverse-path with which the message goes to a target. */
slice arrival_sender_of(const struct arrival_target *t);
/* The run half of JOB_QUEUE's targets. */
enum err arrival_put_into_queue(struct job *j, struct queue *q);
/* Whether the message has been here before: it came through too many servers, through
 * this one too often, or is to be sent on where it was sent on from. */
bool arrival_has_looped(const struct arrival *d, const struct mime_part *root);
/* What the message asks of TLS decides by which connections it leaves (RFC 8689 4.1); on
 * the worker, once it is finished. False: too many. */
bool arrival_heed_demand(struct arrival *d);
