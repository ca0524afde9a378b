/*
 * index_builder.h - gathers the terms of messages, and writes them as a segment
 *
 * A segment is about emails of some range of ids: their list, and blocks of terms with
 * postings (index_segment.h has the layout). The builder holds one in memory, at most
 * some 40 MiB.
 */
#pragma once

#include "base/slice.h"
#include "store/db.h"

/* Where a term was seen in a message. */
enum {
	TERM_IN_BODY = 1,
	TERM_IN_HEADER = 2, /* header sections of the message and its parts */
	TERM_IN_FIELD = 4,  /* the values of its header fields, each by itself */
	TERM_FLAGS = 8,     /* postings are the email's place times this, and flags */
};

struct index_builder;

struct index_builder *index_builder_new(void);
void index_builder_free(struct index_builder *b); /* NULL is fine */

/* No further message may be added. */
bool index_builder_is_full(const struct index_builder *b);
uint32_t index_builder_count(const struct index_builder *b);

/* Ids ascend. */
void index_builder_begin(struct index_builder *b, int64_t email);
/* False: the message has too many terms and is not indexed whole. */
bool index_builder_add(struct index_builder *b, slice term, unsigned flag);
/* Of the message that was begun last: searches must look at it by themselves. */
void index_builder_mark_partial(struct index_builder *b);

/* Within a transaction: the rows of the segment for ids first to last. */
enum err index_builder_write(struct index_builder *b, struct db *d, int64_t first,
			     int64_t last);
