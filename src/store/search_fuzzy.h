/*
 * search_fuzzy.h - the keys of a condition that are fuzzy, and scores (RFC 6203); for
 * this folder only
 *
 * A text is looked for by its words (fuzzy.h), a day or a size may be a little off. The
 * score of a message is made of how well each of those keys fits; it takes whatever they
 * read, though the condition was decided before.
 */
#pragma once

#include "store/search_private.h"
#include "store/text_terms.h"

/* For the keys that are fuzzy and have words. ERR_LIMIT: too many. */
enum err condition_add_fuzzy(struct condition *c);
bool condition_key_is_fuzzy(const struct condition_key *k);
/* Of such a key. */
enum truth fuzzy_truth(struct candidate *m, const struct condition_key *k);
/* How far the candidate has to be read for its score. */
enum stage condition_score_stage(const struct condition *c, const struct candidate *m);
/* Of one that fulfils the condition and has been read that far. */
unsigned condition_score(const struct condition *c, struct candidate *m);

/* Puts the terms of a text to the keys that read texts. */
struct fuzzy_reader {
	struct text_terms terms;
	struct condition *condition;
	bool header; /* what is being fed */
	bool any;    /* was found */
};
void fuzzy_reader_init(struct fuzzy_reader *r, struct condition *c);
void fuzzy_reader_done(struct fuzzy_reader *r);
/* True when something was found. */
bool fuzzy_reader_feed(struct fuzzy_reader *r, slice utf8);
bool fuzzy_reader_end(struct fuzzy_reader *r);
