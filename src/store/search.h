/*
 * search.h - which messages of a mailbox fulfil a condition
 *
 * A condition is a tree built by the protocol; evaluation is here, so that an
 * index can take over what it can decide. Texts are compared folded
 * (text_fold): a message matches where the folded needle is a substring of the
 * folded, decoded text (RFC 9051 6.4.4). Runs in slices and bounded memory.
 */
#pragma once

#include "base/interval_set.h"
#include "store/message.h"

enum {
	SEARCH_NODES_MAX = 10000,
	SEARCH_DEPTH_MAX = 100,
	SEARCH_TEXTS_MAX = 100, /* BODY and TEXT keys: each is one more pass over texts */
	SEARCH_FIELDS_MAX = 1000,     /* HEADER and such keys: one over the header each */
	SEARCH_FUZZY_WORDS_MAX = 100, /* that all of a text's words are compared with */
};

enum search_key {
	SEARCH_AND,             /* all children; no children: everything */
	SEARCH_OR,              /* any child */
	SEARCH_NOT,             /* its one child does not hold */
	SEARCH_FLAGS,           /* has all of flags */
	SEARCH_UIDS,            /* in uids */
	SEARCH_RECEIVED_BEFORE, /* day: INTERNALDATE's date, as written, is earlier */
	SEARCH_RECEIVED_ON,
	SEARCH_RECEIVED_SINCE,
	SEARCH_SENT_BEFORE, /* the same for the Date field, zone ignored */
	SEARCH_SENT_ON,
	SEARCH_SENT_SINCE,
	SEARCH_SAVED_BEFORE, /* RFC 8514 */
	SEARCH_SAVED_ON,
	SEARCH_SAVED_SINCE,
	SEARCH_LARGER, /* number: octets */
	SEARCH_SMALLER,
	SEARCH_MODSEQ,  /* modseq >= number */
	SEARCH_HEADER,  /* a field called name holds text; empty text: there is such a
			   field */
	SEARCH_ADDRESS, /* From, To, Cc or Bcc by name, addresses and names decoded */
	SEARCH_SUBJECT,
	SEARCH_BODY, /* text parts, decoded, and header sections of attached messages */
	SEARCH_TEXT, /* these and the header sections of the message and its parts */
	SEARCH_YOUNGER, /* received at or after number (UNIX seconds; RFC 5032) */
	SEARCH_OLDER,
	SEARCH_EMAIL, /* email id == number (RFC 8474) */
	SEARCH_THREAD,
};

struct search_node {
	enum search_key key;
	/* What has text is searched for by words (fuzzy.h), days and sizes may be a
	 * little off (RFC 6203); of no meaning to other keys. */
	bool is_fuzzy;
	struct search_node *child; /* first operand of AND, OR, NOT */
	struct search_node *next;  /* next operand of the parent */
	uint64_t flags;
	int64_t number; /* octets, seconds, modseq or id, as the key says */
	int64_t day;    /* days since 1970-01-01 */
	slice name;     /* field name */
	slice text;     /* folded by text_fold */
	const struct interval_set *uids;
};

enum { SEARCH_SCORE_MAX = 100 };

/* What a search tells of the messages found, besides which they are. Zeroed at its
 * beginning, but for wants_scores. */
struct search_facts {
	uint64_t highest; /* modseq of any of them */
	bool wants_scores;
	/* Of each, by its rank among those found, how well it fits what is fuzzy: 1 to
	 * SEARCH_SCORE_MAX, and that where nothing is. It depends on the message and the
	 * condition only, and not on flags. */
	struct buf scores;
};

void search_facts_done(struct search_facts *f);
/* Of a message that is in found. */
unsigned search_score(const struct search_facts *f, const struct interval_set *found,
		      uint32_t uid);

/*
 * Looks at messages of `among` with uid >= *next, in order, for at most one job slice,
 * adds those that match to ret and what is to be told of them to facts (may be NULL), and
 * sets *next to where to go on: 0 when all are done.
 * A message is never left half done. ERR_LIMIT for a tree beyond the limits above; after
 * an error *next is as it was.
 */
enum err search_run(struct account *a, int64_t mailbox,
		    const struct search_node *condition, const struct interval_set *among,
		    uint32_t *next, struct interval_set *ret, struct search_facts *facts);
