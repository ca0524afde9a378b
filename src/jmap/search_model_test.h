/*
 * search_model_test.h - mail made at random, and what a plain evaluation finds in it: for
 * tests
 */
#pragma once

#include <jansson.h>

#include "store/fixture_test.h"

enum {
	MODEL_EMAILS = 300,
	MODEL_MAILBOXES = 4,
	MODEL_KEYWORDS = 4, /* "$seen", "$flagged", "work", and one that nobody has */
	MODEL_WORDS = 8,
};

extern const char *const model_keywords[MODEL_KEYWORDS];
extern const char *const model_words[MODEL_WORDS];

struct model_email {
	int64_t id;
	bool in[MODEL_MAILBOXES]; /* where it can be seen */
	bool has[MODEL_KEYWORDS];
	int64_t received, sent;
	uint64_t size;
	uint32_t thread; /* the first email of it */
	bool has_attachment;
	char from[40], to[40], cc[40], subject[60], body[60];
};

struct model {
	struct fixture f;
	int64_t mailboxes[MODEL_MAILBOXES];
	struct model_email emails[MODEL_EMAILS];
	uint32_t count;
};

/* with_deleted: some messages have \Deleted. */
void model_init(struct model *m, bool with_deleted);
void model_done(struct model *m);
json_t *model_mailbox_id(const struct model *m, uint32_t at);

/* Arguments of a query at random: filter, sort, collapseThreads. */
json_t *model_arguments(const struct model *m);
/* What is found: ids in order, allocated. */
int64_t *model_query(const struct model *m, const json_t *arguments, uint32_t *ret_count);
