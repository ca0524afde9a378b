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
 * Between `finished` and the answer, arrival_tell makes the reports of success that were
 * asked for, and lets the queue try what some mailboxes could not take.
 *
 * Recipients of other servers go into the queue, which is a target like an
 * account, or several: one for what is sent as it came, and one for each alias that
 * sends it on. The 250 waits for their commit, too. A sandbox's delivery goes into
 * inboxes of its one account instead, and never has such recipients.
 */
#pragma once

#include "queue/put.h"
#include "server/server.h"
#include "store/delivery.h"

struct arrival_target; /* one account, or a message of the queue, and its fate */

/* How an alias of ours sends a message on to other servers. */
struct arrival_way {
	slice alias;        /* the address that was written to: for Delivered-To */
	slice reverse_path; /* local@domain, or empty for <> */
};

struct arrival {
	struct server *server;
	struct loop *loop;
	void (*finished)(struct arrival *d);
	/* Both on the worker, and may be NULL: the first may change the message before it
	 * is finished, or refuse it (the outcome of all targets); the second adds fields
	 * that are to stand on top of what goes to other servers. */
	enum err (*prepare)(struct arrival *d);
	void (*sign)(struct arrival *d, struct buf *out);
	void (*told)(struct arrival *d); /* ends arrival_tell */
	struct incoming *message;        /* owned from arrival_init on */
	struct buf reverse_path;
	struct buf prefix;  /* trace fields; to be filled before the start */
	size_t return_path; /* octets at its beginning that are for mailboxes only */
	int64_t received;   /* UNIX seconds */
	struct arena arena; /* of targets and names */
	struct arrival_target *first, **last;
	uint32_t target_count;
	uint32_t waiting; /* targets that have not answered */
	bool into_junk;   /* not into INBOX; to be said before the start */
	bool is_held;     /* in the queue, until a person releases it; likewise */
	bool has_report;  /* perhaps (reporting.h); the same */
	bool lacks_report_signature; /* that one about TLS would need; the same */
	bool is_running;
	enum err
		finishing; /* of the message: the worker's, until a target has answered */
	enum err outcome;  /* of the whole: ERR_NONE when every target has it */
	struct queue_envelope envelope; /* for the queue; to be filled before the start */
	struct buf queue_prefix; /* signatures and trace fields, made by the worker */
	uint32_t remote_count;   /* recipients elsewhere, of all targets */
	const struct queue_target *rest; /* whom arrival_tell is about */
	uint32_t rest_count;
	enum err telling; /* of arrival_tell */
	slice *inboxes;   /* of a sandbox */
	uint32_t inbox_count;
	struct work work;
	struct task stopped; /* by the worker: no target has the message */
};

enum {
	ARRIVAL_ARENA_MAX = 4 * 1024 * 1024,
	ARRIVAL_PREFIX_MAX = 512 * 1024, /* octets of our own trace fields */
	ARRIVAL_HOPS_MAX = 100,          /* Received fields (RFC 5321 6.3) */
	ARRIVAL_OWN_HOPS_MAX = 10,       /* of them our own */
};

void arrival_init(struct arrival *d, struct server *s, struct loop *loop);
/* Not while it runs. */
void arrival_done(struct arrival *d);

/* Another account that is to get the message, on behalf of a recipient; an account that
 * is there already is found. NULL: too many. */
struct arrival_target *arrival_add(struct arrival *d, int64_t account, slice recipient);
/* A recipient of another server, to whom the message is sent, or sent on by an alias (way
 * is copied; NULL: sent); an address that is there already is found. NULL: too many. */
struct arrival_target *arrival_add_remote(struct arrival *d,
					  const struct arrival_way *way,
					  const struct queue_target *r);
/* A sandbox's inbox, by login or recipient. False: too many, or no name. */
bool arrival_add_inbox(struct arrival *d, slice login_or_recipient);

/* Before the start: nobody gets it, until they are added anew. */
void arrival_forget_targets(struct arrival *d);
/* Before the start: nobody elsewhere is to be told what becomes of what aliases send on,
 * for its sender is probably not who wrote it. */
void arrival_silence_forwards(struct arrival *d);
/* The domain of the first alias that sends it on; empty: none does. */
slice arrival_forwarder(const struct arrival *d);

/* Outcome ERR_DENIED: it has been here before, and goes round in circles. */
void arrival_start(struct arrival *d, slice reverse_path, int64_t now);
/* What the queue has to do for recipients of ours: the reports that delivered ones owe
 * (RFC 3461 5.2.3), and further attempts for the others; as durable as the mail and done
 * once, too. The list lives until told(). False: there is no room, and told() will not
 * come; either failure is `telling`. */
bool arrival_tell(struct arrival *d, const struct queue_target *rest, uint32_t count);
/* Of one target, once finished. */
enum err arrival_target_outcome(const struct arrival_target *t);
int64_t arrival_target_account(const struct arrival_target *t);
bool arrival_target_is_remote(const struct arrival_target *t);
/* For those who tell what happened: whether it was started; the message's own id, empty
 * where it has none or could not be read; the number in the queue, 0 for none. */
bool arrival_has_begun(const struct arrival *d);
slice arrival_message_id(const struct arrival *d);
int64_t arrival_queue_id(const struct arrival *d);
/* Of each recipient elsewhere, one after the other. */
void arrival_each_destination(const struct arrival *d,
			      void (*tell)(void *context, slice destination),
			      void *context);
/* The sender has been told that all is safe. */
void arrival_answered(const struct arrival *d);
