/*
 * sending.h - who is due where; attempts, and what came of them
 *
 * A driver asks for the destinations where somebody is due, and for the recipients of
 * those that it has room for (destination.h): a destination with a million recipients is
 * one row among the others and hides none. Nothing is read that is not due, so
 * starting costs the same with any number of messages.
 */
#pragma once

#include "queue/envelope.h"
#include "queue/queue.h"
#include "queue/schedule.h"

enum { QUEUE_REPLY_MAX = 1000 }; /* octets of a reply's text that are kept */

/* A visitor returns false to stop. What it sees is valid during the call, in which it may
 * not change the queue. */
typedef bool queue_see_recipient(void *context, const struct queue_recipient *r);

struct queue_place {
	int64_t next_attempt; /* UNIX seconds: since when somebody is due there */
	slice destination;
};
typedef bool queue_see_place(void *context, const struct queue_place *p);

/* Destinations where somebody is due at `now`, the longest due first, behind `after`;
 * zeroed is the start. */
enum err queue_due_places(struct queue *q, int64_t now, const struct queue_place *after,
			  queue_see_place *see, void *context);
/* At most max recipients due there: by priority, then by time, those of a message
 * together. */
enum err queue_due(struct queue *q, const struct queue_place *place, int64_t now,
		   uint32_t max, queue_see_recipient *see, void *context);
/* When somebody is due next, UNIX seconds; INT64_MAX: nobody waits. */
enum err queue_next_time(struct queue *q, int64_t *ret);

/* The recipient is about to be tried, and is not due meanwhile. ERR_NOT_FOUND when it is
 * not waiting any more: held, removed, being tried. At level JOB_WRITES_FLAGS it survives
 * a crash, which is all that it is for. */
enum err queue_attempt_begin(struct queue *q, int64_t message, uint32_t number);

enum attempt_outcome {
	ATTEMPT_DELIVERED, /* the server has taken it */
	ATTEMPT_DEFERRED,  /* may succeed later */
	ATTEMPT_REFUSED,   /* never will */
	ATTEMPT_UNTRIED,   /* there was no attempt after all: it is due again */
};

struct attempt {
	enum attempt_outcome outcome;
	enum handover handover; /* of DELIVERED */
	struct queue_reply reply;
	int64_t now; /* UNIX seconds */
	const struct schedule *schedule;
	uint32_t jitter; /* uniform over all its values */
};

/* What came of it: the recipient waits again, or has its end; what the sender is to be
 * told is noted (report.h), and a message that is done goes. DELIVERED and REFUSED are
 * at level JOB_WRITES. ERR_NOT_FOUND when the message was removed meanwhile. */
enum err queue_attempt_end(struct queue *q, int64_t message, uint32_t number,
			   const struct attempt *what);

/* The destination could not be reached: nobody is due there before not_before, and each
 * of at most max recipients that were due is deferred with that reply, as if it had been
 * tried. *ret_count: how many there were; max of them: call again. */
enum err queue_unreachable(struct queue *q, slice destination, const struct attempt *what,
			   int64_t not_before, uint32_t max, uint32_t *ret_count);
