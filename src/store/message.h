/*
 * message.h - messages in mailboxes: append, read, flags, copy, move, expunge
 *
 * UIDs and modification sequences only grow. A message as read is its prefix
 * (our trace fields) followed by the octets that were sent; sizes and offsets
 * here are those of the whole.
 */
#pragma once

#include "store/incoming.h"
#include "store/mailbox.h"

/* Flags are bits: the system flags, then keywords by account (keyword_*). */
enum {
	FLAG_SEEN = 1,
	FLAG_ANSWERED = 2,
	FLAG_FLAGGED = 4,
	FLAG_DELETED = 8,
	FLAG_DRAFT = 16,
	KEYWORD_FIRST_BIT = 8,
	KEYWORDS_MAX = 54, /* of one account; bits 8 to 61 */
	KEYWORD_NAME_MAX = 255,
};

/* Which columns message_each reads beside uid, email, flags and modseq. */
enum {
	COLUMN_DATES = 1, /* received, saved, sent; size */
	COLUMN_ENVELOPE = 2,
	COLUMN_STRUCTURE = 4,
	COLUMN_HEADERS = 8, /* subject .. references */
	COLUMN_PREVIEW = 16,
};

struct message {
	uint32_t uid;
	int64_t email; /* the same in all mailboxes that hold it; never reused */
	uint64_t flags, modseq;
	int64_t received, saved, sent;    /* UNIX seconds: INTERNALDATE, SAVEDATE, Date */
	int32_t received_zone, sent_zone; /* minutes east of UTC */
	uint64_t size;
	uint64_t crlf_growth; /* octets more with every line ended by CRLF (incoming.h) */
	int64_t thread;
	slice envelope, body_structure, preview;
	slice subject, from, to, cc, bcc, message_id, references;
};

/* In UID order, uids first..last; slices are valid during the call. false ends. */
typedef bool message_visitor(void *context, const struct message *m);
enum err message_each(struct account *a, int64_t mailbox, uint32_t first, uint32_t last,
		      unsigned columns, message_visitor *visit, void *context);
enum err message_get(struct account *a, int64_t mailbox, uint32_t uid, unsigned columns,
		     struct arena *arena, struct message *ret);

struct append {
	const struct incoming *message; /* finished */
	slice prefix; /* trace fields, each ended by CRLF; may be empty */
	uint64_t flags;
	int64_t received; /* UNIX seconds */
	int32_t received_zone;
};

/* ERR_LIMIT when the quota or the mailbox's last UID would be passed. ret_email may be
 * NULL. A second append of the same octets shares their storage. */
enum err message_append(struct account *a, int64_t mailbox, const struct append *what,
			uint32_t *ret_uid, int64_t *ret_email);
/* Another mailbox entry for an email that is there (the sandbox's `all`). */
enum err message_link(struct account *a, int64_t email, int64_t mailbox, uint64_t flags,
		      uint32_t *ret_uid);

/* What an expunge of all \Deleted messages would free, in octets. */
enum err message_deleted_size(struct account *a, int64_t mailbox, uint64_t *ret);

enum flag_change { FLAGS_SET, FLAGS_ADD, FLAGS_REMOVE };

/*
 * Changes flags of the given messages. Those whose modseq is above unchanged_since are
 * left alone and put into *ret_modified (RFC 7162 3.1.3); UINT64_MAX changes all. Where
 * none of the flags to add is there, or all to remove are, it was not these that were
 * changed, and the message is not left alone but for 0 and where it came since itself
 * (RFC 7162 3.1.12).
 * visit (may be NULL) sees each message that was given and is there, as it is now.
 */
enum err message_change_flags(struct account *a, int64_t mailbox,
			      const struct interval_set *uids, enum flag_change change,
			      uint64_t flags, uint64_t unchanged_since,
			      struct interval_set *ret_modified, message_visitor *visit,
			      void *context);

/* Removes those of uids that have \Deleted; NULL means the whole mailbox. */
enum err message_expunge(struct account *a, int64_t mailbox,
			 const struct interval_set *uids,
			 struct interval_set *ret_expunged);
/* Removes uids whatever their flags (POP3 DELE, MOVE's second half). */
enum err message_remove(struct account *a, int64_t mailbox,
			const struct interval_set *uids,
			struct interval_set *ret_removed);

/*
 * Copies those of uids that are there, all or none; flags and dates go along. The copies
 * get consecutive UIDs from *ret_first on, in the order of *ret_copied.
 */
enum err message_copy(struct account *a, int64_t from, const struct interval_set *uids,
		      int64_t to, struct interval_set *ret_copied, uint32_t *ret_first);
enum err message_move(struct account *a, int64_t from, const struct interval_set *uids,
		      int64_t to, struct interval_set *ret_moved, uint32_t *ret_first);

/* The bit of a keyword, made if make is set; ERR_LIMIT when no bit is free (bits that no
 * message has any more are taken again, those made in this group not), ERR_NOT_FOUND when
 * it is not there. */
enum err keyword_bit(struct account *a, slice name, bool make, uint64_t *ret_bit);
/* Whether a new one could be made; known: the bits of keyword_each. */
enum err keyword_has_room(struct account *a, uint64_t known, bool *ret);
/* All keywords, as (bit, name). */
typedef void keyword_visitor(void *context, uint64_t bit, slice name);
enum err keyword_each(struct account *a, keyword_visitor *visit, void *context);
