/*
 * fetch_plain.h - the items of FETCH that come out of a message's row
 */
#pragma once

#include "imap/fetch_items.h"
#include "imap/flags.h"

/* The columns that these items need. */
unsigned fetch_plain_columns(const struct fetch_items *f);

struct fetch_row {
	const struct message *message;
	int64_t account;
	uint64_t flags;
	bool is_recent;
	const struct keyword_names *names;
};

/* Appends the item with its name: "RFC822.SIZE 42". */
void fetch_plain_write(enum fetch_item item, const struct fetch_row *row,
		       struct buf *out);
/* The whole response of these items: "* 1 FETCH (UID 4 FLAGS ())"; by UID only where
 * number is 0: "* 4 UIDFETCH (FLAGS ())". */
void fetch_row_begin(uint32_t number, uint32_t uid, struct buf *out);
void fetch_row_write(uint32_t number, const struct fetch_items *f,
		     const struct fetch_row *row, struct buf *out);
/* What is told of a changed message: to a client that has enabled CONDSTORE its UID and
 * modseq too (RFC 7162 3.2.4). */
struct fetch_items fetch_change_items(bool with_uid, bool with_flags, bool condstore);
