/*
 * query.h - Foo/query and Foo/queryChanges, once the ids are known (RFC 8620 5.5, 5.6)
 */
#pragma once

#include "jmap/arguments.h"
#include "store/states.h"

struct query_result {
	enum object_kind kind;
	const int64_t *ids; /* all that match, in order */
	uint32_t count;
	uint64_t state;      /* queryState */
	bool has_no_changes; /* Foo/queryChanges cannot be called with these arguments */
};

/* Reads position, anchor, anchorOffset, limit and calculateTotal, and answers. */
void query_respond(struct call *c, const struct query_result *found);
/*
 * Foo/queryChanges: found is the result now, changed what may have changed since, of
 * which "removed" has all that is not new, and "added" what is in the result.
 */
void query_changes_respond(struct call *c, const struct query_result *found,
			   const struct state_changes *changed);
/* Reads "sinceQueryState"; false after call_fail. */
bool query_changes_since(struct call *c, uint64_t *ret);
/* The names of the arguments that query_respond reads, and filter and sort; ends with
 * NULL. */
extern const char *const query_arguments[];
/* The same for query_changes_respond. */
extern const char *const query_changes_arguments[];
