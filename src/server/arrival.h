/*
 * arrival.h - one message into the mailboxes of its recipients, exactly once
 *
 * The message is finished (hashed, parsed, compressed) on a worker, then each
 * account gets it in a job of its own; when all have committed or failed,
 * `finished` says so on the loop. Only when the sender has its 250 are the
 * deliveries marked answered, so that a retry after anything else is not
 * doubled (store/delivery.h).
 *
 *   arrival_init -> arrival_add... -> arrival_start -> finished
 *                 -> arrival_answered, if the 250 left -> arrival_done
 *
 * Recipients of other servers go into the queue, which is a target like an
 * account: the 250 waits for its commit, too. A sandbox's delivery goes into
 * inboxes of its one account instead, and never has such recipients.
 */
#pragma once

#include "queue/put.h"
#include "server/server.h"
#include "store/delivery.h"

struct arrival_target; /* one account and what became of it */

struct arrival {
	struct server *server;
	struct loop *loop;
	void (*finished)(struct arrival *d);
	struct incoming *message; /* owned from arrival_init on */
	struct buf reverse_path;
	struct buf prefix;  /* trace fields; to be filled before the start */
	size_t return_path; /* octets at its beginning that are for mailboxes only */
	int64_t received;   /* UNIX seconds */
	struct arena arena; /* of targets and names */
	struct arrival_target *first, **last;
	uint32_t target_count;
	uint32_t
		waiting; /* targets that have not answered, and the message's finishing */
	bool into_junk;  /* not into INBOX; to be said before the start */
	bool is_running;
	enum err finishing; /* of the message: the worker's, until it is done */
	bool has_looped;    /* it came through more servers than any honest way has */
	enum err outcome;   /* of the whole: ERR_NONE when every target has it */
	struct queue_envelope envelope; /* for the queue; to be filled before the start */
	struct buf queue_prefix; /* signatures and trace fields, made by the worker */
	struct queue_target *remote;
	uint32_t remote_count, remote_room;
	slice *inboxes; /* of a sandbox */
	uint32_t inbox_count;
	struct work work;
};

enum {
	ARRIVAL_ARENA_MAX = 4 * 1024 * 1024,
	ARRIVAL_PREFIX_MAX = 512 * 1024, /* octets of our own trace fields */
	ARRIVAL_HOPS_MAX = 100,          /* Received fields (RFC 5321 6.3) */
};

void arrival_init(struct arrival *d, struct server *s, struct loop *loop);
/* Not while it runs. */
void arrival_done(struct arrival *d);

/* Another account that is to get the message, on behalf of a recipient; an account that
 * is there already is found. NULL: too many. */
struct arrival_target *arrival_add(struct arrival *d, int64_t account, slice recipient);
/* A recipient of another server; the queue's target. NULL: too many. */
struct arrival_target *arrival_add_remote(struct arrival *d,
					  const struct queue_target *r);
/* A sandbox's inbox, by login or recipient. False: too many, or no name. */
bool arrival_add_inbox(struct arrival *d, slice login_or_recipient);

void arrival_start(struct arrival *d, slice reverse_path, int64_t now);
/* Of one target, once finished. */
enum err arrival_target_outcome(const struct arrival_target *t);
bool arrival_target_is_remote(const struct arrival_target *t);
/* For those who tell what happened: whether it was started; the message's own id, empty
 * where it has none or could not be read; the number in the queue, 0 for none. */
bool arrival_has_begun(const struct arrival *d);
slice arrival_message_id(const struct arrival *d);
int64_t arrival_queue_id(const struct arrival *d);
/* The sender has been told that all is safe. */
void arrival_answered(const struct arrival *d);
