#include "jmap/set.h"

#include <stdio.h>
#include <string.h>

#include "jmap/set_private.h"
#include "store/account.h"

enum {
	PASSES_MAX = 8,
	STATED = 2, /* of the standard arguments, those of types with a state */
};

/* --- the arguments --- */

static bool are_objects(struct call *c, const char *name, json_t *map)
{
	const char *key;
	json_t *value;

	json_object_foreach(map, key, value)
	{
		if (json_is_object(value)) continue;
		call_fail(c, "invalidArguments", "\"%s\" of \"%s\" is no object", key,
			  name);
		return false;
	}
	return true;
}

static bool are_few(struct set *s)
{
	size_t count = json_object_size(s->create) + json_object_size(s->update) +
		       json_array_size(s->destroy);

	if (count <= JMAP_SET_MAX) return true;
	call_fail(s->call, "requestTooLarge", "more than %d objects", JMAP_SET_MAX);
	return false;
}

static bool take_arguments(struct set *s)
{
	static const char *const standard[] = { "accountId", "ifInState", "create",
						"update",    "destroy",   NULL };
	struct call *c = s->call;

	return arguments_known_of(c, s->type->state ? standard : standard + STATED,
				  s->type->further) &&
	       argument_string(c, "ifInState", &s->if_in_state) &&
	       argument_object(c, "create", &s->create) &&
	       argument_object(c, "update", &s->update) &&
	       argument_strings(c, "destroy", &s->destroy) &&
	       are_objects(c, "create", s->create) &&
	       are_objects(c, "update", s->update) && are_few(s);
}

static enum err read_state(const struct set *s, struct account *a, uint64_t *ret)
{
	return s->type->state ? s->type->state(s->call, a, ret) : ERR_NONE;
}

static enum err take_state(struct set *s, struct account *a)
{
	uint64_t asked;
	enum err e = read_state(s, a, &s->old_state);

	if (e || !s->if_in_state) return e;
	if (!state_parse(s->if_in_state, &asked) || asked != s->old_state)
		call_fail(s->call, "stateMismatch", "the state is another one");
	return ERR_NONE;
}

/* --- one object --- */

enum err set_refuse(struct set_outcome *o, const char *error, const char *property,
		    const char *description)
{
	o->error = error;
	snprintf(o->description, sizeof(o->description), "%s", description);
	if (!property) return ERR_NONE;
	if (!o->properties) o->properties = json_array();
	json_array_append_new(o->properties, json_string(property));
	return ERR_NONE;
}

static void outcome_done(struct set_outcome *o)
{
	json_decref(o->properties);
	json_decref(o->object);
	json_decref(o->further);
}

static json_t *error_of(const struct set_outcome *o)
{
	json_t *error = json_object();

	json_object_set_new(error, "type", json_string(o->error));
	if (*o->description)
		json_object_set_new(error, "description",
				    json_slice(slice_of(o->description)));
	if (o->properties) json_object_set(error, "properties", o->properties);
	if (o->further) json_object_update(error, o->further);
	return error;
}

static enum err do_create(struct set *s, struct account *a, struct set_item *item,
			  struct set_outcome *o)
{
	if (!s->type->create)
		return set_refuse(o, "forbidden", NULL, "none can be created");
	return s->type->create(s->call, a, item->name, item->value, o);
}

static enum err do_update(struct set *s, struct account *a, struct set_item *item,
			  struct set_outcome *o)
{
	item->id = call_id(s->call, item->name);
	if (!item->id) return set_refuse(o, "notFound", NULL, "");
	if (!s->type->update)
		return set_refuse(o, "forbidden", NULL, "none can be changed");
	return s->type->update(s->call, a, item->id, item->value, o);
}

static enum err do_destroy(struct set *s, struct account *a, struct set_item *item,
			   struct set_outcome *o)
{
	item->id = call_id(s->call, item->name);
	if (!item->id) return set_refuse(o, "notFound", NULL, "");
	if (!s->type->destroy)
		return set_refuse(o, "forbidden", NULL, "none can be destroyed");
	return s->type->destroy(s->call, a, item->id, o);
}

static void told_created(struct set *s, struct set_item *item, struct set_outcome *o)
{
	const char *id = json_string_value(json_object_get(o->object, "id"));

	if (id) call_created(s->call, item->name, id);
	json_object_set(s->done[SET_CREATE], item->name, o->object);
}

static void told_updated(struct set *s, struct set_item *item, struct set_outcome *o)
{
	json_object_set_new(s->done[SET_UPDATE], item->id,
			    o->object ? json_incref(o->object) : json_null());
}

static void told_destroyed(struct set *s, struct set_item *item, struct set_outcome *)
{
	json_array_append_new(s->done[SET_DESTROY], json_string(item->id));
}

