/*
 * metadata.h - annotations of mailboxes and of the account (RFC 5464 3)
 *
 * Entry names are in lower case and well formed ("/private/comment"): that is
 * the caller's part. What begins with /private is the reader's own, the rest
 * is shared by all who may see the mailbox. Annotations go with the mailbox
 * when it is renamed or deleted.
 */
#pragma once

#include "store/mailbox.h"

enum {
	METADATA_ENTRY_MAX = 255,       /* octets of a name */
	METADATA_VALUE_MAX = 64 * 1024, /* octets */
	METADATA_ENTRIES_MAX = 100,     /* of a mailbox, for each reader and shared */
	METADATA_MAILBOX_MAX = 1 << 20, /* octets of their values */
	METADATA_ROWS_MAX = 20000,      /* of the account */
	METADATA_OCTETS_MAX = 32 << 20, /* of all values of the account */
	METADATA_REMOVED_MAX = 1000,    /* removals that are remembered */
	METADATA_ALL_BELOW = INT32_MAX, /* a depth */
};

/* A mailbox as these functions take it: 0 is the account itself. */
struct metadata_place {
	int64_t mailbox;
	int64_t reader; /* account id */
};

/* A visitor that returns false ends. */
typedef bool metadata_visitor(void *context, slice entry, slice value);
/* The entry and those at most depth levels below, in order of their names. */
enum err metadata_each(struct account *a, struct metadata_place place, slice entry,
		       int32_t depth, metadata_visitor *visit, void *context);

/* value NULL removes. ERR_LIMIT: too many, or too much in all. Takes a modseq. */
enum err metadata_set(struct account *a, struct metadata_place place, slice entry,
		      const slice *value);
/* Of an entry whose value is kept elsewhere: that it has changed. */
enum err metadata_touch(struct account *a, struct metadata_place place, slice entry);
/* Adds all annotations of a mailbox to another one, a new one. */
enum err metadata_copy(struct account *a, int64_t from, int64_t to);
/* Of a mailbox that goes. */
enum err metadata_remove(struct account *a, int64_t mailbox);

/* What was set or removed after modseq that the reader may see; name is empty for the
 * account. */
typedef bool metadata_change_visitor(void *context, slice name, slice entry);
enum err metadata_changes(struct account *a, int64_t reader, uint64_t modseq,
			  metadata_change_visitor *visit, void *context);
/* The highest modification sequence of any annotation. */
enum err metadata_modseq(struct account *a, uint64_t *ret);
