/*
 * search_index_private.h - an open search index, for this folder only
 */
#pragma once

#include "store/account_private.h"
#include "store/index_builder.h"
#include "store/search_answer.h"
#include "store/search_index.h"

/* Answers are sets of 32 bits; an account with emails beyond is scanned for them. */
static const int64_t INDEX_EMAIL_MAX = UINT32_MAX;

struct search_index {
	struct account *account;
	struct db *db;
	int64_t mark, mark_before; /* as in the row */
	int64_t done, done_before;

	/* The segment that is being made: of ids first to last, the last read being at.
	 */
	struct index_builder *builder;
	int64_t first, at, last;

	bool has_checked;  /* every segment, for emails that have gone */
	int64_t checked;   /* up to this id */
	uint64_t removals; /* account's, when that was begun */
	struct answer_cache answers;
	enum err failure; /* of a look-up: to be closed once no answer is in use */
};

/* Opens it at first use. NULL: there is none, or not now. */
struct search_index *search_index_of(struct account *a);
/* With the account; NULL is fine. */
void search_index_close(struct search_index *x);
/* After a failure: logged where it arose. What is damaged is made anew. */
enum err search_index_failed(struct account *a, enum err e);
/* The row as it is in memory, in a transaction. */
enum err search_index_write_state(struct search_index *x);
/* In a transaction: segments that lie within first to last. */
enum err search_index_forget(struct search_index *x, int64_t first, int64_t last);

/* --- search_answer_fuzzy.c --- */

/* Fills an answer whose needle has words. */
enum err search_answer_fuzzily(struct search_index *x, struct search_answer *answer);
