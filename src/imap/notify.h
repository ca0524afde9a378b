/*
 * notify.h - telling between commands what NOTIFY asked for (RFC 5465)
 *
 * After NOTIFY SET a session watches its account all the time. Whenever it is
 * at rest and something has changed, it starts a task of its own that looks and
 * tells: of the selected mailbox as after a command (sync.h), of the others by
 * comparing all mailboxes with what they were like before, and of annotations by
 * their modification sequences. Changes that come
 * meanwhile are looked for when the output has drained, all at once: a client
 * that does not read makes nothing pile up. What is too much to be told ends
 * it, with NOTIFICATIONOVERFLOW.
 *
 * Where it asks for others' mailboxes their accounts are watched too, and a look
 * goes from one to the next (notify_walk.c). Which accounts these are, is found
 * anew with each look: those named, those of mailboxes that are subscribed to, or
 * all that share something.
 */
#pragma once

#include "imap/mailbox_list.h"
#include "imap/notify_spec.h"
#include "imap/owners.h"
#include "imap/task.h"

enum {
	NOTIFY_ARENA_MAX = 2 * 1024 * 1024, /* octets of what one command asks for */
	NOTIFY_ACCOUNTS_MAX = 100, /* looked at by one session, its own included */
	NOTIFY_SHARED_MAX = 10000, /* mailboxes of others, in all */
};

/* An account as the client was told of it. */
struct notify_known {
	int64_t account;
	struct mailbox_list list;
	bool has_list;
	uint64_t metadata_told; /* of another's: annotations up to this modseq */
};

struct notify {
	struct arena arena; /* the spec's */
	struct notify_spec spec;
	/* The session's own account first, then others' that are looked at. */
	struct notify_known known[NOTIFY_ACCOUNTS_MAX];
	uint32_t known_count;
	struct owners sharers;     /* where all that share something are meant */
	struct interval_set fresh; /* arrivals whose attributes are still to be told */
};

/* What a run of a task's job gives. */
struct notify_look {
	int64_t account;
	struct mailbox_list list;
	uint64_t metadata_until;
	struct owners sharers;
	bool is_too_much; /* nothing more is told; the list is empty */
};

struct notify *notify_new(int64_t account); /* the session's */
void notify_free(struct notify *n);
void notify_look_free(struct notify_look *l);

/* --- on the loop --- */

bool notify_is_on(const struct imap *s); /* it needs to hear of changes */
/* enum notify_event of the selected mailbox that this task tells. */
unsigned notify_selected_events(const struct task *t);
/* The session is perhaps at rest: tells what is to be told. */
void notify_go_on(struct imap *s);
/* These have just been told by EXISTS; those from own_from on (unless 0) the client made
 * itself. */
void notify_arrived(struct imap *s, const struct interval_set *uids, uint32_t own_from);
void notify_mailbox_closed(struct imap *s);
/* After a run that was committed. */
void notify_take_over(struct task *t);
/* Too much is asked for: ends it and tells so. */
void notify_overflow(struct imap *s);

/* --- in the job --- */

/* NULL for an account that is not looked at. */
const struct notify_known *notify_find_known(const struct notify *n, int64_t account);
/* Looks at the account's mailboxes and appends to out what has changed in others than the
 * selected one. */
enum err notify_look(struct task *t, struct account *a);
/* In a job that looks: whether a changed annotation of that mailbox is told; an empty
 * name is the server. */
bool notify_wants_metadata(const struct task *t, slice name);
/* The same with STATUS of all of which messages are told, where that was asked for. */
enum err notify_look_first(struct task *t, struct account *a);
/* Around the work of a command that writes in an account that is looked at. */
enum err notify_before_own(struct task *t, struct account *a);
enum err notify_after_own(struct task *t, struct account *a);
