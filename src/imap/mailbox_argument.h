/*
 * mailbox_argument.h - a mailbox name as a command's argument
 */
#pragma once

#include "imap/task.h"

/* SP mailbox, as it stands on the wire. */
bool take_mailbox_argument(struct task *t, slice *in, slice *ret);
/* The store's name, in the task's arena. False when wire cannot be the name of a mailbox:
 * the task has then been answered NO [NONEXISTENT]. */
bool resolve_mailbox(struct task *t, slice wire, slice *ret);
/* The same for a mailbox to be made: NO [CANNOT]. A trailing separator is passed over
 * (RFC 9051 6.3.4). */
bool resolve_new_mailbox(struct task *t, slice wire, slice *ret);
/* Appends LIST with a name that the store has; OLDNAME says what it was called in the
 * command, where that is different (RFC 9051 6.3.9.7). */
void list_name_write(const struct names *names, slice attributes, slice stored, slice old,
		     struct buf *out);
/* Whether the store's name is as the client wrote it; a trailing separator is passed over
 * here too. */
bool is_name_as_sent(const struct names *names, slice stored, slice wire);
/* Whether the store's name is the session's INBOX. */
bool is_session_inbox(const struct task *t, slice name);
