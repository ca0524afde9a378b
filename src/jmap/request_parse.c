#include <string.h>

#include "jmap/arguments.h"
#include "jmap/call_private.h"
#include "jmap/capability.h"
#include "jmap/json_bounds.h"

static bool is_id(const char *text)
{
	size_t n = 0;

	while (is_alpha(text[n]) || is_digit(text[n]) || text[n] == '-' || text[n] == '_')
		n++;
	return n && n <= ID_TEXT_MAX && !text[n];
}

/* --- the JSON --- */

/* Duplicates are what I-JSON forbids (RFC 7493 2.3). */
static bool take_json(struct jmap_request *r)
{
	slice text = buf_slice(&r->content);
	struct json_bounds bounds = json_bounds(text);
	json_error_t error;

	if (bounds.values > JMAP_VALUES_MAX) {
		problem_limit(r, "maxSizeRequest");
		return false;
	}
	if (bounds.depth > JMAP_DEPTH_MAX) {
		problem_not_json(r, "Arrays and objects are nested too deeply");
		return false;
	}
	r->root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
			     &error);
	buf_done(&r->content);
	if (!r->root) problem_not_json(r, error.text);
	return r->root;
}

/* --- the Request object (RFC 8620 3.3) --- */

static bool are_strings(const json_t *list)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value) if (!json_is_string(value)) return false;
	return json_is_array(list);
}

/* (RFC 8620 3.2) */
static bool is_invocation(const json_t *value)
{
	return json_array_size(value) == 3 && json_is_string(json_array_get(value, 0)) &&
	       json_is_object(json_array_get(value, 1)) &&
	       json_is_string(json_array_get(value, 2));
}

static bool are_invocations(const json_t *list)
{
	const json_t *value;
	size_t i;

	json_array_foreach(list, i, value) if (!is_invocation(value)) return false;
	return json_is_array(list);
}

static bool are_ids(json_t *map)
{
	const char *name;
	json_t *id;

	json_object_foreach(map, name,
			    id) if (!is_id(name) || !json_is_string(id) ||
				    !is_id(json_string_value(id))) return false;
	return json_is_object(map);
}

static const char *fault_of(json_t *root)
{
	json_t *created = json_object_get(root, "createdIds");

	if (!json_is_object(root)) return "A request is an object";
	if (!are_strings(json_object_get(root, "using")))
		return "\"using\" must be an array of strings";
	if (!are_invocations(json_object_get(root, "methodCalls")))
		return "\"methodCalls\" must be an array of [name, arguments, call id]";
	if (created && !are_ids(created))
		return "\"createdIds\" must be an object whose names and values are ids";
	return NULL;
}

static bool take_capabilities(struct jmap_request *r)
{
	json_t *name;
	size_t i;
	enum jmap_capability capability;

	json_array_foreach(json_object_get(r->root, "using"), i, name)
	{
		if (!capability_find(json_text(name), &capability) ||
		    !capability_is_there(r->user, capability)) {
			problem_unknown_capability(r, json_string_value(name));
			return false;
		}
		r->uses |= 1U << capability;
	}
	return true;
}

static void take_created(struct jmap_request *r)
{
	json_t *given = json_object_get(r->root, "createdIds");

	r->tells_created = given;
	if (given) json_object_update(r->created, given);
}

void request_parse(struct jmap_request *r)
{
	const char *fault;

	if (!take_json(r)) return;
	fault = fault_of(r->root);
	if (fault) {
		problem_not_request(r, fault);
		return;
	}
	if (!take_capabilities(r)) return;
	r->calls = json_object_get(r->root, "methodCalls");
	take_created(r);
	if (json_array_size(r->calls) > JMAP_CALLS_MAX)
		problem_limit(r, "maxCallsInRequest");
}
