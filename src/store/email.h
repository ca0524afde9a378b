/*
 * email.h - what is kept of an email whatever mailboxes it is in
 *
 * An email lives as long as a message row names it; who takes such rows away
 * gathers the emails first and releases them afterwards.
 */
#pragma once

#include "store/message.h"

/* Stores the email and its octets, in the thread of the first message it refers to that
 * is known. */
enum err email_put(struct account *a, const struct append *what, int64_t *ret_id);

struct emails {
	int64_t *ids;
	size_t count, capacity;
};

void emails_add(struct emails *e, int64_t id);
void emails_done(struct emails *e);
enum err emails_collect_mailbox(struct account *a, int64_t mailbox, struct emails *ret);
/* Removes those that no message row names any more, with their blobs. */
enum err emails_release(struct account *a, const struct emails *emails);
