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
	uint64_t flags;
	bool is_recent;
	const struct keyword_names *names;
};

/* Appends the item with its name: "RFC822.SIZE 42". */
void fetch_plain_write(enum fetch_item item, const struct fetch_row *row,
		       struct buf *out);
