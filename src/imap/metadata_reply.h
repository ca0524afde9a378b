/*
 * metadata_reply.h - METADATA responses (RFC 5464 4.4, RFC 9590)
 */
#pragma once

#include "imap/metadata_entries.h"
#include "imap/names.h"
#include "store/metadata.h"

struct task;

/* What the site says of itself (RFC 5464 3.2.1.1); nobody can change it. */
struct metadata_site {
	slice comment; /* empty: none */
	slice admin;   /* a URI; empty: none */
};

struct metadata_question {
	const struct metadata_names *names;
	struct metadata_options options;
	struct metadata_place place;
	slice visible;                    /* the mailbox's name; empty: the server */
	enum special_use use;             /* the mailbox's (metadata_use.h) */
	const struct metadata_site *site; /* for the server; else NULL */
};

/*
 * In a job: appends the response with the values of all entries asked for, NIL for one
 * that is asked for itself and has none. *ret_longest is raised to the size of a value
 * that MAXSIZE left out. ERR_LIMIT when out is full.
 */
enum err metadata_write(struct account *a, const struct metadata_question *what,
			const struct names *names, struct buf *out,
			uint64_t *ret_longest);

#define METADATA_NOT_TOLD UINT64_MAX /* nothing yet: changes count from now on */

/* Whether the mailbox's changes are told, by its name in NOTIFY; an empty one is the
 * server.
 */
typedef bool metadata_filter(const struct task *t, slice name);
/*
 * In a job: names the entries that have changed since t->metadata_told, and moves
 * t->metadata_until there. In another's account the same of the selected mailbox, since
 * view->metadata_told. is_wanted NULL: all.
 */
enum err metadata_tell(struct task *t, struct account *a, metadata_filter *is_wanted);
/* In a job of another's account: the same of its mailboxes, which the session sees by
 * those names, but for the selected one; since the modseq told. */
enum err metadata_tell_shared(struct task *t, struct account *a,
			      const struct names *names, uint64_t told,
			      metadata_filter *is_wanted);
/* In a job, at its end: what ENABLE METADATA asks for, and of a selected mailbox of
 * another's NOTIFY too. Nothing where it has been told in this run. */
enum err metadata_tell_others(struct task *t, struct account *a);
/* In a job: what has changed up to now is the client's own doing. */
enum err metadata_pass_own(struct task *t, struct account *a);
