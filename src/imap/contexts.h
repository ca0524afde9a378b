/*
 * contexts.h - searches whose results are kept up to date (RFC 5267 4.3)
 *
 * SEARCH, SORT or, of the selected mailbox, ESEARCH RETURN (UPDATE) leaves a context with
 * the view: the condition, as its numbers were then, and what it found. After each look
 * at changes the messages that have changed are searched again, in slices, and what came
 * of it is told by ESEARCH ADDTO and REMOVEFROM; of what is expunged before that is told.
 * Of SORT these name positions in the order that was asked for, of SEARCH none: the order
 * is the mailbox's. Closing the mailbox ends all contexts.
 */
#pragma once

#include "imap/search_keys.h"
#include "imap/sorted_results.h"
#include "imap/task.h"

enum {
	CONTEXTS_MAX = 10,                  /* of one session */
	CONTEXT_ARENA_MAX = TASK_ARENA_MAX, /* octets of one */
	CONTEXT_PART = 2000,                /* results told in one response, or ranges */
};

struct search_context {
	struct search_context *next;
	struct arena arena; /* what follows lies here */
	slice tag;
	slice attributes;  /* of arrivals that are added (RFC 5465 7), or empty */
	slice correlators; /* as they stand behind the tag (RFC 7377 2.1), or empty */
	bool by_uid, is_sorted;
	struct search_keys keys;
	bool is_resolved;
	struct interval_set found, fresh; /* by UID; fresh: attributes yet to be told */
	struct sorted_results sorted;     /* found, where it is sorted */
};

/* A look that goes on in the next slice: context by context it searches, tells what is
 * removed, sorts what is added, and tells that. */
struct contexts_look {
	struct search_context *at;          /* NULL: there is none */
	uint64_t until;                     /* the modseq that it is about */
	struct interval_set changed;        /* messages */
	bool has_searched;                  /* in the context at hand */
	uint32_t next;                      /* the UID where the search goes on */
	struct search_facts facts;          /* of matches */
	struct interval_set matches;        /* of what has changed */
	struct interval_set removed, added; /* what is still to be told */
	struct interval_set part;           /* of what is added, being sorted */
	struct ordering order;
	bool is_ordered;
	struct sorted_arrivals arrivals;
};

struct contexts {
	struct search_context *first;
	uint32_t count;
	uint64_t modseq;   /* changes up to here have been looked at */
	uint32_t uid_next; /* and arrivals below */
	struct contexts_look look;
};

/* What to search, and for whom. */
struct context_terms {
	slice tag, program, attributes, correlators;
	enum charset_place charset;
	bool by_uid;
	bool is_lenient; /* as search_scope's */
	const struct interval_set *found;
	const struct ordering *order; /* that has them sorted; NULL: the mailbox's */
};

void contexts_free(struct contexts *c); /* NULL is fine, of all that take it */
bool contexts_have(const struct contexts *c, slice tag);
void contexts_cancel(struct contexts *c, slice tag);

/* --- on the loop --- */

/* False where there are too many, and nothing is kept up to date. */
bool contexts_add(struct imap *s, const struct context_terms *terms);
/* Tells what leaves the results with what is gone; then that may be told. False when the
 * output is full: to be called again when it has drained. */
bool contexts_tell_gone(struct imap *s);
/* Whether the view was told of changes that have not been looked at. */
bool contexts_are_due(const struct imap *s);
/* One with messages in fresh, or NULL. */
struct search_context *contexts_find_fresh(struct contexts *c);

/* --- in the job --- */

/* One slice; contexts_are_due tells whether there is more. */
enum err contexts_look(struct task *t, struct account *a);

/* --- both --- */

/* One response, and its effect on the context: takes out a part of `which`, which is not
 * empty and moves to told. */
void context_tell_removed(struct search_context *x, const struct view *v,
			  struct interval_set *which, struct interval_set *told,
			  struct buf *out);
/* "* ESEARCH (TAG ...) ADDTO (", which ")" and a line end close. */
void context_begin_update(const struct search_context *x, const char *name,
			  struct buf *out);
/* Of one that is not sorted: position 0 and a part of `which`, which moves to told. */
void context_write_part(const struct search_context *x, const struct view *v,
			struct interval_set *which, struct interval_set *told,
			struct buf *out);
/* Gives up the look: the next one begins anew. */
void contexts_stop_look(struct contexts *c);
