/*
 * directory_tree.h - a sorted tree that is never changed, only replaced
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

struct tree_entry {
	slice key; /* lies in the record */
	struct record *record;
};

struct tree; /* NULL is the empty one */

/* size zeroed octets that begin with a struct record; its one owner is the caller. */
void *record_new(size_t size);
struct record *record_keep(struct record *r);
void record_drop(struct record *r);

/* Of entries in ascending order of their keys, without doubles. */
struct tree *tree_build(const struct tree_entry *entries, uint32_t count);
struct tree *tree_keep(struct tree *t);
void tree_drop(struct tree *t);

uint32_t tree_count(const struct tree *t);
struct record *tree_find(const struct tree *t, slice key); /* NULL: none; on loan */
struct record *tree_at(const struct tree *t, uint32_t at); /* in order; NULL: too far */

/* With the entry, instead of the one that has its key. Keeps the record. */
struct tree *tree_put(struct tree *t, struct tree_entry entry);
/* Without the key, which may not be there. */
struct tree *tree_remove(struct tree *t, slice key);
