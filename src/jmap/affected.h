/*
 * affected.h - the emails whose place in a query may be another than at some state
 *
 * Those that came, changed or went, and where a query looks at threads all emails of
 * theirs.
 */
#pragma once

#include "store/states.h"

enum { AFFECTED_MAX = 100'000 }; /* emails; with more there is no telling */

struct affected_email {
	int64_t id;
	bool is_new; /* it was in no result then */
	bool is_out; /* removed */
};

struct affected {
	struct affected_email *emails; /* in order of their ids, each once */
	uint32_t count, capacity;
};

/* ERR_NOT_FOUND: it is not known any more, or they are too many. affected_done later,
 * also after an error. */
enum err affected_find(struct account *a, uint64_t since, bool with_threads,
		       struct affected *ret);
void affected_done(struct affected *f);
/* Nothing where it is none. */
void affected_remove(struct affected *f, int64_t id);
/* Writes the ids of those that are new, or are not; gives how many. */
uint32_t affected_list(const struct affected *f, bool are_new, int64_t *ret);
