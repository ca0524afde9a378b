/*
 * search_private.h - a condition made ready, and the message it is put to
 *
 * A message is looked at in stages, each dearer than the one before, until the
 * condition is decided: its columns, its header section, its text. What a stage cannot
 * tell is unknown to it (Kleene's logic: false and unknown is false).
 */
#pragma once

#include "base/arena.h"
#include "store/body.h"
#include "store/fuzzy.h"
#include "store/search.h"
#include "store/search_answer.h"
#include "store/search_fields.h"
#include "store/search_text.h"

enum stage { STAGE_COLUMNS, STAGE_HEADER, STAGE_TEXT, STAGE_DONE };

enum truth { TRUTH_UNKNOWN, TRUTH_FALSE, TRUTH_TRUE };

/* What is looked for by a key that is fuzzy and has words. */
struct fuzzy_key {
	struct fuzzy_needle needle;
	unsigned flags;         /* where: TERM_IN_* */
	struct fuzzy_fits fits; /* in what was read of this message */
};

/* A node of the tree; all lie in one array, parents before their operands. */
struct condition_key {
	const struct search_node *node;
	uint32_t end;            /* index behind its last descendant */
	uint32_t needle;         /* of a text key: which of the matcher's */
	struct fuzzy_key *fuzzy; /* in place of that; or NULL */
	const struct search_answer
		*answer;  /* of a text key; NULL: the index cannot tell */
	uint64_t most;    /* emails that can fulfil it, as the index has it */
	enum truth truth; /* of this message, where it is known */
};

struct condition {
	struct condition_key *keys;
	uint32_t count, capacity;
	struct text_needle *needles;
	uint32_t needle_count;
	struct fuzzy_key *fuzzy; /* SEARCH_TEXTS_MAX at most */
	uint32_t fuzzy_count;
	bool wants_scores;
	unsigned columns; /* of messages, that its keys look at */
	struct text_matcher matcher;
};

/* ERR_LIMIT for a tree that is too large or too deep. Ended in any case. */
enum err condition_init(struct condition *c, const struct search_node *tree,
			bool wants_scores);
void condition_done(struct condition *c);

struct candidate {
	struct account *account;
	const struct message *message;
	enum stage stage; /* what is known so far */
	struct body *body;
	struct part_map parts;
	struct arena arena;         /* of parts */
	struct buf header;          /* the message's header section */
	struct field_values fields; /* of that, once they were asked for */
	struct field_values kept;   /* those in columns, likewise */
};

/* --- search_match.c --- */

unsigned search_key_columns(enum search_key key);
bool search_key_has_needle(enum search_key key);
/* As far as the candidate's stage tells. */
enum truth condition_truth(struct condition *c, struct candidate *m);
/* Goes as far as needed. *ret is 0 where it does not hold, or else the score, with
 * wants_scores. */
enum err condition_match(struct condition *c, struct account *a,
			 const struct message *message, unsigned *ret);

bool search_key_is_day(enum search_key key);
/* The day that such a key is about; false where it is not known. */
bool search_key_day(const struct message *m, enum search_key key, int64_t *ret);
bool match_day(enum search_key key, int64_t day, int64_t wanted);
/* What a text key's field is called, and what the store keeps of it; false for nothing.
 */
bool search_key_kept(const struct message *m, const struct search_node *n,
		     slice *ret_name, slice *ret_kept);
/* What the store keeps of a field is cut where it is very long: then its header tells. */
bool kept_is_whole(slice kept);
/* These fields of the candidate's header section, whose stage is reached. */
const struct field_values *candidate_fields(struct candidate *m);
/* What the index says of a key and an email. */
enum truth answer_truth(const struct condition_key *k, int64_t email);

/* --- search_narrow.c --- */

/* In which texts a key's words are: TERM_IN_*; 0 for a key without text. */
unsigned search_key_term_flags(enum search_key key);
/* Asks the index what it can tell, of one key at least, and of others until about then
 * (clock_monotonic_ms). */
void condition_ask(struct condition *c, struct account *a, int64_t until_ms);
/* Takes messages out that cannot fulfil it, where that is cheap to know. */
enum err condition_narrow(struct condition *c, struct account *a, int64_t mailbox,
			  struct interval_set *uids);

/* --- search_body.c --- */

/* Opens the body and reads the header section: STAGE_HEADER. */
enum err candidate_read_header(struct candidate *m);
/* Feeds all text to the condition's matcher, until the condition is decided or all is
 * read: STAGE_DONE. */
enum err candidate_read_text(struct candidate *m, struct condition *c);
void candidate_done(struct candidate *m);
