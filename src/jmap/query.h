/*
 * query.h - Foo/query and Foo/queryChanges, once the ids are known (RFC 8620 5.5, 5.6)
 */
#pragma once

#include "jmap/arguments.h"

struct query_result {
	enum object_kind kind;
	const int64_t *ids; /* all that match, in order */
	uint32_t count;
	uint64_t state; /* queryState */
};

/* Reads position, anchor, anchorOffset, limit and calculateTotal, and answers. */
void query_respond(struct call *c, const struct query_result *found);
/* The names of the arguments that query_respond reads, and filter and sort; ends with
 * NULL. */
extern const char *const query_arguments[];
