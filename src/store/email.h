/*
 * email.h - what is kept of an email whatever mailboxes it is in
 *
 * An email lives as long as a message row names it; who takes such rows away
 * gathers the emails first and releases them afterwards.
 */
#pragma once

#include "store/message.h"

struct thread {
	int64_t id;
	uint64_t created; /* modseq, as its first email's */
};

/* Stores the email and its octets, in its thread (thread_choice.h). created is its
 * modseq. */
enum err email_put(struct account *a, const struct append *what, uint64_t created,
		   int64_t *ret_id, struct thread *ret_thread);

struct emails {
	int64_t *ids;
	size_t count, capacity;
};

void emails_add(struct emails *e, int64_t id);
void emails_done(struct emails *e);
enum err emails_collect_mailbox(struct account *a, int64_t mailbox, struct emails *ret);
/* \Deleted of a message of each is another, since this modseq: it and its thread may
 * have become visible or, with is_hiding, hidden, and that is logged (gone.h). */
enum err emails_log_visibility(struct account *a, const struct emails *emails,
			       uint64_t modseq, bool is_hiding);
/* Each has lost a message row. Removes those that no message row names any more, with
 * their blobs, and logs that they are gone (gone.h). moved: of those that are left,
 * others than the modseqs of their rows need not tell. */
enum err emails_release(struct account *a, const struct emails *emails, uint64_t modseq,
			bool moved);
