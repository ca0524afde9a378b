#include "jmap/filter_parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool query_refuse(struct query_fault *fault, const char *type, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(fault->text, sizeof(fault->text), format, args);
	va_end(args);
	fault->type = type;
	return false;
}

bool filter_refuse_type(struct filter_parser *p, const char *property)
{
	return query_refuse(
		p->fault, "invalidArguments",
		"the filter's \"%.60s\" has not the type or range it must have",
		property);
}

bool filter_refuse_size(struct filter_parser *p)
{
	return query_refuse(p->fault, "unsupportedFilter", "the filter is too large");
}

/* --- nodes --- */

struct filter_node *filter_add_node(struct filter_parser *p, struct filter_node *parent,
				    enum filter_kind kind)
{
	struct filter_node *n = arena_alloc(p->arena, sizeof(*n));

	if (!n || p->filter->nodes++ == FILTER_NODES_MAX) {
		filter_refuse_size(p);
		return NULL;
	}
	n->kind = kind;
	n->next = parent->child;
	parent->child = n;
	return n;
}

/* --- keywords --- */

static slice lower_copy(struct arena *arena, slice name)
{
	char *copy = arena_alloc(arena, name.n + 1);

	for (size_t i = 0; copy && i < name.n; i++)
		copy[i] = lower_ascii(name.p[i]);
	return (slice){ copy, copy ? name.n : 0 };
}

bool filter_keyword(struct email_filter *f, struct arena *arena, slice name, int64_t *ret)
{
	struct keyword_names *k = &f->keywords;

	for (uint32_t i = 0; i < k->count; i++)
		if (slice_eq_nocase(k->names[i], name)) {
			*ret = i;
			return true;
		}
	if (f->sets++ == FILTER_SETS_MAX) return false;
	if (!k->names) k->names = arena_alloc_array(arena, FILTER_SETS_MAX, sizeof(name));
	if (!k->names) return false;
	k->names[k->count] = lower_copy(arena, name);
	if (!k->names[k->count].p) return false;
	*ret = k->count++;
	return true;
}

static bool add_condition(struct filter_parser *p, json_t *json,
			  struct filter_node *parent)
{
	struct filter_node *all = filter_add_node(p, parent, FILTER_AND);
	const char *name;
	json_t *value;

	if (!all) return false;
	json_object_foreach(json, name, value)
	{
		if (!filter_add_property(p, name, value, all)) return false;
	}
	return true;
}

static bool add_filter(struct filter_parser *p, json_t *json, struct filter_node *parent,
		       int depth);

/* NULL, with a fault, for what is none. NOT: none of the conditions holds. */
static struct filter_node *add_operator_node(struct filter_parser *p, const char *name,
					     struct filter_node *parent)
{
	if (name && !strcmp(name, "AND")) return filter_add_node(p, parent, FILTER_AND);
	if (name && !strcmp(name, "OR")) return filter_add_node(p, parent, FILTER_OR);
	if (name && !strcmp(name, "NOT")) {
		parent = filter_add_node(p, parent, FILTER_NOT);
		return parent ? filter_add_node(p, parent, FILTER_OR) : NULL;
	}
	filter_refuse_type(p, "operator");
	return NULL;
}

static bool add_operator(struct filter_parser *p, json_t *json,
			 struct filter_node *parent, int depth)
{
	const char *name = json_string_value(json_object_get(json, "operator"));
	const json_t *list = json_object_get(json, "conditions");

	if (depth > FILTER_DEPTH_MAX)
		return query_refuse(p->fault, "unsupportedFilter",
				    "the filter is too deep");
	if (!json_is_array(list) || json_object_size(json) != 2)
		return filter_refuse_type(p, "conditions");
	parent = add_operator_node(p, name, parent);
	if (!parent) return false;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!add_filter(p, json_array_get(list, i), parent, depth + 1))
			return false;
	return true;
}

/* Recurses at most FILTER_DEPTH_MAX deep. */
static bool add_filter(struct filter_parser *p, json_t *json, struct filter_node *parent,
		       int depth)
{
	if (!json_is_object(json))
		return query_refuse(p->fault, "invalidArguments",
				    "a filter is no object");
	if (json_object_get(json, "operator"))
		return add_operator(p, json, parent, depth);
	return add_condition(p, json, parent);
}

/* What is without text beside what has some keeps a set of its own until that is found;
 * *sets counts them. */
static bool note_texts(struct filter_node *n, uint32_t *sets)
{
	bool any_without = false;

	for (struct filter_node *child = n->child; child; child = child->next) {
		if (note_texts(child, sets))
			n->has_text = true;
		else
			any_without = true;
	}
	*sets += n->has_text && any_without;
	return n->has_text;
}

bool email_filter_parse(json_t *json, int64_t account, struct arena *arena,
			struct email_filter *ret, struct query_fault *fault)
{
	struct filter_parser p = {
		.filter = ret, .arena = arena, .account = account, .fault = fault
	};

	*ret = (struct email_filter){ .root = arena_alloc(arena, sizeof(*ret->root)) };
	if (!ret->root) return filter_refuse_size(&p);
	if (json && !json_is_null(json) && !add_filter(&p, json, ret->root, 1))
		return false;
	note_texts(ret->root, &ret->sets);
	return ret->sets <= FILTER_SETS_MAX || filter_refuse_size(&p);
}
