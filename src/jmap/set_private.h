/*
 * set_private.h - the objects of a Foo/set, in the order in which they are done
 */
#pragma once

#include "jmap/set.h"

enum set_kind { SET_CREATE, SET_UPDATE, SET_DESTROY, SET_KINDS };

struct set_item {
	enum set_kind kind;
	const char *name; /* creation id, id, or "#" and a creation id */
	const char *id;   /* once it was looked for */
	json_t *value;    /* borrowed: the object, or patch */
	bool is_done;
};

struct set {
	struct call *call;
	const struct set_type *type;
	const char *if_in_state;
	json_t *create, *update, *destroy; /* borrowed; or NULL */
	uint64_t old_state;
	struct set_item *items;
	size_t count;
	json_t *done[SET_KINDS]; /* name -> what is told of it; ids that were destroyed */
	json_t *failed[SET_KINDS]; /* name -> SetError */
};

/* Creates, each after those that it refers to, then updates, then destroys. */
void set_items_collect(struct set *s);
void set_items_done(struct set *s);
