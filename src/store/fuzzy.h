/*
 * fuzzy.h - how well words fit, where not just the same is looked for (RFC 6203 3)
 *
 * A text is searched term by term (terms.h), as it is in the search index, so results
 * are the same with the index and without. A needle is at most FUZZY_WORDS_MAX words; a
 * text has it when it has, in any order, a word that fits each of them: the same, one
 * that begins with it or has it inside, one of the same stem, or one that a few typing
 * errors away (letters left out, added, changed, or two swapped). Accents and the like
 * are ignored. What holds the needle itself always fits. Time is bounded by the length of
 * a term.
 */
#pragma once

#include "store/terms.h"

enum {
	FUZZY_WORDS_MAX = 16,            /* of a needle; more are left out of account */
	FUZZY_WORD_MAX = TERM_PIECE_MAX, /* code points of one; what is behind likewise */
	FUZZY_BEST = 100,                /* the same word */
	FUZZY_LEAST = 40,                /* somewhere inside of another */
};

struct fuzzy_word {
	uint32_t points[FUZZY_WORD_MAX];
	uint32_t n;
	uint32_t letters; /* a bit for each code point, by its lowest bits */
	uint32_t errors;  /* that are forgiven */
};

struct fuzzy_needle {
	struct fuzzy_word words[FUZZY_WORDS_MAX];
	uint32_t count; /* 0: there is no word in it, nothing is fuzzy about it */
};

/* How well each word was found, 0 for not at all. */
struct fuzzy_fits {
	uint8_t of[FUZZY_WORDS_MAX];
};

void fuzzy_needle_init(struct fuzzy_needle *needle, slice folded);
/* How well this term fits each; false where it fits none. */
bool fuzzy_term_fits(const struct fuzzy_needle *needle, slice term,
		     struct fuzzy_fits *ret);
/* Raises fits to those, of which weight percent count. */
void fuzzy_fits_raise(struct fuzzy_fits *fits, const struct fuzzy_fits *other,
		      unsigned weight);
/* 1 to FUZZY_BEST, or 0 where a word is missing. */
unsigned fuzzy_degree(const struct fuzzy_needle *needle, const struct fuzzy_fits *fits);
/* That of a folded text. */
unsigned fuzzy_text_degree(const struct fuzzy_needle *needle, slice folded);
