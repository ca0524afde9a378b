/*
 * mailbox_argument.h - a mailbox name as a command's argument
 */
#pragma once

#include "imap/task.h"

/* SP mailbox, as it stands on the wire. */
bool take_mailbox_argument(struct task *t, slice *in, slice *ret);
/* The store's name, in the task's arena, and t->account that holds the mailbox
 * (access.h). False when wire cannot be the name of a mailbox: the task has then been
 * answered NO [NONEXISTENT]. */
bool resolve_mailbox(struct task *t, slice wire, slice *ret);
/* The same of a name that is subscribed to: always in the session's account, whole. */
bool resolve_subscription(struct task *t, slice wire, slice *ret);
/* The same for a mailbox to be made: NO [CANNOT]. A trailing separator is passed over
 * (RFC 9051 6.3.4). */
bool resolve_new_mailbox(struct task *t, slice wire, slice *ret);
/* Whether the store's name is the session's INBOX. */
bool is_session_inbox(const struct task *t, slice name);
