/*
 * states_private.h - facts about objects since a state, and what they come to
 *
 * Facts may be told in any order, several of an object: the one of the highest kind
 * counts, and of those the latest. Then the changes are cut where there are more than
 * max: always between two modseqs, so that what is left comes again from there.
 */
#pragma once

#include "store/gone.h"
#include "store/states.h"

enum fact_kind {
	FACT_COUNTED, /* only its counts are others */
	FACT_CHANGED,
	FACT_SHOWN, /* changed, and hidden before */
	FACT_MADE,
	FACT_GONE,
	FACT_MADE_AND_GONE,
};

struct fact {
	int64_t id;
	uint64_t modseq;
	enum fact_kind kind;
};

struct facts {
	int gone_kind; /* whose they are */
	uint64_t since;
	uint32_t max;
	uint64_t bound; /* all below this modseq are known; else UINT64_MAX */
	struct fact *list;
	size_t count, capacity;
};

/* A source that tells them in the order of their modseqs and may end early. */
struct fact_source {
	struct facts *facts;
	uint32_t count; /* told so far */
	struct fact last;
};

void facts_add(struct facts *f, int64_t id, uint64_t modseq, enum fact_kind kind);
/* false: enough, the cut comes before it. */
bool fact_source_add(struct fact_source *s, int64_t id, uint64_t modseq,
		     enum fact_kind kind);
/* What the log tells of a kind; for gone_each. */
void facts_add_gone(void *facts, const struct gone *g);
/* Frees the facts. ERR_NOT_FOUND when more than max have the first modseq. */
enum err facts_settle(struct facts *f, uint64_t now, struct state_changes *ret);

/* Adds the facts of a kind. */
typedef enum err facts_of(struct account *a, struct facts *f);
facts_of facts_of_emails, facts_of_threads;

struct states_of {
	int gone_kind;
	uint64_t now; /* the newest state of the kind */
	facts_of *gather;
};
/* Checks the state, gathers and settles. */
enum err states_find(struct account *a, const struct states_of *of, uint64_t since,
		     uint32_t max, struct state_changes *ret);
