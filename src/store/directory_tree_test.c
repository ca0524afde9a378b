#include "base/test.h"
#include "store/directory_tree.h"

#include <stdlib.h>

enum { KEYS = 500, STEPS = 4000 };

struct number {
	struct record head;
	unsigned char key[2];
};

static struct number *number_new(unsigned n)
{
	struct number *r = record_new(sizeof(*r));

	r->key[0] = (unsigned char)(n >> 8);
	r->key[1] = (unsigned char)n;
	return r;
}

static struct tree_entry entry(struct number *r)
{
	return (struct tree_entry){ { (char *)r->key, 2 }, &r->head };
}

static void check_same(const struct tree *t, const bool there[KEYS])
{
	uint32_t at = 0;

	for (unsigned n = 0; n < KEYS; n++) {
		const unsigned char key[] = { (unsigned char)(n >> 8), (unsigned char)n };
		struct record *found = tree_find(t, (slice){ (const char *)key, 2 });

		CHECK_INT(found != NULL, there[n]);
		if (there[n]) CHECK(tree_at(t, at++) == found);
	}
	CHECK_INT(tree_count(t), at);
	CHECK(!tree_at(t, at));
}

static struct tree *change(struct tree *t, unsigned n, bool put)
{
	struct number *r = number_new(n);
	struct tree *made = put ? tree_put(t, entry(r)) : tree_remove(t, entry(r).key);

	record_drop(&r->head);
	return made;
}

/* A random walk; now and then an old tree is looked at again. */
TEST(directory_tree_keeps_old_trees_as_they_were)
{
	bool there[KEYS] = { 0 }, then[KEYS] = { 0 };
	struct tree *t = NULL, *old = NULL;

	srand(1);
	for (int i = 0; i < STEPS; i++) {
		unsigned n = (unsigned)rand() % KEYS;
		bool put = rand() % 100 < (i < STEPS / 2 ? 70 : 30);
		struct tree *next = change(t, n, put);

		tree_drop(t);
		t = next;
		there[n] = put;
		if (i % 97) continue;
		check_same(t, there);
		check_same(old, then);
		tree_drop(old);
		old = tree_keep(t);
		for (unsigned k = 0; k < KEYS; k++)
			then[k] = there[k];
	}
	tree_drop(t);
	tree_drop(old);
}

/* Ascending and descending keys are what makes a careless tree a list. */
TEST(directory_tree_of_sorted_keys)
{
	bool there[KEYS] = { 0 };
	struct tree *t = NULL;

	for (unsigned n = 0; n < KEYS; n++) {
		struct tree *next =
			change(t, n < KEYS / 2 ? n : 3 * KEYS / 2 - 1 - n, true);

		tree_drop(t);
		t = next;
		there[n] = true;
	}
	check_same(t, there);
	for (unsigned n = 0; n < KEYS - 1; n++) {
		struct tree *next = change(t, n, false);

		tree_drop(t);
		t = next;
		there[n] = false;
	}
	check_same(t, there);
	tree_drop(t);
}
