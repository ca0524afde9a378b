/*
 * notify_spec.h - what NOTIFY asks for (RFC 5465 8)
 */
#pragma once

#include "imap/mailbox_filter.h"

enum { NOTIFY_GROUPS_MAX = 100 }; /* of one command; with more it asks for too much */

enum notify_event {
	NOTIFY_NEW = 1,
	NOTIFY_EXPUNGE = 2,
	NOTIFY_FLAGS = 4,
	NOTIFY_MESSAGES = NOTIFY_NEW | NOTIFY_EXPUNGE | NOTIFY_FLAGS,
	NOTIFY_NAME = 8,
	NOTIFY_SUBSCRIPTION = 16,
	NOTIFY_UNKNOWN = 32, /* one that we do not have */
	NOTIFY_MAILBOX_METADATA = 64,
	NOTIFY_SERVER_METADATA = 128, /* whatever mailboxes the group is of */
	NOTIFY_METADATA = NOTIFY_MAILBOX_METADATA | NOTIFY_SERVER_METADATA,
};

struct notify_group {
	struct mailbox_filter filter;
	unsigned events;
};

struct notify_spec {
	bool is_none;
	bool wants_status;
	unsigned selected; /* events of the selected mailbox */
	bool is_delayed;   /* its EXPUNGE waits for a command */
	slice attributes;  /* of messages that arrive there: "(UID FLAGS)", or empty */
	bool has_modseq;   /* MODSEQ is one of them */
	struct notify_group groups[NOTIFY_GROUPS_MAX]; /* of other mailboxes */
	uint32_t group_count;
	unsigned all;        /* events of any of these groups */
	bool reaches_others; /* one of them may mean others' mailboxes */
	bool reaches_all;    /* those of whoever shares some */
	bool has_unknown;    /* events: the command is refused */
	bool is_too_much;    /* likewise */
};

/* SP ("NONE" / "SET" [SP "STATUS"] SP event-groups). Slices point into the text or the
 * arena. */
bool take_notify(slice *in, const struct names *names, struct arena *arena,
		 struct notify_spec *ret);
/* The events asked for of a mailbox that is not the selected one. */
unsigned notify_events_of(const struct notify_spec *s, slice name, bool is_subscribed);
/* "BADEVENT (MessageNew ...)". */
void bad_event_write(struct buf *out);
