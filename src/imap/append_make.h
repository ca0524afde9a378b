/*
 * append_make.h - the octets of an APPEND's messages, and the messages made of them
 *
 * All octets that come go, one behind the other, into one incoming message, the
 * spool: in memory while they are few, then in a file. So a command of many
 * messages costs the session no more than one of their size. The messages are
 * made of it in the job.
 */
#pragma once

#include "base/err.h"
#include "imap/append_list.h"
#include "imap/names.h"
#include "store/incoming.h"

struct account;

/* What they are made of. */
struct append_source {
	struct append_list list;
	struct incoming *spool; /* NULL until it is needed, and once it is a message */
	uint64_t max;           /* octets of one message */
};

/* Why one could not be made, beside an enum err. */
struct append_fault {
	slice url;     /* the one that names nothing; or NULL in p */
	bool is_empty; /* no octets at all */
	bool is_large; /* above max */
};

/* Finishes m->made, unless it is there. From a worker. a: NULL outside the account's job,
 * where messages with URLs are left as they are. The spool of a single message becomes
 * it. */
enum err append_make(struct append_source *s, struct append_message *m, struct account *a,
		     const struct names *names, struct append_fault *ret_fault);
