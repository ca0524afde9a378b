/*
 * email_view.h - emails whatever mailboxes they are in, as JMAP sees them (RFC 8621 4)
 *
 * An email's keywords are the union of the flags of its messages, \Deleted left out. What
 * is set or taken away here is so in all mailboxes that hold it; each message that
 * changes gets a modification sequence, so IMAP's sessions hear of it.
 */
#pragma once

#include "store/message.h"

struct email_place {
	int64_t mailbox;
	uint32_t uid;
	uint64_t flags;
};

struct email_view {
	int64_t id, thread;
	int64_t received, sent; /* UNIX seconds; SENT_UNKNOWN */
	int32_t received_zone, sent_zone;
	uint64_t size;
	bool has_attachment;
	uint64_t flags; /* the union, \Deleted left out */
	const struct email_place *places;
	uint32_t place_count; /* at least 1 */
	/* COLUMN_HEADERS */
	slice subject, from, to, cc, bcc, sender, reply_to, message_id, references;
	slice preview; /* COLUMN_PREVIEW */
};

/* columns: COLUMN_HEADERS, COLUMN_PREVIEW; the rest is always there. Everything lives in
 * the arena. ERR_NOT_FOUND when it is gone; ERR_LIMIT when the arena is full. */
enum err email_view_get(struct account *a, int64_t email, unsigned columns,
			struct arena *arena, struct email_view *ret);

/* In the order of their ids, from first on; slices and places are valid during the call.
 * false ends. */
typedef bool email_visitor(void *context, const struct email_view *e);
enum err email_view_each(struct account *a, int64_t first, unsigned columns,
			 email_visitor *visit, void *context);
/* The same of those that are in a mailbox. */
enum err email_view_each_in(struct account *a, int64_t mailbox, int64_t first,
			    unsigned columns, email_visitor *visit, void *context);

/* The emails of a thread, oldest arrival first; ERR_NOT_FOUND: there is none. */
typedef bool email_id_visitor(void *context, int64_t email);
enum err email_each_of_thread(struct account *a, int64_t thread, email_id_visitor *visit,
			      void *context);

/* Threads of a mailbox: all, and those in which a message of this mailbox is unread,
 * which is to have neither \Seen nor \Draft (RFC 8621 2). Emails, one that is there twice
 * counted once, and the unread ones. Messages that are \Deleted count for nothing. */
struct thread_counts {
	uint32_t total, unread;
	uint32_t emails, unread_emails;
};
/* Kept until they change, of some mailboxes. ERR_NOT_FOUND. */
enum err email_count_threads(struct account *a, int64_t mailbox,
			     struct thread_counts *ret);

/* Another number when an email was added, and none other than before when emails have
 * only changed (RFC 8621 1.5: EmailDelivery). */
enum err email_arrivals(struct account *a, uint64_t *ret);

/* --- writes --- */

/* Of all its messages; ERR_NOT_FOUND. FLAGS_SET leaves \Deleted as it is. */
enum err email_change_flags(struct account *a, int64_t email, enum flag_change change,
			    uint64_t flags);
/* It is in these afterwards, and in no other; messages that stay keep their UID. count is
 * at least 1. ERR_NOT_FOUND: the email or a mailbox is not there, and nothing was
 * changed; ERR_LIMIT; ERR_DENIED for a mailbox that cannot hold messages. */
enum err email_set_mailboxes(struct account *a, int64_t email, const int64_t *mailboxes,
			     uint32_t count);
/* From all mailboxes. */
enum err email_destroy(struct account *a, int64_t email);
