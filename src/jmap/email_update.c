#include "jmap/email_update.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/binary.h"
#include "jmap/email_property.h"
#include "jmap/email_visible.h"
#include "jmap/placement.h"

enum {
	ARENA_MAX = 1024 * 1024,
	READING_ARENA_MAX = MIME_ARENA_MAX + 8 * 1024 * 1024,
};

static bool may_change(const char *property)
{
	return !strcmp(property, "mailboxIds") || !strcmp(property, "keywords");
}

/* The values of the properties that are named though they cannot change. */
static enum err add_fixed(struct call *c, struct account *a, const struct email_view *v,
			  const char *const *names, uint32_t count, json_t *object)
{
	CLEANUP(email_request_done) struct email_request request;
	CLEANUP(arena_done) struct arena arena;
	CLEANUP(buf_done) struct buf blob;
	struct email_reading r = { .call = c, .account = a, .view = v };
	json_t *values;
	enum err e;

	arena_init(&arena, READING_ARENA_MAX);
	buf_init(&blob, ID_TEXT_MAX);
	binary_id_of_email(call_user(c)->account, v->id, &blob);
	r.blob = buf_slice(&blob);
	r.arena = &arena;
	r.request = &request;
	if (!email_request_of(names, count, &request)) return ERR_NONE;
	e = email_reading_parse(&r);
	values = e ? NULL : email_reading_object(&r);
	json_object_update(object, values);
	json_decref(values);
	email_reading_done(&r);
	return e ? e : r.failure;
}

/* What a patch may be about, with the values that are. A property that there is not makes
 * all that cannot change unknown, and the patch is refused. */
static enum err current(struct call *c, struct account *a, const struct email_view *v,
			json_t *patch, json_t **ret)
{
	CLEANUP(cleanup_free)
	const char **names = calloc(json_object_size(patch) + 1, sizeof(*names));
	json_t *keywords, *object, *value;
	uint32_t count = 0;
	const char *name;
	enum err e = placement_keywords(a, email_visible_flags(v), &keywords);

	if (e || !names) return e ? e : ERR_LATER;
	object = json_pack("{s:o,s:o}", "mailboxIds", placement_mailboxes(c, v),
			   "keywords", keywords);
	json_object_foreach(patch, name, value)
	{
		if (!may_change(name) && !strchr(name, '/')) names[count++] = name;
	}
	if (count) e = add_fixed(c, a, v, names, count, object);
	if (e)
		json_decref(object);
	else
		*ret = object;
	return e;
}

/* Keywords have no case, and a mailbox may be one that this request has made. */
static void add_path(struct call *c, const char *path, json_t *value, json_t *patch)
{
	char lower[ID_TEXT_MAX + sizeof("keywords/")];
	size_t n = strlen(path);
	const char *id;

	if (!strncmp(path, "keywords/", 9) && n < sizeof(lower)) {
		for (size_t i = 0; i <= n; i++)
			lower[i] = lower_ascii(path[i]);
		json_object_set(patch, lower, value);
	} else if (!strncmp(path, "mailboxIds/#", 12) && (id = call_id(c, path + 11))) {
		CLEANUP(buf_done) struct buf whole;

		buf_init(&whole, 2 * ID_TEXT_MAX);
		buf_addf(&whole, "mailboxIds/%s", id);
		json_object_setn(patch, buf_slice(&whole).p, whole.n, value);
	} else {
		json_object_set(patch, path, value);
	}
}

static json_t *plain_patch(struct call *c, json_t *given)
{
	json_t *patch = json_object(), *value;
	const char *path;

	json_object_foreach(given, path, value)
	{
		add_path(c, path, value, patch);
	}
	return patch;
}

static bool is_same(const json_t *before, const json_t *after)
{
	return json_equal(before, after) || (json_is_null(before) && !after);
}

/* Of all other properties only those that are so already may be there. */
static void check_unchanged(const json_t *before, json_t *patch, const json_t *after,
			    struct set_outcome *o)
{
	const char *property;
	json_t *value;

	json_object_foreach(patch, property, value)
	{
		const json_t *was = json_object_get(before, property);

		if (may_change(property) || strchr(property, '/')) continue;
		if (!was || !is_same(was, json_object_get(after, property)))
			placement_fault(o, property, "it cannot be changed");
	}
}

static bool has_mailbox(const struct placement *p, int64_t mailbox)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->mailboxes[i] == mailbox) return true;
	return false;
}

static bool is_placed_so(const struct email_view *v, const struct placement *p)
{
	uint32_t visible = 0;

	for (uint32_t i = 0; i < v->place_count; i++) {
		if (!place_is_visible(&v->places[i])) continue;
		if (!has_mailbox(p, v->places[i].mailbox)) return false;
		visible++;
	}
	return visible == p->count;
}

static enum err apply(struct account *a, const struct email_view *v,
		      const struct placement *p, struct set_outcome *o)
{
	enum err e = ERR_NONE;

	if (o->error) return ERR_NONE;
	if (p->flags != email_visible_flags(v))
		e = email_change_flags(a, v->id, FLAGS_SET, p->flags);
	if (!e && !is_placed_so(v, p))
		e = email_set_mailboxes(a, v->id, p->mailboxes, p->count);
	if (e == ERR_LIMIT) return set_refuse(o, "overQuota", NULL, "a mailbox is full");
	return e;
}

static enum err update_to(struct call *c, struct account *a, const struct email_view *v,
			  const json_t *before, json_t *given, struct set_outcome *o)
{
	CLEANUP(placement_done) struct placement where = { 0 };
	json_t *patch = plain_patch(c, given);
	json_t *after = set_patched(before, patch, o);
	enum err e = ERR_NONE;

	if (after) check_unchanged(before, patch, after, o);
	json_decref(patch);
	if (!after) return ERR_NONE;
	e = placement_read(c, a, json_object_get(after, "mailboxIds"),
			   json_object_get(after, "keywords"), &where, o);
	json_decref(after);
	return e ? e : apply(a, v, &where, o);
}

enum err email_update(struct call *c, struct account *a, const char *id, json_t *patch,
		      struct set_outcome *o)
{
	CLEANUP(arena_done) struct arena arena;
	unsigned columns = json_object_get(patch, "preview") ? COLUMN_PREVIEW : 0;
	struct email_view view;
	json_t *before;
	enum err e;

	arena_init(&arena, ARENA_MAX);
	e = email_view_get(a, id_number(c, OBJECT_EMAIL, id), columns, &arena, &view);
	if (!e && !email_is_visible(&view)) e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "no such email");
	if (!e) e = current(c, a, &view, patch, &before);
	if (e) return e;
	e = update_to(c, a, &view, before, patch, o);
	json_decref(before);
	return e;
}
