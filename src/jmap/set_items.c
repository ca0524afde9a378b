#include <assert.h>
#include <stdlib.h>

#include "jmap/set_private.h"

static void add_item(struct set *s, enum set_kind kind, const char *name, json_t *value)
{
	s->items[s->count++] =
		(struct set_item){ .kind = kind, .name = name, .value = value };
}

/* --- creates, in order --- */

static void add_create(struct set *s, json_t *placed, const char *name);

/* text: a value, or a member's name, that may be a reference to one of the creates. */
static void add_referred(struct set *s, json_t *placed, const char *text)
{
	if (text && *text == '#' && json_object_get(s->create, text + 1))
		add_create(s, placed, text + 1);
}

/* References are whole values, or names in a set of ids ("mailboxIds"). */
static void add_all_referred(struct set *s, json_t *placed, json_t *object)
{
	const char *name, *inner;
	json_t *value, *ignored;

	json_object_foreach(object, name, value)
	{
		add_referred(s, placed, json_string_value(value));
		json_object_foreach(value, inner, ignored)
		{
			add_referred(s, placed, inner);
		}
	}
}

/* What is placed already is no matter; nor a circle, whose members then cannot be made.
 * The depth is bounded by JMAP_SET_MAX. */
static void add_create(struct set *s, json_t *placed, const char *name)
{
	json_t *object = json_object_get(s->create, name);

	if (json_object_get(placed, name)) return;
	json_object_set_new(placed, name, json_true());
	add_all_referred(s, placed, object);
	add_item(s, SET_CREATE, name, object);
}

static void add_creates(struct set *s)
{
	json_t *placed = json_object(), *object;
	const char *name;

	json_object_foreach(s->create, name, object)
	{
		add_create(s, placed, name);
	}
	json_decref(placed);
}

/* --- the others --- */

static void add_updates(struct set *s)
{
	const char *id;
	json_t *patch;

	json_object_foreach(s->update, id, patch)
	{
		add_item(s, SET_UPDATE, id, patch);
	}
}

/* Each once. */
static void add_destroys(struct set *s)
{
	json_t *seen = json_object(), *id;
	size_t i;

	json_array_foreach(s->destroy, i, id)
	{
		const char *text = json_string_value(id);

		if (json_object_get(seen, text)) continue;
		json_object_set_new(seen, text, json_true());
		add_item(s, SET_DESTROY, text, NULL);
	}
	json_decref(seen);
}

void set_items_collect(struct set *s)
{
	s->items = calloc(JMAP_SET_MAX + 1, sizeof(*s->items));
	assert(s->items);
	for (int kind = 0; kind < SET_KINDS; kind++) {
		s->done[kind] = kind == SET_DESTROY ? json_array() : json_object();
		s->failed[kind] = json_object();
	}
	add_creates(s);
	add_updates(s);
	add_destroys(s);
}

void set_items_done(struct set *s)
{
	for (int kind = 0; kind < SET_KINDS; kind++) {
		json_decref(s->done[kind]);
		json_decref(s->failed[kind]);
	}
	free(s->items);
}
