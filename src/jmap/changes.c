#include "jmap/changes.h"

#include <assert.h>
#include <stdlib.h>

struct changes {
	const char *since_text;
	uint64_t since;
	uint32_t max;
};

static bool take_max(struct call *c, uint32_t *ret)
{
	uint64_t max = JMAP_CHANGES_MAX;

	if (!argument_unsigned(c, "maxChanges", &max)) return false;
	if (!max) {
		call_fail(c, "invalidArguments", "\"maxChanges\" must not be 0");
		return false;
	}
	*ret = max < JMAP_CHANGES_MAX ? (uint32_t)max : JMAP_CHANGES_MAX;
	return true;
}

static void refuse_state(struct call *c)
{
	call_fail(c, "cannotCalculateChanges", "what changed since then is not known");
}

static bool take_arguments(struct call *c, struct changes *ret)
{
	static const char *const names[] = { "accountId", "sinceState", "maxChanges",
					     NULL };

	if (!arguments_known(c, names) ||
	    !argument_string(c, "sinceState", &ret->since_text) ||
	    !take_max(c, &ret->max))
		return false;
	if (!ret->since_text) {
		call_fail(c, "invalidArguments", "\"sinceState\" must be given");
		return false;
	}
	if (state_parse(ret->since_text, &ret->since)) return true;
	refuse_state(c);
	return false;
}

/* Takes those that are hidden out of a list, and puts them into `hidden`, unless that is
 * NULL. */
static enum err hide(struct account *a, const struct changes_type *type, int64_t *ids,
		     uint32_t *count, int64_t *hidden, uint32_t *hidden_count)
{
	uint32_t kept = 0;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < *count; i++) {
		int64_t id = ids[i];
		bool is_visible;

		e = type->find_visible(a, id, &is_visible);
		if (!e && is_visible)
			ids[kept++] = id;
		else if (!e && hidden)
			hidden[(*hidden_count)++] = id;
	}
	*count = kept;
	return e;
}

/* What was hidden was told as gone, or never told: it comes as if it were new. */
static void create_shown(struct state_changes *c)
{
	uint32_t kept = 0, at = 0;

	for (uint32_t i = 0; i < c->updated_count; i++)
		if (at < c->shown_count && c->updated[i] == c->shown[at])
			c->created[c->created_count++] = c->shown[at++];
		else
			c->updated[kept++] = c->updated[i];
	c->updated_count = kept;
}

/* Room for those that are updated, too: few more than were asked for. */
static void make_room(int64_t **ids, uint32_t count, const struct state_changes *c)
{
	*ids = reallocarray(*ids, (size_t)count + c->updated_count + 1, sizeof(**ids));
	assert(*ids);
}

/* What changed and is hidden now has gone, as far as can be seen; what came and is hidden
 * was never there. */
static enum err hide_changes(struct account *a, const struct changes_type *type,
			     struct state_changes *c)
{
	enum err e;

	if (!type->find_visible || !(c->created_count + c->updated_count))
		return ERR_NONE;
	make_room(&c->created, c->created_count, c);
	make_room(&c->destroyed, c->destroyed_count, c);
	e = hide(a, type, c->created, &c->created_count, NULL, NULL);
	if (!e) e = hide(a, type, c->shown, &c->shown_count, NULL, NULL);
	if (!e)
		e = hide(a, type, c->updated, &c->updated_count, c->destroyed,
			 &c->destroyed_count);
	if (!e) create_shown(c);
	return e;
}

static json_t *ids_of(struct call *c, enum object_kind kind, const int64_t *ids,
		      uint32_t count)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(list, json_id(kind, call_user(c)->account, ids[i]));
	return list;
}

static json_t *response_of(struct call *c, const struct changes_type *type,
			   const struct changes *asked, const struct state_changes *found)
{
	return json_pack(
		"{s:O, s:s, s:o, s:b, s:o, s:o, s:o}", "accountId",
		json_object_get(call_arguments(c), "accountId"), "oldState",
		asked->since_text, "newState", json_state(found->state), "hasMoreChanges",
		found->has_more, "created",
		ids_of(c, type->kind, found->created, found->created_count), "updated",
		ids_of(c, type->kind, found->updated, found->updated_count), "destroyed",
		ids_of(c, type->kind, found->destroyed, found->destroyed_count));
}

enum err changes_run(struct call *c, struct account *a, const struct changes_type *type)
{
	struct changes asked = { 0 };
	struct state_changes found = { 0 };
	enum err e;

	if (!take_arguments(c, &asked)) return ERR_NONE;
	e = type->changes(c, a, asked.since, asked.max, &found);
	if (!e) e = hide_changes(a, type, &found);
	if (e == ERR_NOT_FOUND) {
		refuse_state(c);
		e = ERR_NONE;
	} else if (!e) {
		json_t *response = response_of(c, type, &asked, &found);

		if (type->finish) type->finish(&found, response);
		call_respond(c, response);
	}
	state_changes_done(&found);
	return e;
}
