/* A tree that was read is within its limits, and every node has what its key asks for. */
#include <stdlib.h>

#include "imap/search_keys.h"
#include "imap/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { UIDS = 40, ARENA_MAX = 16 << 20 };

static void check(bool holds)
{
	if (!holds) abort();
}

static uint32_t count_children(const struct search_node *n)
{
	uint32_t count = 0;

	for (const struct search_node *c = n->child; c; c = c->next)
		count++;
	return count;
}

/* How many nodes it has. */
static uint32_t check_node(const struct search_node *n, uint32_t depth)
{
	uint32_t children = count_children(n), nodes = 1;

	check(depth <= SEARCH_DEPTH_MAX);
	if (n->key == SEARCH_NOT) check(children == 1);
	if (n->key == SEARCH_OR) check(children >= 2);
	if (n->key > SEARCH_NOT) check(!children);
	if (n->key == SEARCH_FLAGS) check(n->flags);
	if (n->key == SEARCH_HEADER) check(n->name.p != NULL);
	if (n->key == SEARCH_UIDS) check(n->uids && interval_set_max(n->uids) <= UIDS);
	for (const struct search_node *c = n->child; c; c = c->next)
		nodes += check_node(c, depth + 1);
	return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n }, before = in;
	struct view *v = view_new();
	struct search_scope scope = { v, 1000, CHARSET_NAMED, 7 };
	struct search_keys keys;
	struct arena arena;

	for (uint32_t uid = 1; uid <= UIDS; uid++)
		if (uid % 3) interval_set_add(&v->uids, uid);
	interval_set_add_range(&v->recent, 10, UIDS);
	arena_init(&arena, ARENA_MAX);
	if (take_search_keys(&in, &scope, &arena, &keys))
		check(check_node(keys.condition, 1) <= SEARCH_NODES_MAX);
	else
		check(in.p == before.p && in.n == before.n);
	search_keys_done(&keys);
	arena_done(&arena);
	view_free(v);
	return 0;
}
