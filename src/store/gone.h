/*
 * gone.h - the log of what no row can tell any more, for states.h
 *
 * An email that left a mailbox or the account or is not hidden as \Deleted any more, a
 * thread that lost an email or its last one, or of which one was hidden or is not any
 * more, a mailbox or document that was removed. Of each kind about STATE_LOG_MAX rows are
 * kept; beyond, the older half is forgotten and the floor tells from where it is whole.
 */
#pragma once

#include "store/document.h"

/* As stored: never renumber. */
enum gone_kind {
	GONE_EMAIL,
	GONE_THREAD,
	GONE_MAILBOX,
	GONE_DOCUMENT, /* added to it: enum document_kind */
	GONE_KINDS = GONE_DOCUMENT + DOCUMENT_SIEVE + 1,
};

/* As stored: never renumber. */
enum gone_what {
	GONE_IN_PART = 0, /* it is there, and lost something */
	GONE_WHOLLY = 1,
	GONE_NO_MORE = 2, /* it is there, and was hidden before */
};

struct gone {
	uint64_t modseq;
	int64_t id;
	uint64_t created; /* modseq */
	enum gone_what what;
};

/* In place of an earlier row of the same modseq and id. */
enum err gone_put(struct account *a, int kind, const struct gone *g);

/* In the order of their modseqs, those after since. */
typedef void gone_visitor(void *context, const struct gone *g);
enum err gone_each(struct account *a, int kind, uint64_t since, gone_visitor *visit,
		   void *context);
/* The log is whole above it. */
enum err gone_floor(struct account *a, int kind, uint64_t *ret);
