/*
 * search_answer.h - what the search index says about one text
 *
 * An answer is true for ever of the emails it is about, for those never change: it may be
 * kept while the index grows. So a search of many slices asks once.
 */
#pragma once

#include "base/interval_set.h"
#include "store/index_builder.h"

struct account;

enum {
	ANSWERS_MAX =
		16, /* kept at once; of one condition, no more texts are asked for */
};

struct search_answer {
	int64_t done;              /* it is about emails up to this id, */
	struct interval_set found, /* of which these have, or may have, the text */
		unsure;            /* and these were not indexed whole */
	bool is_exact;             /* those found have it */
	struct buf degrees;        /* of those found, by rank, where it is fuzzy */
	slice needle;              /* as asked */
	unsigned flags;
};

/* With TERM_IN_*: the needle's words, each in some term, as fuzzy.h has it. Of an email
 * that was not indexed whole nothing is told then. */
enum { ASK_FUZZY = TERM_FLAGS };

struct answer_cache {
	struct search_answer answers[ANSWERS_MAX];
	uint32_t count;
};

/* The emails whose text of these kinds (TERM_IN_*) holds the folded needle. NULL: the
 * index cannot tell. The account's, until search_answers_drop. */
const struct search_answer *search_index_ask(struct account *a, slice needle,
					     unsigned flags);
/* The same, where it was asked before. */
const struct search_answer *search_index_kept(const struct account *a, slice needle,
					      unsigned flags);
/* How well an email fits that is found by ASK_FUZZY. */
unsigned search_answer_degree(const struct search_answer *answer, int64_t email);
/* What a fit counts for, in percent: asked for in these kinds of text, and seen in those.
 */
unsigned search_fit_weight(unsigned asked, unsigned seen);
/* A search has ended. */
void search_answers_drop(struct account *a);
void answer_cache_done(struct answer_cache *c);
