#include "jmap/query.h"

#include <string.h>

const char *const query_arguments[] = {
	"accountId",    "filter", "sort",           "position", "anchor",
	"anchorOffset", "limit",  "calculateTotal", NULL,
};

const char *const query_changes_arguments[] = {
	"accountId",  "filter", "sort",           "sinceQueryState",
	"maxChanges", "upToId", "calculateTotal", NULL,
};

/* Which part of the result is asked for. */
struct window {
	int64_t position, offset;
	const char *anchor;
	uint64_t limit;
	bool is_limited; /* by us */
	bool with_total;
};

static bool take_window(struct call *c, struct window *w)
{
	uint64_t limit = UINT64_MAX >> 1;

	*w = (struct window){ 0 };
	if (!argument_int(c, "position", &w->position) ||
	    !argument_string(c, "anchor", &w->anchor) ||
	    !argument_int(c, "anchorOffset", &w->offset) ||
	    !argument_unsigned(c, "limit", &limit) ||
	    !argument_bool(c, "calculateTotal", &w->with_total))
		return false;
	w->is_limited = limit > JMAP_QUERY_MAX;
	w->limit = w->is_limited ? JMAP_QUERY_MAX : limit;
	return true;
}

static int64_t find(const struct query_result *found, int64_t id)
{
	for (uint32_t i = 0; id > 0 && i < found->count; i++)
		if (found->ids[i] == id) return i;
	return -1;
}

/* The index of the first that is asked for; false after call_fail. */
static bool find_start(struct call *c, const struct query_result *found,
		       const struct window *w, int64_t *ret)
{
	int64_t at;

	if (!w->anchor) {
		*ret = w->position < 0 ? w->position + found->count : w->position;
	} else {
		at = find(found, id_number(c, found->kind, w->anchor));
		if (at < 0) {
			call_fail(c, "anchorNotFound", "the anchor is not in the result");
			return false;
		}
		*ret = at + w->offset;
	}
	if (*ret < 0) *ret = 0;
	return true;
}

static json_t *ids_from(struct call *c, const struct query_result *found, int64_t start,
			uint64_t limit)
{
	json_t *list = json_array();

	for (uint64_t i = (uint64_t)start; i < found->count && limit; i++, limit--)
		json_array_append_new(
			list, json_id(found->kind, call_user(c)->account, found->ids[i]));
	return list;
}

void query_respond(struct call *c, const struct query_result *found)
{
	struct window w;
	int64_t start;
	json_t *response;

	if (!take_window(c, &w) || !find_start(c, found, &w, &start)) return;
	response = json_pack(
		"{s:O, s:o, s:b, s:I, s:o}", "accountId",
		json_object_get(call_arguments(c), "accountId"), "queryState",
		json_state(found->state), "canCalculateChanges", !found->has_no_changes,
		"position", (json_int_t)start, "ids", ids_from(c, found, start, w.limit));
	if (w.with_total)
		json_object_set_new(response, "total", json_integer(found->count));
	if (w.is_limited)
		json_object_set_new(response, "limit", json_integer(JMAP_QUERY_MAX));
	call_respond(c, response);
}

/* --- changes --- */

bool query_changes_since(struct call *c, uint64_t *ret)
{
	const char *text = NULL;

	if (!argument_string(c, "sinceQueryState", &text)) return false;
	if (!text)
		call_fail(c, "invalidArguments", "\"sinceQueryState\" must be given");
	else if (!state_parse(text, ret))
		call_fail(c, "cannotCalculateChanges", "there was no such state");
	else
		return true;
	return false;
}

static void mark(json_t *set, const int64_t *ids, uint32_t count)
{
	char name[24];

	for (uint32_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%jd", (intmax_t)ids[i]);
		json_object_set_new(set, name, json_true());
	}
}

static bool is_marked(const json_t *set, int64_t id)
{
	char name[24];

	snprintf(name, sizeof(name), "%jd", (intmax_t)id);
	return json_object_get(set, name);
}

/* What is new or may have another place, in order. */
static json_t *added_of(struct call *c, const struct query_result *found,
			const struct state_changes *changed)
{
	json_t *list = json_array(), *set = json_object();

	mark(set, changed->created, changed->created_count);
	mark(set, changed->updated, changed->updated_count);
	for (uint32_t i = 0; i < found->count; i++)
		if (is_marked(set, found->ids[i]))
			json_array_append_new(
				list,
				json_pack("{s:o, s:I}", "id",
					  json_id(found->kind, call_user(c)->account,
						  found->ids[i]),
					  "index", (json_int_t)i));
	json_decref(set);
	return list;
}

static void add_ids(struct call *c, enum object_kind kind, json_t *list,
		    const int64_t *ids, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(list, json_id(kind, call_user(c)->account, ids[i]));
}

static json_t *removed_of(struct call *c, enum object_kind kind,
			  const struct state_changes *changed)
{
	json_t *list = json_array();

	add_ids(c, kind, list, changed->updated, changed->updated_count);
	add_ids(c, kind, list, changed->destroyed, changed->destroyed_count);
	return list;
}

static bool are_few(struct call *c, const json_t *removed, const json_t *added)
{
	uint64_t max = UINT64_MAX >> 1;

	if (!argument_unsigned(c, "maxChanges", &max)) return false;
	if (json_array_size(removed) + json_array_size(added) <= max) return true;
	call_fail(c, "tooManyChanges", "there are more changes than that");
	return false;
}

static void answer_changes(struct call *c, const struct query_result *found,
			   json_t *removed, json_t *added)
{
	json_t *arguments = call_arguments(c), *response;
	bool with_total = false;
	const char *up_to = NULL;

	if (!argument_bool(c, "calculateTotal", &with_total) ||
	    !argument_string(c, "upToId", &up_to) || !are_few(c, removed, added))
		return;
	response =
		json_pack("{s:O, s:O, s:o, s:O, s:O}", "accountId",
			  json_object_get(arguments, "accountId"), "oldQueryState",
			  json_object_get(arguments, "sinceQueryState"), "newQueryState",
			  json_state(found->state), "removed", removed, "added", added);
	if (with_total)
		json_object_set_new(response, "total", json_integer(found->count));
	call_respond(c, response);
}

void query_changes_respond(struct call *c, const struct query_result *found,
			   const struct state_changes *changed)
{
	json_t *removed = removed_of(c, found->kind, changed);
	json_t *added = added_of(c, found, changed);

	answer_changes(c, found, removed, added);
	json_decref(removed);
	json_decref(added);
}
