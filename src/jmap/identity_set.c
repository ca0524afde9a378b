#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "jmap/identity.h"
#include "jmap/methods.h"
#include "jmap/outgoing.h"
#include "jmap/set.h"
#include "smtp/path.h"

/* --- what may be in an identity --- */

static bool is_text(const json_t *value)
{
	return json_is_string(value);
}

/* EmailAddress (RFC 8621 4.1.2.3) */
static bool is_address(json_t *value)
{
	const json_t *name = json_object_get(value, "name");

	return json_is_string(json_object_get(value, "email")) &&
	       (!name || json_is_null(name) || json_is_string(name)) &&
	       json_object_size(value) == (name ? 2 : 1);
}

static bool are_addresses(const json_t *value)
{
	json_t *address;
	size_t i;

	json_array_foreach(value, i, address) if (!is_address(address)) return false;
	return json_is_array(value) || json_is_null(value);
}

static bool is_mailbox(const json_t *value)
{
	return json_is_string(value) && smtp_is_mailbox(json_text(value));
}

static const struct {
	const char *name;
	bool (*is_typed)(const json_t *value);
} properties[] = {
	{ "name", is_text },          { "email", is_mailbox },
	{ "replyTo", are_addresses }, { "bcc", are_addresses },
	{ "textSignature", is_text }, { "htmlSignature", is_text },
};

static void check(json_t *object, struct set_outcome *o)
{
	for (size_t i = 0; i < countof(properties); i++)
		if (!properties[i].is_typed(json_object_get(object, properties[i].name)))
			set_refuse(o, "invalidProperties", properties[i].name,
				   "it has not the type it must have");
}

static bool is_settable(const char *name)
{
	for (size_t i = 0; i < countof(properties); i++)
		if (!strcmp(properties[i].name, name)) return true;
	return false;
}

static slice email_of(const json_t *object)
{
	return json_text(json_object_get(object, "email"));
}

/* --- creating --- */

/* Null is the default, as if it were left out (RFC 8620 5.3). */
static json_t *completed(json_t *object, struct set_outcome *o)
{
	json_t *all = identity_defaults(), *value;
	const char *name;

	json_object_foreach(object, name, value)
	{
		if (!is_settable(name))
			set_refuse(o, "invalidProperties", name,
				   "it is no property that can be set");
		else if (!json_is_null(value))
			json_object_set(all, name, value);
	}
	return all;
}

static enum err refuse_limit(enum err e, struct set_outcome *o)
{
	if (e != ERR_LIMIT) return e;
	return set_refuse(o, "overQuota", NULL, "it is too large, or there are too many");
}

static enum err put(struct account *a, const json_t *object, int64_t *id,
		    struct set_outcome *o)
{
	char *text = json_dumps(object, JSON_COMPACT);
	enum err e;

	assert(text);
	if (*id)
		e = document_set(a, DOCUMENT_IDENTITY, *id, slice_of(text));
	else
		e = document_add(a, DOCUMENT_IDENTITY, slice_of(text), id);
	free(text);
	return refuse_limit(e, o);
}

/* What the client did not say. */
static json_t *told_of(struct call *c, int64_t id, json_t *all, json_t *object)
{
	json_t *told = json_pack("{s:o, s:b}", "id",
				 json_id(OBJECT_IDENTITY, call_user(c)->account, id),
				 "mayDelete", 1);
	const char *name;
	json_t *value;

	json_object_foreach(all, name,
			    value) if (!json_equal(json_object_get(object, name), value))
		json_object_set(told, name, value);
	return told;
}

static enum err create(struct call *c, struct account *a, const char *, json_t *object,
		       struct set_outcome *o)
{
	json_t *all = completed(object, o);
	int64_t id = 0;
	enum err e = ERR_NONE;

	check(all, o);
	if (!o->error && !outgoing_may_send_as(call_user(c), email_of(all)))
		set_refuse(o, "forbiddenFrom", NULL, "one cannot send from there");
	if (!o->error) e = put(a, all, &id, o);
	if (!e && !o->error) o->object = told_of(c, id, all, object);
	json_decref(all);
	return e;
}

/* --- updating --- */

/* What is not there any more has its default again. */
static void add_defaults(json_t *patched)
{
	json_t *defaults = identity_defaults();

	json_object_update_missing(patched, defaults);
	json_decref(defaults);
}

/* id, email and mayDelete stay as they are; nothing else is a property. */
static void check_fixed(json_t *now, json_t *patched, struct set_outcome *o)
{
	static const char *const fixed[] = { "id", "email", "mayDelete" };
	const char *name;
	json_t *value;

	for (size_t i = 0; i < countof(fixed); i++)
		if (!json_equal(json_object_get(now, fixed[i]),
				json_object_get(patched, fixed[i])))
			set_refuse(o, "invalidProperties", fixed[i], "it is immutable");
	json_object_foreach(patched, name, value) if (!json_object_get(now, name))
		set_refuse(o, "invalidProperties", name, "there is no such");
}

static enum err change(struct account *a, int64_t id, json_t *now, json_t *patched,
		       struct set_outcome *o)
{
	add_defaults(patched);
	check_fixed(now, patched, o);
	check(patched, o);
	if (o->error) return ERR_NONE;
	json_object_del(patched, "id");
	json_object_del(patched, "mayDelete");
	return put(a, patched, &id, o);
}

static enum err update(struct call *c, struct account *a, const char *id, json_t *patch,
		       struct set_outcome *o)
{
	int64_t number = id_number(c, OBJECT_IDENTITY, id);
	json_t *now, *patched;
	enum err e = identity_read(c, a, number, &now);

	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "");
	if (e) return e;
	patched = set_patched(now, patch, o);
	if (patched) e = change(a, number, now, patched, o);
	json_decref(now);
	json_decref(patched);
	return e;
}

/* --- destroying --- */

static enum err destroy(struct call *c, struct account *a, const char *id,
			struct set_outcome *o)
{
	int64_t number = id_number(c, OBJECT_IDENTITY, id);
	json_t *now;
	enum err e = identity_read(c, a, number, &now);

	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "");
	if (e) return e;
	if (json_is_true(json_object_get(now, "mayDelete")))
		e = document_remove(a, DOCUMENT_IDENTITY, number);
	else
		set_refuse(o, "forbidden", NULL, "it is that of the user's own address");
	json_decref(now);
	return e;
}

/* --- the method (RFC 8621 6.3) --- */

static enum err read_state(struct call *, struct account *a, uint64_t *ret)
{
	return document_state(a, DOCUMENT_IDENTITY, ret);
}

/* So that what is made here is not taken for the own one. */
static enum err begin(struct call *c, struct account *a)
{
	int64_t own;
	enum err e = identity_find_own(c, a, &own);

	return e == ERR_NOT_FOUND ? identity_make_own(c, a) : e;
}

static enum err run_set(struct call *c, struct account *a)
{
	static const struct set_type type = {
		.state = read_state,
		.begin = begin,
		.create = create,
		.update = update,
		.destroy = destroy,
	};

	return set_run(c, a, &type);
}

const struct method identity_set = {
	.name = "Identity/set",
	.capability = CAPABILITY_SUBMISSION,
	.steps = { { .run = run_set, .level = JOB_WRITES } },
};
