/*
 * name_set.h - mailbox names, kept by their hash
 *
 * Two names that share one would cost a wrong attribute at most. Zeroed is empty.
 */
#pragma once

#include "base/map.h"

struct name_set {
	struct map names;
};

void name_set_done(struct name_set *s);
void name_set_add(struct name_set *s, slice name);
bool name_set_has(const struct name_set *s, slice name);

/* The level above a name; false for the top. */
bool find_parent(slice name, slice *ret);
/* Adds all levels above a name. */
void name_set_add_above(struct name_set *s, slice name);
