/*
 * submission.h - what a user's own message is asked, and what is added to it (RFC 6409)
 *
 * Whoever logged in sends under addresses of their own (RFC 6409 6.1): those whose mail
 * comes to the account, be it by name, by alias, by +detail or by a catch-all. That goes
 * for the envelope's sender, and for every mailbox of From and Sender; [submission]
 * sender relaxes it. The null reverse-path is anybody's (RFC 6409 3.2, RFC 5321 4.5.5).
 *
 * Then the message is completed before it is signed: a Date and a Message-ID where they
 * are missing (RFC 6409 8.2, 8.3), and Bcc and Resent-Bcc go (RFC 5322 3.6.3), as do a
 * Return-Path and Authentication-Results in our name. Nothing else is touched, and mail
 * of other servers never is.
 */
#pragma once

#include "config/config.h"
#include "store/incoming.h"

struct submission {
	/* Set by the owner. */
	const struct config *config;
	struct store *store;
	int64_t account;
	slice id;    /* an atom of ours that nobody else has: for Message-ID */
	int64_t now; /* UNIX seconds */

	/* The address that is not the account's: of ERR_DENIED. */
	struct buf foreign;
};

void submission_init(struct submission *s);
void submission_done(struct submission *s);

/* Whether the account may name that sender in MAIL; both halves are empty for <>. */
bool submission_may_send_as(const struct submission *s, slice local, slice domain);

/* Checks and completes *message, which may be replaced by another. May take long: on a
 * worker, before incoming_finish. ERR_DENIED: an author is not the account's.
 * ERR_MALFORMED: the header section has no end within MIME_HEADER_MAX octets. */
enum err submission_complete(struct submission *s, struct incoming **message);
