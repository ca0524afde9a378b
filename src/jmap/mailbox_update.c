#include "jmap/mailbox_update.h"

#include <string.h>

enum { AT_ONCE_MAX = 32 }; /* mailboxes that make room for each other */

/* What the store says of a name or role that is not free, or of too many mailboxes. */
enum err mailbox_refuse_failure(enum err e, const char *property, struct set_outcome *o)
{
	switch (e) {
	case ERR_EXISTS:
		return set_refuse(o, "invalidProperties", property,
				  "another mailbox has it");
	case ERR_MALFORMED:
	case ERR_DENIED:
		return set_refuse(o, "invalidProperties", property, "it cannot be so");
	case ERR_LIMIT:
		return set_refuse(o, "overQuota", NULL, "there are too many mailboxes");
	default:
		return e;
	}
}

/* --- what is given to a mailbox that has its place --- */

/* A role is taken from no other mailbox: at most one may have it (RFC 8621 2). */
static enum err give_use(struct account *a, int64_t id, enum special_use use,
			 struct set_outcome *o)
{
	int64_t before = 0;
	enum err e = mailbox_set_use(a, id, use, &before);

	if (!e && before && before != id)
		return set_refuse(o, "invalidProperties", "role",
				  "another mailbox has it");
	return mailbox_refuse_failure(e, "role", o);
}

enum err mailbox_give_values(struct account *a, const struct mailbox *m,
			     const struct mailbox_values *v, struct set_outcome *o)
{
	enum err e = ERR_NONE;

	if (v->use != m->use) e = give_use(a, m->id, v->use, o);
	if (!e && v->sort_order != m->sort_order)
		e = mailbox_set_sort_order(a, m->id, v->sort_order);
	if (!e && v->subscribed != m->subscribed)
		e = subscription_set(a, buf_slice(&v->path), v->subscribed);
	return mailbox_refuse_failure(e, "isSubscribed", o);
}

/* --- its place --- */

static enum err update_number(struct call *c, struct account *a, int64_t id,
			      json_t *patch, int depth, struct set_outcome *o);

static bool is_or_is_below(slice name, slice above)
{
	return slice_starts(name, above) && (name.n == above.n || name.p[above.n] == '/');
}

/* The patch by which this call will give that mailbox another name, or NULL. */
static json_t *pending_patch(struct call *c, int64_t id)
{
	json_t *text = json_id(OBJECT_MAILBOX, call_user(c)->account, id);
	json_t *patch = json_object_get(json_object_get(call_arguments(c), "update"),
					json_string_value(text));

	json_decref(text);
	return json_object_get(patch, "name") || json_object_get(patch, "parentId")
		       ? patch
		       : NULL;
}

/* A name that nothing has: a mailbox bears it until it has its own, in the same
 * transaction. */
static enum err put_aside(struct account *a, int64_t id)
{
	char name[64];

	snprintf(name, sizeof(name), "moving \u2026 %jd", (intmax_t)id);
	return mailbox_move(a, id, slice_of(name));
}

/*
 * The mailbox that has the name wants another one: "A" and "B" may change places, for
 * what counts is how things stand in the end (RFC 8620 5.3). It is done at once, as part
 * of this; in its turn it then has nothing left to do.
 */
static enum err change_places(struct call *c, struct account *a, int64_t id, slice path,
			      int64_t other, int depth, struct set_outcome *o)
{
	json_t *patch = pending_patch(c, other);
	struct set_outcome of_other = { 0 };
	enum err e;

	if (!patch || depth == AT_ONCE_MAX) return ERR_EXISTS;
	e = put_aside(a, other);
	if (!e) e = mailbox_move(a, id, path);
	if (!e) e = update_number(c, a, other, patch, depth + 1, &of_other);
	if (of_other.error)
		set_refuse(o, "invalidProperties", "name", "another mailbox has it");
	json_decref(of_other.properties);
	json_decref(of_other.object);
	return e;
}

