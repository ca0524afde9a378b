/*
 * smtp_room.h - whether a recipient's accounts have room for the message (RFC 9208)
 *
 * Asked at RCPT of accounts that have limits, each in a job of its own: what an account
 * holds is known to its store only. What MAIL told of the size counts (RFC 1870 6).
 */
#pragma once

#include "policy/routing.h"
#include "server/session.h"
#include "smtp/server.h"

struct smtp_room {
	struct session *s;
	/* Called on the loop, maybe at once; not when the connection is gone. refusal:
	 * why there is no room, or NULL. */
	void (*finished)(struct smtp_room *r, const struct smtp_reply *refusal);
	uint64_t size; /* octets as declared, 0: unknown */
	const int64_t *accounts;
	uint32_t count, at;
	struct job job;
	struct ticket ticket;
};

/* s, finished and size were set. accounts must stay until finished. */
void smtp_room_ask(struct smtp_room *r, const int64_t *accounts, uint32_t count);
/* What to say of a message that an account had no room for: 552 when it never will. */
const struct smtp_reply *smtp_room_refusal(struct store *s, int64_t account,
					   uint64_t size);