static const struct {
	enum err (*act)(struct set *s, struct account *a, struct set_item *item,
			struct set_outcome *o);
	void (*told)(struct set *s, struct set_item *item, struct set_outcome *o);
	const char *done, *not_done;
} kinds[SET_KINDS] = {
	[SET_CREATE] = { do_create, told_created, "created", "notCreated" },
	[SET_UPDATE] = { do_update, told_updated, "updated", "notUpdated" },
	[SET_DESTROY] = { do_destroy, told_destroyed, "destroyed", "notDestroyed" },
};

/* Whatever it had changed before it failed is undone. */
static enum err act_within(struct set *s, struct account *a, struct set_item *item,
			   struct set_outcome *o)
{
	enum err e = account_savepoint(a);

	if (e) return e;
	e = kinds[item->kind].act(s, a, item, o);
	if (!e && !o->error) return account_release(a);
	account_rollback_to(a);
	return account_in_transaction(a) ? e : ERR_LATER;
}

/* It was told by its id, or as the client wrote it where that named nothing yet. */
static void forget_failure(json_t *failed, const struct set_item *item)
{
	json_object_del(failed, item->name);
	if (item->id) json_object_del(failed, item->id);
}

static enum err act(struct set *s, struct account *a, struct set_item *item)
{
	struct set_outcome o = { 0 };
	json_t *failed = s->failed[item->kind];
	enum err e = act_within(s, a, item, &o);

	item->is_done = !e && !o.error;
	forget_failure(failed, item);
	if (item->is_done)
		kinds[item->kind].told(s, item, &o);
	else if (!e)
		json_object_set_new(failed, item->id ? item->id : item->name,
				    error_of(&o));
	outcome_done(&o);
	return e;
}

/* --- all of them --- */

static enum err act_on_all(struct set *s, struct account *a, size_t *ret_done)
{
	enum err e = ERR_NONE;

	*ret_done = 0;
	for (size_t i = 0; i < s->count && !e; i++) {
		struct set_item *item = &s->items[i];

		if (item->is_done) continue;
		e = act(s, a, item);
		*ret_done += item->is_done;
		if (call_has_failed(s->call)) break;
	}
	return e;
}

static enum err act_in_passes(struct set *s, struct account *a)
{
	size_t done = 0, left = s->count;
	enum err e = ERR_NONE;

	for (int pass = 0; pass < PASSES_MAX && left; pass++) {
		e = act_on_all(s, a, &done);
		left -= done;
		if (e || !done || !s->type->tries_again || call_has_failed(s->call))
			break;
	}
	return e;
}

/* Null where there are none (RFC 8620 5.3). */
static void add_or_null(json_t *response, const char *name, json_t *value)
{
	bool is_empty = !json_object_size(value) && !json_array_size(value);

	json_object_set_new(response, name, is_empty ? json_null() : json_incref(value));
}

static void add_states(struct set *s, uint64_t state, json_t *response)
{
	if (!s->type->state) return;
	json_object_set(response, "accountId",
			json_object_get(call_arguments(s->call), "accountId"));
	json_object_set_new(response, "oldState", json_state(s->old_state));
	json_object_set_new(response, "newState", json_state(state));
}

static json_t *response_of(struct set *s, uint64_t state)
{
	json_t *response = json_object();

	add_states(s, state, response);
	for (int kind = 0; kind < SET_KINDS; kind++) {
		add_or_null(response, kinds[kind].done, s->done[kind]);
		add_or_null(response, kinds[kind].not_done, s->failed[kind]);
	}
	return response;
}

static enum err respond(struct set *s, struct account *a)
{
	uint64_t state = 0;
	enum err e = read_state(s, a, &state);
	json_t *response;

	if (e) return e;
	response = response_of(s, state);
	if (s->type->end) e = s->type->end(s->call, a, response);
	if (e || call_has_failed(s->call))
		json_decref(response);
	else
		call_respond(s->call, response);
	return e;
}

static enum err set_do(struct set *s, struct account *a)
{
	enum err e = take_state(s, a);

	if (!e && !call_has_failed(s->call) && s->type->begin)
		e = s->type->begin(s->call, a);
	if (e || call_has_failed(s->call)) return e;
	set_items_collect(s);
	e = act_in_passes(s, a);
	if (!e && !call_has_failed(s->call)) e = respond(s, a);
	set_items_done(s);
	return e;
}

enum err set_check(struct call *c, struct account *a, const struct set_type *type)
{
	struct set s = { .call = c, .type = type };

	return take_arguments(&s) ? take_state(&s, a) : ERR_NONE;
}

enum err set_run(struct call *c, struct account *a, const struct set_type *type)
{
	struct set s = { .call = c, .type = type };

	return take_arguments(&s) ? set_do(&s, a) : ERR_NONE;
}
