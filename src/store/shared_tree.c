#include "store/shared_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * Balanced by weight (Adams; the parameters 3 and 2 are proven by Hirai and Yamamoto,
 * "Balancing weight-balanced trees", 2011): neither side of a node weighs more than
 * three times the other, so a million entries are at most some 40 levels deep.
 */
enum { BALANCE = 3, SINGLE_ROTATION = 2 };

struct shared_tree {
	atomic_uint owners;
	uint32_t count; /* entries here and below */
	struct shared_tree *left, *right;
	struct shared_tree_entry entry;
};

/* --- owners --- */

void *record_new(size_t size)
{
	struct record *r = calloc(1, size);

	assert(r && size >= sizeof(*r));
	r->size = size;
	atomic_init(&r->owners, 1);
	return r;
}

struct record *record_keep(struct record *r)
{
	atomic_fetch_add_explicit(&r->owners, 1, memory_order_relaxed);
	return r;
}

/* True for the last owner, who sees all that the others did. */
static bool leave(atomic_uint *owners)
{
	return atomic_fetch_sub_explicit(owners, 1, memory_order_acq_rel) == 1;
}

void record_drop(struct record *r)
{
	if (!leave(&r->owners)) return;
	explicit_bzero(r, r->size);
	free(r);
}

struct shared_tree *shared_tree_keep(struct shared_tree *t)
{
	if (t) atomic_fetch_add_explicit(&t->owners, 1, memory_order_relaxed);
	return t;
}

void shared_tree_drop(struct shared_tree *t)
{
	if (!t || !leave(&t->owners)) return;
	shared_tree_drop(t->left);
	shared_tree_drop(t->right);
	record_drop(t->entry.record);
	free(t);
}

/* --- balance; left and right are given away in all of this --- */

uint32_t shared_tree_count(const struct shared_tree *t)
{
	return t ? t->count : 0;
}

static uint64_t weight(const struct shared_tree *t)
{
	return (uint64_t)shared_tree_count(t) + 1;
}

static struct shared_tree *node(struct shared_tree *left, struct shared_tree_entry entry,
				struct shared_tree *right)
{
	struct shared_tree *t = malloc(sizeof(*t));

	assert(t);
	*t = (struct shared_tree){ .count = shared_tree_count(left) + 1 +
					    shared_tree_count(right),
				   .left = left,
				   .right = right,
				   .entry = entry };
	record_keep(entry.record);
	atomic_init(&t->owners, 1);
	return t;
}

static struct shared_tree *rotate_left(struct shared_tree *left,
				       struct shared_tree_entry entry,
				       struct shared_tree *right)
{
	struct shared_tree *inner = right->left, *made;

	if (weight(inner) < SINGLE_ROTATION * weight(right->right))
		made = node(node(left, entry, shared_tree_keep(inner)), right->entry,
			    shared_tree_keep(right->right));
	else
		made = node(node(left, entry, shared_tree_keep(inner->left)),
			    inner->entry,
			    node(shared_tree_keep(inner->right), right->entry,
				 shared_tree_keep(right->right)));
	shared_tree_drop(right);
	return made;
}

static struct shared_tree *rotate_right(struct shared_tree *left,
					struct shared_tree_entry entry,
					struct shared_tree *right)
{
	struct shared_tree *inner = left->right, *made;

	if (weight(inner) < SINGLE_ROTATION * weight(left->left))
		made = node(shared_tree_keep(left->left), left->entry,
			    node(shared_tree_keep(inner), entry, right));
	else
		made = node(node(shared_tree_keep(left->left), left->entry,
				 shared_tree_keep(inner->left)),
			    inner->entry,
			    node(shared_tree_keep(inner->right), entry, right));
	shared_tree_drop(left);
	return made;
}

/* A node of two sides of which one grew or shrank by one entry. */
static struct shared_tree *balanced(struct shared_tree *left,
				    struct shared_tree_entry entry,
				    struct shared_tree *right)
{
	if (weight(right) > BALANCE * weight(left))
		return rotate_left(left, entry, right);
	if (weight(left) > BALANCE * weight(right))
		return rotate_right(left, entry, right);
	return node(left, entry, right);
}

/* --- the whole --- */

struct shared_tree *shared_tree_build(const struct shared_tree_entry *entries,
				      uint32_t count)
{
	uint32_t middle = count / 2;

	if (count == 0) return NULL;
	return node(shared_tree_build(entries, middle), entries[middle],
		    shared_tree_build(entries + middle + 1, count - middle - 1));
}

struct record *shared_tree_find(const struct shared_tree *t, slice key)
{
	while (t) {
		int order = slice_cmp(key, t->entry.key);

		if (order == 0) return t->entry.record;
		t = order < 0 ? t->left : t->right;
	}
	return NULL;
}

struct record *shared_tree_at(const struct shared_tree *t, uint32_t at)
{
	while (t) {
		uint32_t before = shared_tree_count(t->left);

		if (at == before) return t->entry.record;
		if (at < before) {
			t = t->left;
		} else {
			at -= before + 1;
			t = t->right;
		}
	}
	return NULL;
}

struct shared_tree *shared_tree_put(struct shared_tree *t, struct shared_tree_entry entry)
{
	int order = t ? slice_cmp(entry.key, t->entry.key) : 0;

	if (!t) return node(NULL, entry, NULL);
	if (order < 0)
		return balanced(shared_tree_put(t->left, entry), t->entry,
				shared_tree_keep(t->right));
	if (order > 0)
		return balanced(shared_tree_keep(t->left), t->entry,
				shared_tree_put(t->right, entry));
	return node(shared_tree_keep(t->left), entry, shared_tree_keep(t->right));
}

/* Without its first entry, which stays t's own. */
static struct shared_tree *remove_first(struct shared_tree *t,
					struct shared_tree_entry *ret)
{
	if (t->left)
		return balanced(remove_first(t->left, ret), t->entry,
				shared_tree_keep(t->right));
	*ret = t->entry;
	return shared_tree_keep(t->right);
}

/* Both sides of a node without it. */
static struct shared_tree *joined(struct shared_tree *left, struct shared_tree *right)
{
	struct shared_tree_entry first;
	struct shared_tree *rest;

	if (!right) return shared_tree_keep(left);
	rest = remove_first(right, &first);
	return balanced(shared_tree_keep(left), first, rest);
}

struct shared_tree *shared_tree_remove(struct shared_tree *t, slice key)
{
	int order = t ? slice_cmp(key, t->entry.key) : 0;

	if (!t) return NULL;
	if (order < 0)
		return balanced(shared_tree_remove(t->left, key), t->entry,
				shared_tree_keep(t->right));
	if (order > 0)
		return balanced(shared_tree_keep(t->left), t->entry,
				shared_tree_remove(t->right, key));
	return joined(t->left, t->right);
}
