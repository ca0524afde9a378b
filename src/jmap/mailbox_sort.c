#include "jmap/mailbox_sort.h"

#include <stdlib.h>
#include <string.h>

#include "jmap/collation.h"
#include "message/text.h"

enum { NAMES_MAX = 256 * 1024 * 1024 }; /* octets of all names, folded */

/* --- comparing two of the list --- */

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_sort_order(const struct mailbox_sort *s, uint32_t a, uint32_t b)
{
	return by_number(s->tree->list[a].m.sort_order, s->tree->list[b].m.sort_order);
}

static int by_name(const struct mailbox_sort *s, uint32_t a, uint32_t b)
{
	return slice_cmp(s->names[a], s->names[b]);
}

static int by_parent(const struct mailbox_sort *s, uint32_t a, uint32_t b)
{
	return by_number((uint64_t)s->tree->list[a].parent,
			 (uint64_t)s->tree->list[b].parent);
}

/* What is equal has the order of the list, which is the same from call to call. */
static int compare_plainly(const struct mailbox_sort *s, uint32_t a, uint32_t b)
{
	for (uint32_t i = 0; i < s->count; i++) {
		int order = s->list[i].compare(s, a, b);

		if (order) return s->list[i].descends ? -order : order;
	}
	return by_number(a, b);
}

static uint32_t depth_of(const struct mailbox_tree *t, uint32_t at)
{
	uint32_t depth = 0;

	while ((at = t->parents[at]) < t->count)
		depth++;
	return depth;
}

/* Ancestors come first; else the nearest ancestors with the same parent decide. */
static int compare_as_tree(const struct mailbox_sort *s, uint32_t a, uint32_t b)
{
	const struct mailbox_tree *t = s->tree;
	uint32_t depth_a = depth_of(t, a), depth_b = depth_of(t, b);
	uint32_t high_a = a, high_b = b;

	for (uint32_t d = depth_a; d > depth_b; d--)
		high_a = t->parents[high_a];
	for (uint32_t d = depth_b; d > depth_a; d--)
		high_b = t->parents[high_b];
	if (high_a == high_b) return by_number(depth_a, depth_b);
	while (t->parents[high_a] != t->parents[high_b]) {
		high_a = t->parents[high_a];
		high_b = t->parents[high_b];
	}
	return compare_plainly(s, high_a, high_b);
}

static int compare(const void *a, const void *b, void *sort)
{
	const struct mailbox_sort *s = sort;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return s->as_tree ? compare_as_tree(s, x, y) : compare_plainly(s, x, y);
}

void mailbox_sort_run(struct mailbox_sort *s, uint32_t *indexes, uint32_t count)
{
	if (count) qsort_r(indexes, count, sizeof(*indexes), compare, s);
}

/* --- names by collation --- */

static bool make_names(struct mailbox_sort *s, collate *add)
{
	const struct mailbox_tree *t = s->tree;
	bool is_good = true;

	if (s->names) return true;
	s->names = arena_alloc_array(&s->arena, t->count + 1U, sizeof(*s->names));
	for (uint32_t i = 0; s->names && is_good && i < t->count; i++) {
		slice name = mailbox_shown_name(&t->list[i].m);
		struct buf key;

		buf_init(&key, name.n * TEXT_GROWTH_MAX + 1);
		add(name, &key);
		is_good = arena_copy(&s->arena, buf_slice(&key), &s->names[i]);
		buf_done(&key);
	}
	return s->names && is_good;
}

/* --- reading --- */

static const struct {
	const char *name;
	int (*compare)(const struct mailbox_sort *s, uint32_t a, uint32_t b);
} properties[] = {
	{ "sortOrder", by_sort_order },
	{ "name", by_name },
	{ "parentId", by_parent },
};

static bool refuse(struct call *c, const char *type, const char *why)
{
	call_fail(c, type, "%s", why);
	return false;
}

static collate *collation_of(const json_t *name)
{
	return json_is_string(name) ? collation_find(json_string_value(name))
				    : collations[0].add;
}

static bool is_comparator(const json_t *value)
{
	const json_t *ascends = json_object_get(value, "isAscending");
	const json_t *collation = json_object_get(value, "collation");

	return json_is_string(json_object_get(value, "property")) &&
	       (!ascends || json_is_boolean(ascends)) &&
	       (!collation || json_is_null(collation) || json_is_string(collation));
}

static bool find_property(struct mailbox_sort *s, const char *name)
{
	for (size_t i = 0; i < countof(properties); i++)
		if (!strcmp(properties[i].name, name)) {
			s->list[s->count].compare = properties[i].compare;
			return true;
		}
	return false;
}

/* One collation is enough: that of the first comparator of names, for what is equal by it
 * but not by another is told apart by the list's order. */
static bool read_comparator(struct call *c, struct mailbox_sort *s, const json_t *value)
{
	collate *add;

	if (!is_comparator(value))
		return refuse(c, "invalidArguments", "a comparator is none");
	add = collation_of(json_object_get(value, "collation"));
	if (!add || s->count == MAILBOX_COMPARATORS_MAX ||
	    !find_property(s, json_string_value(json_object_get(value, "property"))))
		return refuse(c, "unsupportedSort",
			      "one sorts by sortOrder, name and parentId");
	if (s->list[s->count].compare == by_name && !make_names(s, add))
		return refuse(c, "unsupportedSort", "there are too many names");
	s->list[s->count++].descends =
		json_is_false(json_object_get(value, "isAscending"));
	return true;
}

bool mailbox_sort_read(struct call *c, const struct mailbox_tree *t,
		       struct mailbox_sort *s)
{
	json_t *list = NULL, *value;
	size_t i;

	*s = (struct mailbox_sort){ .tree = t };
	arena_init(&s->arena, NAMES_MAX);
	if (!argument_bool(c, "sortAsTree", &s->as_tree) ||
	    !argument_array(c, "sort", &list))
		return false;
	json_array_foreach(list, i,
			   value) if (!read_comparator(c, s, value)) return false;
	return true;
}

void mailbox_sort_done(struct mailbox_sort *s)
{
	arena_done(&s->arena);
}
