/*
 * email_filter.h - the filter of Email/query, read (RFC 8621 4.4.1, RFC 8620 5.5)
 *
 * A tree of few kinds: what can be said by negation is, and a condition with several
 * properties is an AND. Conditions about text are trees of the store's search.
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "jmap/bits.h"
#include "store/search.h"

enum {
	FILTER_DEPTH_MAX = 32,
	FILTER_NODES_MAX = 5000, /* the store's among them */
	FILTER_SETS_MAX =
		200, /* conditions and keywords that each take a set of emails */
	FILTER_ARENA_MAX = 4 * 1024 * 1024, /* octets of a filter that was read */
};

enum filter_kind {
	FILTER_AND, /* all children; no children: everything */
	FILTER_OR,
	FILTER_NOT,            /* its one child does not hold */
	FILTER_IN_MAILBOX,     /* number; -1: there is none */
	FILTER_NOT_ONLY_IN,    /* in another mailbox than these */
	FILTER_BEFORE,         /* received before number (UNIX seconds) */
	FILTER_SMALLER,        /* fewer octets than number */
	FILTER_HAS_ATTACHMENT, /* */
	FILTER_HAS_KEYWORD,    /* number: which */
	FILTER_ALL_IN_THREAD,  /* likewise: all emails of the thread have it */
	FILTER_SOME_IN_THREAD,
	FILTER_TEXT, /* the store finds it */
};

struct filter_node {
	enum filter_kind kind;
	struct filter_node *child, *next;
	int64_t number;
	const int64_t *mailboxes; /* in order */
	uint32_t mailbox_count;
	struct search_node *text;
	const char *property; /* of a text: "subject" ... */
	slice words;          /* of a text, as written (filter_text.h) */
	bool has_text;        /* it or something below */
	struct bits set;      /* whoever evaluates it puts the emails here */
};

/* Whether that mailbox is among those of a FILTER_NOT_ONLY_IN. */
bool filter_names_mailbox(const struct filter_node *n, int64_t mailbox);

/* Names of keywords, each once, in lower case. */
struct keyword_names {
	slice *names;
	uint32_t count, capacity;
};

/* Why a query is refused: a method error (RFC 8620 5.5). */
struct query_fault {
	const char *type; /* a literal */
	char text[160];
};

struct email_filter {
	struct filter_node *root;
	struct keyword_names keywords;
	uint32_t nodes, sets, texts, fields; /* so far */
};

/* NULL and null are a filter that all fulfil. json is not kept; what is read lives in the
 * arena, that has FILTER_ARENA_MAX. */
bool email_filter_parse(json_t *json, int64_t account, struct arena *arena,
			struct email_filter *ret, struct query_fault *fault);

/* The number of a keyword, which becomes one of them; false when there are too many or
 * the arena is full. A name that no keyword can have is one that no email has. */
bool filter_keyword(struct email_filter *f, struct arena *arena, slice name,
		    int64_t *ret);
/* Fills in a fault; false, for `return query_refuse(...)`. */
bool query_refuse(struct query_fault *fault, const char *type, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
