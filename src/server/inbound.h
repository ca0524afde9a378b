/*
 * inbound.h - verifying mail that strangers bring: SPF, DKIM, DMARC, ARC, iprev
 *
 * Between the end of the data and the reply, so that forged mail is refused to whoever
 * brought it and no bounce goes to whoever did not:
 *
 *   inbound_start -> inbound_message_read, on a worker
 *                 -> inbound_checks_decide, on the loop as the DNS answers
 *                 -> finished
 *
 * What it may cost is a struct dns_budget: a dead server costs BUDGET_FRUITLESS_MS. Our
 * own trouble with the DNS never refuses mail.
 */
#pragma once

#include "dns/resolve.h"
#include "policy/inbound_checks.h"
#include "server/session.h"

enum { INBOUND_FIELDS_MAX = 256 * 1024 }; /* octets */

/* What is known of a message; slices are copied. */
struct inbound_facts {
	slice helo;          /* as the client gave it */
	slice local, domain; /* of the reverse-path, unquoted; both empty for <> */
	slice id;            /* for the log */
	int64_t now;         /* UNIX seconds */
	bool seals;          /* inbound_seal is to be called */
};

struct inbound {
	struct session *session; /* without conn: the peer has gone, nobody waits */
	struct incoming *message;
	void (*finished)(struct inbound *in);
	bool is_running;

	/* The outcome. */
	enum inbound_action action;
	struct buf fields; /* to stand above the message */

	/* The module's own. */
	struct arena arena;
	slice id;
	struct inbound_message read;
	struct inbound_checks checks;
	struct dns_answers answers;
	struct dns_budget budget;
	struct dns_resolve resolve;
	struct work work;
};

/* Whether mail of a stranger at that session is verified: not where there is no DNS, nor
 * mail of this machine and its network unless the configuration names a resolver. */
bool inbound_wants(const struct session *s);

/* session, message and finished were set, the rest is zero. The owner keeps it, and the
 * message unchanged, until finished, which is never called from within. */
void inbound_start(struct inbound *in, const struct inbound_facts *facts);
/* Not while it runs; harmless if it never did. */
void inbound_done(struct inbound *in);

/* Appends the ARC Set with which domain sends the message on, if it can. Once finished;
 * on a worker, for it reads a key. */
void inbound_seal(const struct inbound *in, slice domain, struct buf *out);
/* Whether the sender or the author is probably another than the message says: nobody is
 * to be sent a report about it. */
bool inbound_is_doubtful(const struct inbound *in);

/* The domain whose policy refused the message. */
slice inbound_author(const struct inbound *in);
