#include <string.h>

#include "jmap/arguments.h"
#include "jmap/call_private.h"
#include "jmap/pointer.h"

struct reference {
	const char *result_of, *name;
	slice path;
};

static bool take_reference(const json_t *value, struct reference *ret)
{
	const json_t *path = json_object_get(value, "path");

	ret->result_of = json_string_value(json_object_get(value, "resultOf"));
	ret->name = json_string_value(json_object_get(value, "name"));
	ret->path = json_text(path);
	return ret->result_of && ret->name && json_is_string(path);
}

/* The first response to the call of that id, whatever its name. */
static const json_t *find_response(const struct jmap_request *r, const char *call_id)
{
	const json_t *response;
	size_t i;

	json_array_foreach(
		r->responses, i,
		response) if (!strcmp(json_string_value(json_array_get(response, 2)),
				      call_id)) return response;
	return NULL;
}

static json_t *resolve(struct jmap_request *r, const struct reference *ref)
{
	const json_t *response = find_response(r, ref->result_of);
	size_t left = RESOLVED_MAX - r->resolved, budget = left;
	json_t *found;

	if (!response) return NULL;
	if (strcmp(json_string_value(json_array_get(response, 0)), ref->name) != 0)
		return NULL;
	found = pointer_follow(json_array_get(response, 1), ref->path, &budget);
	r->resolved += left - budget;
	return found;
}

/* name: the argument's, without "#". */
static bool replace(struct call *c, json_t *arguments, const char *name,
		    const json_t *value)
{
	struct reference ref;
	json_t *found;

	if (json_object_get(arguments, name)) {
		call_fail(c, "invalidArguments", "\"%s\" and \"#%s\" are both given",
			  name, name);
		return false;
	}
	found = take_reference(value, &ref) ? resolve(c->request, &ref) : NULL;
	if (!found) {
		call_fail(c, "invalidResultReference", "\"#%s\" refers to nothing", name);
		return false;
	}
	json_object_set_new(arguments, name, found);
	return true;
}

bool references_resolve(struct call *c, json_t *arguments)
{
	json_t *given = json_copy(arguments), *value;
	const char *name;
	bool is_good = true;

	json_object_foreach(given, name, value)
	{
		if (*name != '#' || !is_good) continue;
		is_good = replace(c, arguments, name + 1, value);
		json_object_del(arguments, name);
	}
	json_decref(given);
	return is_good;
}
