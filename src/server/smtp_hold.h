/*
 * smtp_hold.h - whether a user may let one more message wait for its time (RFC 4865 6)
 *
 * Asked at MAIL, of the queue, in a job. Limits: [queue] hold-quota and its messages; the
 * size that MAIL told counts. What comes in meanwhile by other sessions does not, so each
 * of these may go one message beyond.
 */
#pragma once

#include "queue/held.h"
#include "server/session.h"
#include "smtp/mail.h"

struct smtp_hold {
	struct session *s;
	/* Called on the loop, not from within smtp_hold_ask; not when the connection is
	 * gone. */
	void (*finished)(struct smtp_hold *h, bool is_within);
	slice login; /* the engine's, which waits */
	uint64_t size;
	int64_t now;
	struct queue_held held;
	struct job job;
	struct ticket ticket;
};

/* Whether there is anything to ask. */
bool smtp_hold_is_limited(const struct config *c);
/* s and finished were set. size: octets as declared, 0: unknown. */
void smtp_hold_ask(struct smtp_hold *h, slice login, uint64_t size);
