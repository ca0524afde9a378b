#include "jmap/mailbox_tree.h"

#include <assert.h>
#include <stdlib.h>

enum { TREE_ARENA_MAX = 128 * 1024 * 1024 }; /* MAILBOXES_MAX names and more */

struct reading {
	struct mailbox_tree *tree;
	uint32_t capacity;
	bool is_full;
};

static void grow(struct reading *r)
{
	struct mailbox_tree *t = r->tree;

	if (t->count < r->capacity) return;
	r->capacity = r->capacity ? 2 * r->capacity : 64;
	t->list = realloc(t->list, r->capacity * sizeof(*t->list));
	assert(t->list);
}

static bool add_mailbox(void *context, const struct mailbox *m)
{
	struct reading *r = context;
	struct mailbox_view *v;

	grow(r);
	v = &r->tree->list[r->tree->count];
	*v = (struct mailbox_view){ .m = *m };
	r->is_full = !arena_copy(&r->tree->arena, m->name, &v->m.name);
	r->tree->count += !r->is_full;
	return !r->is_full;
}

static int by_name(const void *a, const void *b)
{
	const struct mailbox_view *x = a, *y = b;

	return slice_cmp(x->m.name, y->m.name);
}

/* The index of the mailbox of this name; count: there is none. */
static uint32_t find(const struct mailbox_tree *t, slice name)
{
	struct mailbox_view key = { .m.name = name };
	const struct mailbox_view *found =
		t->count ? bsearch(&key, t->list, t->count, sizeof(key), by_name) : NULL;

	return found ? (uint32_t)(found - t->list) : t->count;
}

static void find_parents(struct mailbox_tree *t)
{
	t->parents = calloc(t->count + 1U, sizeof(*t->parents));
	assert(t->parents);
	for (uint32_t i = 0; i < t->count; i++) {
		t->parents[i] = find(t, mailbox_parent_path(t->list[i].m.name));
		if (t->parents[i] < t->count)
			t->list[i].parent = t->list[t->parents[i]].m.id;
	}
}

enum err mailbox_tree_read(struct account *a, struct mailbox_tree *t)
{
	struct reading r = { .tree = t };
	enum err e;

	*t = (struct mailbox_tree){ 0 };
	arena_init(&t->arena, TREE_ARENA_MAX);
	e = mailbox_each(a, add_mailbox, &r);
	if (e || r.is_full) return e ? e : ERR_LIMIT;
	if (t->count) qsort(t->list, t->count, sizeof(*t->list), by_name);
	find_parents(t);
	return ERR_NONE;
}

void mailbox_tree_done(struct mailbox_tree *t)
{
	arena_done(&t->arena);
	free(t->list);
	free(t->parents);
}
