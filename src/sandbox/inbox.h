/*
 * inbox.h - the inboxes of a sandbox: names, arrival, opening
 *
 * A sandbox's store is one account. Each inbox is a mailbox of it, made at its
 * first use, and the mailbox `all` holds every mail as well. A mail goes to the
 * inbox of the login it was sent with, else to one inbox per recipient. Whoever
 * logs in sees the inbox of that name.
 */
#pragma once

#include "store/message.h"

enum { INBOX_NAME_MAX = 512 }; /* octets */

#define INBOX_ALL "all"

/* Appends the mailbox name of an inbox: lower case; what a mailbox name cannot hold is
 * written as =XX. False for a name that is too long or empty. */
bool inbox_name(slice login_or_address, struct buf *out);

/* Finds or makes the inbox. */
enum err inbox_open(struct account *a, slice name, int64_t *ret_mailbox);

/* One mail into each of the inboxes, and into `all`. */
enum err inbox_deliver(struct account *a, const slice *names, uint32_t count,
		       const struct append *what);
