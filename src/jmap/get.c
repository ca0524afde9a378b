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

	return arguments_known_of(c, type->state ? standard : standard + 1,
				  type->further);
}

static bool is_property(const struct get_type *type, const char *name)
{
	return !strcmp(name, "id") || is_in(name, type->properties) ||
	       (type->allows && type->allows(name));
}

static bool add_property(struct get *g, const struct get_type *type, const char *name)
{
	if (is_in(name, type->hidden)) {
		call_fail(g->call, "forbidden", "\"%s\" is not told", name);
		return false;
	}
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
	if (json_array_size(g->ids) <= JMAP_GET_MAX &&
	    (g->ids || type->read_all || type->all_ids))
		return true;
	call_fail(g->call, "requestTooLarge", "at most %d ids, and not all, can be got",
		  JMAP_GET_MAX);
	return false;
}

/* --- the objects --- */

/* "#name" is no id; but what it stands for is clear, and other servers take it. */
static enum err read_once(struct get *g, struct account *a, const struct get_type *type,
			  json_t *seen, const char *id)
{
	const char *made = call_id(g->call, id);

	if (made) id = made;
	if (json_object_get(seen, id)) return ERR_NONE;
	json_object_set_new(seen, id, json_true());
	return type->read(g, a, id);
}

/* As many as a slice gives, where the type keeps its progress; *ret_ended: all were. */
static enum err read_each(struct get *g, struct account *a, const struct get_type *type,
			  struct get_progress *p, bool *ret_ended)
{
	size_t count = json_array_size(g->ids);
	enum err e = ERR_NONE;
	bool late = false;

	while (!e && !late && p->next < count && !call_has_failed(g->call)) {
		const json_t *id = json_array_get(g->ids, p->next++);

		e = read_once(g, a, type, p->seen, json_string_value(id));
		late = type->progress && call_is_late(g->call);
	}
	*ret_ended = p->next == count;
	return e;
}

static void check_count(const struct get *g, const json_t *found)
{
	if (json_array_size(found) > JMAP_GET_MAX)
		call_fail(g->call, "requestTooLarge", "there are more than %d",
			  JMAP_GET_MAX);
}

static enum err read_all(struct get *g, struct account *a, const struct get_type *type)
{
	enum err e = type->read_all(g, a);

	if (!e) check_count(g, g->list);
	return e;
}

/* The ids that were asked for by asking for all. */
static enum err take_all_ids(struct get *g, struct account *a,
			     const struct get_type *type, struct get_progress *p)
{
	enum err e = ERR_NONE;

	if (g->ids || !type->all_ids) return ERR_NONE;
	if (!p->all) {
		p->all = json_array();
		e = type->all_ids(g->call, a, p->all);
	}
	if (!e) check_count(g, p->all);
	g->ids = p->all;
	return e;
}

static void respond(const struct get *g, const struct get_type *type, uint64_t state)
{
	json_t *account = json_object_get(call_arguments(g->call), "accountId");
	json_t *response = json_object();

	if (type->state) {
		json_object_set(response, "accountId", account);
		json_object_set_new(response, "state", json_state(state));
	}
	json_object_set(response, "list", g->list);
	json_object_set(response, "notFound", g->not_found);
	call_respond(g->call, response);
}

static enum err read_objects(struct get *g, struct account *a,
			     const struct get_type *type, struct get_progress *p)
{
	bool ended = true;
	enum err e = g->ids ? read_each(g, a, type, p, &ended) : read_all(g, a, type);

	if (e || call_has_failed(g->call)) return e;
	if (ended)
		respond(g, type, p->state);
	else
		call_again(g->call);
	return ERR_NONE;
}

static enum err begin(struct call *c, struct account *a, const struct get_type *type,
		      struct get_progress *p)
{
	if (p->seen) return ERR_NONE;
	p->seen = json_object();
	p->list = json_array();
	p->not_found = json_array();
	return type->state ? type->state(c, a, &p->state) : ERR_NONE;
}

void get_progress_done(struct get_progress *p)
{
	json_decref(p->all);
	json_decref(p->seen);
	json_decref(p->list);
	json_decref(p->not_found);
}

static enum err answer(struct get *g, struct account *a, const struct get_type *type)
{
	struct get_progress all = { 0 };
	struct get_progress *p = type->progress ? type->progress(g->call) : &all;
	enum err e = begin(g->call, a, type, p);

	g->list = p->list;
	g->not_found = p->not_found;
	if (!e) e = take_all_ids(g, a, type, p);
	if (!e && !call_has_failed(g->call)) e = read_objects(g, a, type, p);
	get_progress_done(&all);
	return e;
}

enum err get_run(struct call *c, struct account *a, const struct get_type *type)
{
	struct get g = { .call = c };
	enum err e = ERR_NONE;

	if (are_known(c, type) && take_ids(&g, type) && take_properties(&g, type))
		e = answer(&g, a, type);
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
