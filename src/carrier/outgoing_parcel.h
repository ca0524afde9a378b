/*
 * outgoing_parcel.h - a message with those of its recipients that go to one destination
 *
 * On the dispatcher's loop, but for the run halves of its jobs.
 */
#pragma once

#include "carrier/outgoing_private.h"
#include "queue/sending.h"
#include "smtp/client.h"
#include "store/body.h"

enum {
	PARCEL_RECIPIENTS_MAX = 100, /* every server takes as many (RFC 5321 4.5.3.1.8) */
	COURIER_PARCELS_MAX = 100,   /* then others have their turn */
};

struct parcel_recipient {
	uint32_t number, attempts;
	struct queue_target target;
	enum attempt_outcome outcome;
	struct queue_reply reply; /* its remote: set for all by parcel_end */
	enum handover handover;   /* of DELIVERED */
};

struct parcel {
	struct outgoing_mail *all;
	void (*taken)(struct parcel *p); /* count 0: nobody is due */
	void *context;
	slice destination; /* a copy */
	struct queue_message message;
	struct body *body; /* NULL: it cannot be read */
	struct parcel_recipient recipients[PARCEL_RECIPIENTS_MAX];
	uint32_t count;
	struct smtp_client_message letter; /* the same for the client, once it is to go */
	struct smtp_client_rcpt rcpts[PARCEL_RECIPIENTS_MAX];
	bool has_more;  /* other messages are due there, or more recipients */
	slice dialogue; /* what was said about it; for the call of parcel_end */
	int64_t now;
	struct schedule schedule;
	struct arena arena;
	struct job job;
	struct ticket ticket;
	struct timer again;
};

/* Takes what is due there first, and tells by taken(), later. */
struct parcel *parcel_take(struct outgoing_mail *o, slice destination,
			   void (*taken)(struct parcel *p), void *context);
/* What came of one; the slices are copied. Recipients without a result are UNTRIED. */
void parcel_settle(struct parcel *p, uint32_t recipient, enum attempt_outcome outcome,
		   const struct queue_reply *reply);
void parcel_settle_all(struct parcel *p, enum attempt_outcome outcome,
		       const struct queue_reply *reply);
/* Its sender wants it back when it is late, and it is: all are refused (RFC 2852 4). */
bool parcel_is_too_late(struct parcel *p);
slice attempt_outcome_name(enum attempt_outcome o); /* "delivered", "deferred", ... */
/* Tells the queue, and the log; the parcel is gone. remote: who took or refused it. */
void parcel_end(struct parcel *p, slice remote);
