#include "jmap/get.h"

#include <string.h>

enum { PROPERTIES_MAX = 500 };

static bool is_in(const char *name, const char *const *names)
{
	for (; names && *names; names++)
		if (!strcmp(name, *names)) return true;
	return false;
}

/* --- the arguments --- */

static bool are_known(struct call *c, const struct get_type *type)
{
	static const char *const standard[] = { "accountId", "ids", "properties", NULL };

	return arguments_known_of(c, standard, type->further);
}

static bool is_property(const struct get_type *type, const char *name)
{
	return !strcmp(name, "id") || is_in(name, type->properties) ||
	       (type->allows && type->allows(name));
}

static bool add_property(struct get *g, const struct get_type *type, const char *name)
{
	if (!is_property(type, name)) {
		call_fail(g->call, "invalidArguments", "there is no property \"%s\"",
			  name);
		return false;
	}
	if (get_wants(g, name)) return true;
	json_array_append_new(g->properties, json_string(name));
	if (json_array_size(g->properties) <= PROPERTIES_MAX) return true;
	call_fail(g->call, "requestTooLarge", "more than %d properties", PROPERTIES_MAX);
	return false;
}

static bool take_properties(struct get *g, const struct get_type *type)
{
	json_t *asked = NULL, *name;
	size_t i;

	if (!argument_strings(g->call, "properties", &asked)) return false;
	if (!asked) return true;
	g->properties = json_array();
	json_array_foreach(
		asked, i,
		name) if (!add_property(g, type, json_string_value(name))) return false;
	return true;
}

static bool take_ids(struct get *g, const struct get_type *type)
{
	if (!argument_strings(g->call, "ids", &g->ids)) return false;
	if (json_array_size(g->ids) <= JMAP_GET_MAX && (g->ids || type->read_all))
		return true;
	call_fail(g->call, "requestTooLarge", "at most %d ids, and not all, can be got",
		  JMAP_GET_MAX);
	return false;
}

/* --- the objects --- */

static enum err read_each(struct get *g, struct account *a, const struct get_type *type)
{
	json_t *seen = json_object(), *id;
	enum err e = ERR_NONE;
	size_t i;

	json_array_foreach(g->ids, i, id)
	{
		const char *text = json_string_value(id);

		if (json_object_get(seen, text)) continue;
		json_object_set_new(seen, text, json_true());
		e = type->read(g, a, text);
		if (e || call_has_failed(g->call)) break;
	}
	json_decref(seen);
	return e;
}

static enum err read_objects(struct get *g, struct account *a,
			     const struct get_type *type)
{
	enum err e;

	if (g->ids) return read_each(g, a, type);
	e = type->read_all(g, a);
	if (!e && json_array_size(g->list) > JMAP_GET_MAX)
		call_fail(g->call, "requestTooLarge", "there are more than %d",
			  JMAP_GET_MAX);
	return e;
}

static enum err answer(struct get *g, struct account *a, const struct get_type *type)
{
	uint64_t state;
	enum err e = type->state(g->call, a, &state);

	if (!e) e = read_objects(g, a, type);
	if (e || call_has_failed(g->call)) return e;
	call_respond(g->call,
		     json_pack("{s:O, s:o, s:O, s:O}", "accountId",
			       json_object_get(call_arguments(g->call), "accountId"),
			       "state", json_state(state), "list", g->list, "notFound",
			       g->not_found));
	return ERR_NONE;
}

enum err get_run(struct call *c, struct account *a, const struct get_type *type)
{
	struct get g = { .call = c, .list = json_array(), .not_found = json_array() };
	enum err e = ERR_NONE;

	if (are_known(c, type) && take_ids(&g, type) && take_properties(&g, type))
		e = answer(&g, a, type);
	json_decref(g.list);
	json_decref(g.not_found);
	json_decref(g.properties);
	return e;
}

bool get_wants(const struct get *g, const char *property)
{
	const json_t *name;
	size_t i;

	if (!g->properties || !strcmp(property, "id")) return true;
	json_array_foreach(g->properties, i, name) if (!strcmp(json_string_value(name),
							       property)) return true;
	return false;
}