static enum err move_to(struct call *c, struct account *a, const struct mailbox *m,
			slice path, int depth, struct set_outcome *o)
{
	struct mailbox other;
	struct arena arena;
	enum err e;

	if (mailbox_is_fixed(call_user(c), m))
		return set_refuse(o, "forbidden", NULL, "the inbox stays where it is");
	if (is_or_is_below(path, m->name))
		return set_refuse(o, "invalidProperties", "parentId",
				  "a mailbox cannot be within itself");
	arena_init(&arena, MAILBOX_ARENA);
	e = mailbox_find(a, path, &arena, &other);
	arena_done(&arena);
	if (e == ERR_NOT_FOUND)
		e = mailbox_move(a, m->id, path);
	else if (!e)
		e = change_places(c, a, m->id, path, other.id, depth, o);
	return mailbox_refuse_failure(e, "name", o);
}

static enum err change(struct call *c, struct account *a, const struct mailbox_view *now,
		       const struct mailbox_values *v, int depth, struct set_outcome *o)
{
	enum err e = ERR_NONE;

	if (!slice_eq(buf_slice(&v->path), now->m.name))
		e = move_to(c, a, &now->m, buf_slice(&v->path), depth, o);
	if (!e && !o->error) e = mailbox_give_values(a, &now->m, v, o);
	if (e || o->error || !v->is_composed) return e;
	o->object = json_object();
	json_object_set_new(o->object, "name",
			    json_slice(mailbox_leaf(buf_slice(&v->path))));
	return ERR_NONE;
}

/* A property that can be set, or that the patch is about. */
static bool is_of_interest(void *patch, const char *property)
{
	const char *path;
	json_t *value;

	if (!mailbox_property_is_ours(property)) return true;
	json_object_foreach(
		patch, path,
		value) if (!strncmp(path, property, strlen(property))) return true;
	return false;
}

/* What is ours may be there as it is, and nothing that is no property. */
static void check_unchanged(json_t *now, json_t *patched, struct set_outcome *o)
{
	const char *name;
	json_t *value;

	json_object_foreach(patched, name,
			    value) if (mailbox_property_is_ours(name) &&
				       !json_equal(value, json_object_get(now, name)))
		set_refuse(o, "invalidProperties", name, "it cannot be set");
	json_object_foreach(now, name, value) if (mailbox_property_is_ours(name) &&
						  !json_object_get(patched, name))
		set_refuse(o, "invalidProperties", name, "it cannot be unset");
}

static enum err update_from(struct call *c, struct account *a,
			    const struct mailbox_view *now, json_t *patched, int depth,
			    struct set_outcome *o)
{
	struct mailbox_values v;
	enum err e;

	mailbox_values_init(&v);
	e = mailbox_values_read(c, a, patched, now, &v, o);
	if (!e && !o->error) e = change(c, a, now, &v, depth, o);
	mailbox_values_done(&v);
	return e;
}

static enum err update_view(struct call *c, struct account *a,
			    const struct mailbox_view *view, json_t *patch, int depth,
			    struct set_outcome *o)
{
	json_t *now, *patched;
	enum err e = mailbox_json(c, a, view, is_of_interest, patch, &now);

	if (e) return e;
	patched = set_patched(now, patch, o);
	if (patched) {
		check_unchanged(now, patched, o);
		e = update_from(c, a, view, patched, depth, o);
	}
	json_decref(now);
	json_decref(patched);
	return e;
}

static enum err update_number(struct call *c, struct account *a, int64_t id,
			      json_t *patch, int depth, struct set_outcome *o)
{
	struct mailbox_view view;
	struct arena arena;
	enum err e;

	arena_init(&arena, MAILBOX_ARENA);
	e = id < 0 ? ERR_NOT_FOUND : mailbox_view_get(a, id, &arena, &view);
	if (e == ERR_NOT_FOUND)
		e = set_refuse(o, "notFound", NULL, "");
	else if (!e)
		e = update_view(c, a, &view, patch, depth, o);
	arena_done(&arena);
	return e;
}

enum err mailbox_update(struct call *c, struct account *a, const char *id, json_t *patch,
			struct set_outcome *o)
{
	return update_number(c, a, id_number(c, OBJECT_MAILBOX, id), patch, 0, o);
}
