/*
 * contexts.h - searches whose results are kept up to date (RFC 5267 4.3)
 *
 * SEARCH RETURN (UPDATE) leaves a context with the view: the condition, as its
 * numbers were then, and what it found. After each look at changes the messages
 * that have changed are searched again, in slices, and what came of it is told
 * by ESEARCH ADDTO and REMOVEFROM; of what is expunged before that is told.
 * Closing the mailbox ends all of them. Results in another order than the
 * mailbox's are not kept up to date.
 */
#pragma once

#include "imap/search_keys.h"
#include "imap/task.h"

enum {
	CONTEXTS_MAX = 10,                  /* of one session */
	CONTEXT_ARENA_MAX = TASK_ARENA_MAX, /* octets of one */
};

struct search_context {
	struct search_context *next;
	struct arena arena; /* what follows lies here */
	slice tag;
	slice attributes; /* of arrivals that are added (RFC 5465 7), or empty */
	bool by_uid;
	struct search_keys keys;
	bool is_resolved;
	struct interval_set found, fresh; /* by UID; fresh: attributes yet to be told */
};

struct contexts {
	struct search_context *first;
	uint32_t count;
	uint64_t modseq;   /* changes up to here have been looked at */
	uint32_t uid_next; /* and arrivals below */

	/* A look that goes on in the next slice; at NULL: none. */
	struct search_context *at;
	uint32_t next; /* the UID where it goes on */
	uint64_t until;
	struct interval_set changed, matches;
};

/* What to search, and for whom. */
struct context_terms {
	slice tag, program, attributes;
	enum charset_place charset;
	bool by_uid;
	const struct interval_set *found;
};

void contexts_free(struct contexts *c); /* NULL is fine, of all that take it */
bool contexts_have(const struct contexts *c, slice tag);
void contexts_cancel(struct contexts *c, slice tag);

/* --- on the loop --- */

/* False where there are too many, and nothing is kept up to date. */
bool contexts_add(struct imap *s, const struct context_terms *terms);
/* Tells what leaves the results with what is gone; then that may be told. */
void contexts_tell_gone(struct imap *s);
/* Whether the view was told of changes that have not been looked at. */
bool contexts_are_due(const struct imap *s);
/* One with messages in fresh, or NULL. */
struct search_context *contexts_find_fresh(struct contexts *c);

/* --- in the job --- */

/* One slice; contexts_are_due tells whether there is more. */
enum err contexts_look(struct task *t, struct account *a);
