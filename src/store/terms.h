/*
 * terms.h - folded text as terms: the runs of letters, digits and all that is not ASCII
 *
 * What the search index is made of. A run beyond TERM_MAX octets is cut into terms that
 * share TERM_OVERLAP octets, so that every piece of a run that is no longer than
 * TERM_PIECE_MAX lies whole in one of its terms; and the first of them begins as the run
 * does, the last ends as it does.
 */
#pragma once

#include "base/slice.h"

enum { TERM_MAX = 96, TERM_OVERLAP = 32, TERM_PIECE_MAX = TERM_OVERLAP + 1 };

struct term_splitter {
	void (*take)(struct term_splitter *s, slice term);
	size_t n; /* octets of the run so far, since it was last cut */
	char run[TERM_MAX];
};

/* Zeroed but for take; text may come in any pieces. */
void term_splitter_feed(struct term_splitter *s, slice folded);
void term_splitter_end(struct term_splitter *s); /* no run goes on behind this */

/* The next run of a needle; false at its end. */
bool take_term_run(slice *in, slice *ret);
