#include "base/test.h"
#include "store/shared_tree.h"

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

static struct shared_tree_entry entry(struct number *r)
{
	return (struct shared_tree_entry){ { (char *)r->key, 2 }, &r->head };
}

static void check_same(const struct shared_tree *t, const bool there[KEYS])
{
	uint32_t at = 0;

	for (unsigned n = 0; n < KEYS; n++) {
		const unsigned char key[] = { (unsigned char)(n >> 8), (unsigned char)n };
		struct record *found =
			shared_tree_find(t, (slice){ (const char *)key, 2 });

		CHECK_INT(found != NULL, there[n]);
		if (there[n]) CHECK(shared_tree_at(t, at++) == found);
	}
	CHECK_INT(shared_tree_count(t), at);
	CHECK(!shared_tree_at(t, at));
}

static struct shared_tree *change(struct shared_tree *t, unsigned n, bool put)
{
	struct number *r = number_new(n);
	struct shared_tree *made =
		put ? shared_tree_put(t, entry(r)) : shared_tree_remove(t, entry(r).key);

	record_drop(&r->head);
	return made;
}

/* A random walk; now and then an old tree is looked at again. */
TEST(shared_tree_keeps_old_trees_as_they_were)
{
	bool there[KEYS] = { 0 }, then[KEYS] = { 0 };
	struct shared_tree *t = NULL, *old = NULL;

	srand(1);
	for (int i = 0; i < STEPS; i++) {
		unsigned n = (unsigned)rand() % KEYS;
		bool put = rand() % 100 < (i < STEPS / 2 ? 70 : 30);
		struct shared_tree *next = change(t, n, put);

		shared_tree_drop(t);
		t = next;
		there[n] = put;
		if (i % 97) continue;
		check_same(t, there);
		check_same(old, then);
		shared_tree_drop(old);
		old = shared_tree_keep(t);
		for (unsigned k = 0; k < KEYS; k++)
			then[k] = there[k];
	}
	shared_tree_drop(t);
	shared_tree_drop(old);
}

/* Ascending and descending keys are what makes a careless tree a list. */
TEST(shared_tree_of_sorted_keys)
{
	bool there[KEYS] = { 0 };
	struct shared_tree *t = NULL;

	for (unsigned n = 0; n < KEYS; n++) {
		struct shared_tree *next =
			change(t, n < KEYS / 2 ? n : 3 * KEYS / 2 - 1 - n, true);

		shared_tree_drop(t);
		t = next;
		there[n] = true;
	}
	check_same(t, there);
	for (unsigned n = 0; n < KEYS - 1; n++) {
		struct shared_tree *next = change(t, n, false);

		shared_tree_drop(t);
		t = next;
		there[n] = false;
	}
	check_same(t, there);
	shared_tree_drop(t);
}
