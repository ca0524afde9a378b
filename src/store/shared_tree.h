/*
 * shared_tree.h - a sorted tree that is never changed, only replaced
 *
 * An insertion or removal makes a new tree that shares all but O(log n) nodes
 * with the old one, which stays as it was: so snapshots cost nothing. Nodes
 * and records are counted, from any thread; the last owner frees. Functions
 * take trees on loan and give new ones to keep, unless they say otherwise.
 */
#pragma once

#include <stdatomic.h>

#include "base/slice.h"

/* The head of what a tree holds: one allocation, blanked and freed with its last owner.
 */
struct record {
	atomic_uint owners;
	size_t size; /* octets of the allocation */
};

struct shared_tree_entry {
	slice key; /* lies in the record */
	struct record *record;
};

struct shared_tree; /* NULL is the empty one */

/* size zeroed octets that begin with a struct record; its one owner is the caller. */
void *record_new(size_t size);
struct record *record_keep(struct record *r);
void record_drop(struct record *r);

/* Of entries in ascending order of their keys, without doubles. */
struct shared_tree *shared_tree_build(const struct shared_tree_entry *entries,
				      uint32_t count);
struct shared_tree *shared_tree_keep(struct shared_tree *t);
void shared_tree_drop(struct shared_tree *t);

uint32_t shared_tree_count(const struct shared_tree *t);
struct record *shared_tree_find(const struct shared_tree *t,
				slice key); /* NULL: none; on loan */
struct record *shared_tree_at(const struct shared_tree *t,
			      uint32_t at); /* in order; NULL: too far */

/* With the entry, instead of the one that has its key. Keeps the record. */
struct shared_tree *shared_tree_put(struct shared_tree *t,
				    struct shared_tree_entry entry);
/* Without the key, which may not be there. */
struct shared_tree *shared_tree_remove(struct shared_tree *t, slice key);
