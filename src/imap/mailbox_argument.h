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
/* Appends LIST with a name that the store has; OLDNAME says what it was called in the
 * command, where that is different (RFC 9051 6.3.9.7). */
void list_name_write(const struct names *names, slice attributes, slice stored, slice old,
		     struct buf *out);
/* Whether the store writes the name otherwise than the command did, INBOX in capitals or
 * letters composed, and the client has enabled IMAP4rev2, which wants to know. */
bool is_renamed(const struct task *t, slice stored, slice wire);
/* On the loop: list_name_write to the session's output. */
void tell_old_name(struct task *t, slice attributes, slice stored, slice old);
/* Whether the store's name is the session's INBOX. */
bool is_session_inbox(const struct task *t, slice name);
