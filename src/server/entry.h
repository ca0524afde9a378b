/*
 * entry.h - from a proven identity to an account that is ready for it
 *
 * What IMAP and POP3 do between the login exchange and the mailbox: who may act
 * as whom, the inbox that a sandbox makes for whoever comes, and the session's
 * place among those that end with the account. Embedded in its session, which
 * it keeps alive until it has answered.
 */
#pragma once

#include "server/session.h"

struct entry {
	struct session *s;
	/* inbox: of a sandbox, the mailbox that is this login's; else empty. Lives as
	 * long as the entry. Not called when the connection is gone. */
	void (*opened)(struct session *s, enum err outcome, int64_t account, slice inbox);
	enum err outcome;
	int64_t account;
	struct buf inbox;
	struct job job;
	struct ticket ticket;
	struct task task;
};

void entry_init(struct entry *o, struct session *s);
void entry_done(struct entry *o);
/* Ends in opened, never from inside. */
void entry_start(struct entry *o, slice authentication, slice authorization);
