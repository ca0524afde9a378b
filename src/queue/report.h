/*
 * report.h - what the sender of a message is to be told (RFC 3461 5.2)
 *
 * A report is owed from the moment of its cause, in the same transaction, until
 * queue_reported. queue_make_report turns it into a message of this queue and settles
 * it, in one transaction: none is lost or doubled. Even one for a sender of this
 * server goes by the queue, so that a full mailbox is tried again.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "queue/envelope.h"
#include "queue/queue.h"
#include "queue/schedule.h"
#include "store/incoming.h"

enum { REPORT_RECIPIENTS_MAX = 200 }; /* in one report; the rest gets another */

/* What a recipient's state owes: QUEUED stands for one that is late. notify: NOTIFY_*.
 * handover: of DELIVERED. A null
 * reverse-path is never owed anything. */
enum report report_owed(enum recipient_state state, unsigned notify, bool null_path,
			enum handover handover);

struct queue_report {
	enum report kind; /* of all its recipients */
	struct queue_message message;
	const struct queue_recipient *recipients;
	uint32_t count;
};

/* The first that is owed for a message after that id. All of it lies in the arena.
 * ERR_NOT_FOUND: none; ERR_LIMIT: the arena is full. */
enum err queue_next_report(struct queue *q, int64_t after, struct arena *arena,
			   struct queue_report *ret);
/* It has been made, and is not owed any more; a message that is done goes. */
enum err queue_reported(struct queue *q, const struct queue_report *r);

struct report_maker {
	slice host_name; /* ours, as in bounce.h */
	const struct schedule *schedule;
	int64_t now; /* UNIX seconds */
	/* Appends header fields that are to stand in front of a report, as signatures do;
	 * NULL: there are none. In the queue's job. */
	void (*sign)(const void *signer, const struct incoming *report, int64_t now,
		     struct buf *fields);
	const void *signer;
};

/* Makes the first report that is owed for a message after that id; *ret_report is its own
 * id in the queue, *ret_message whose it is. ERR_NOT_FOUND: none is owed. */
enum err queue_make_report(struct queue *q, const struct report_maker *m, int64_t after,
			   int64_t *ret_message, int64_t *ret_report);
