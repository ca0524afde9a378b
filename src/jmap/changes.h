/*
 * changes.h - Foo/changes for any type (RFC 8620 5.2)
 */
#pragma once

#include "jmap/arguments.h"
#include "store/states.h"

struct changes_type {
	enum object_kind kind;
	enum err (*changes)(struct call *c, struct account *a, uint64_t since,
			    uint32_t max, struct state_changes *ret);
	/* Whether there is more of the object than what is hidden: else it counts as
	 * gone. NULL: nothing of the kind is hidden. */
	enum err (*find_visible)(struct account *a, int64_t id, bool *ret);
	/* Adds members to the response; may be NULL. */
	void (*finish)(const struct state_changes *found, json_t *response);
};

enum err changes_run(struct call *c, struct account *a, const struct changes_type *type);
