#include <string.h>

#include "jmap/pointer.h"
#include "jmap/set.h"

enum { PATH_MAX_OCTETS = 4096 };

/* Whether another patch is of something in which this one's target lies. */
static bool is_within_another(const json_t *patch, slice path)
{
	for (size_t n = 1; n < path.n; n++)
		if (path.p[n] == '/' && json_object_getn(patch, path.p, n)) return true;
	return false;
}

static void put(json_t *parent, slice name, json_t *value)
{
	if (json_is_null(value))
		json_object_deln(parent, name.p, name.n);
	else
		json_object_setn_new(parent, name.p, name.n, json_deep_copy(value));
}

/* Walks to the object in which the last token is put. False: there is none. */
static bool apply(json_t *object, slice path, json_t *value)
{
	struct buf token;
	bool is_good;

	buf_init(&token, PATH_MAX_OCTETS);
	while ((is_good = take_pointer_token(&path, &token) && json_is_object(object)) &&
	       path.n)
		object = json_object_getn(object, buf_slice(&token).p, token.n);
	if (is_good) put(object, buf_slice(&token), value);
	buf_done(&token);
	return is_good;
}

static bool apply_one(json_t *object, const json_t *patch, const char *key, json_t *value)
{
	struct buf path;
	bool is_good = false;

	buf_init(&path, PATH_MAX_OCTETS);
	buf_add_char(&path, '/');
	if (buf_add(&path, slice_of(key)) && !is_within_another(patch, slice_of(key)))
		is_good = apply(object, buf_slice(&path), value);
	buf_done(&path);
	return is_good;
}

json_t *set_patched(const json_t *object, const json_t *patch, struct set_outcome *o)
{
	json_t *patched = json_deep_copy(object), *value;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)patch, key, value)
	{
		if (apply_one(patched, patch, key, value)) continue;
		set_refuse(o, "invalidPatch", NULL,
			   "a path leads nowhere, or into what another one changes");
		json_decref(patched);
		return NULL;
	}
	return patched;
}
