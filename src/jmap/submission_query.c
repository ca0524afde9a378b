/*
 * EmailSubmission/query and queryChanges (RFC 8621 7.3, 7.4)
 *
 * An account has few submissions: each is looked at. What a filter asks is checked
 * before, so that matching cannot fail.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/methods.h"
#include "jmap/query.h"
#include "jmap/submission.h"
#include "store/document.h"

enum { CONDITIONS_MAX = 1000, SORTS_MAX = 10 };

struct found {
	int64_t id, send_at;
	int64_t email, thread; /* their numbers, to sort by */
};

struct order {
	enum { BY_EMAIL, BY_THREAD, BY_SENT } by;
	bool is_descending;
};

struct query {
	struct call *call;
	json_t *filter;   /* or NULL */
	bool asks_status; /* which changes as time goes by, and no state with it */
	struct order orders[SORTS_MAX];
	size_t order_count;
	struct found *list;
	size_t count, capacity;
};

/* --- the filter --- */

typedef bool condition_check(const json_t *value);
typedef bool condition_match(const json_t *value, const json_t *object);

static bool is_list(const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach(value, i, item) if (!json_is_string(item)) return false;
	return json_is_array(value);
}

static bool is_text(const json_t *value)
{
	return json_is_string(value);
}

static bool is_date(const json_t *value)
{
	int64_t instant;

	return json_is_string(value) &&
	       utc_date_parse(json_string_value(value), &instant);
}

static bool has(const json_t *list, const json_t *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) if (json_equal(item, id)) return true;
	return false;
}

static bool match_identity(const json_t *value, const json_t *object)
{
	return has(value, json_object_get(object, "identityId"));
}

static bool match_email(const json_t *value, const json_t *object)
{
	return has(value, json_object_get(object, "emailId"));
}

static bool match_thread(const json_t *value, const json_t *object)
{
	return has(value, json_object_get(object, "threadId"));
}

static bool match_status(const json_t *value, const json_t *object)
{
	return json_equal(value, json_object_get(object, "undoStatus"));
}

static int64_t instant_of(const json_t *value)
{
	int64_t instant = 0;

	utc_date_parse(json_string_value(value), &instant);
	return instant;
}

static bool match_before(const json_t *value, const json_t *object)
{
	return instant_of(json_object_get(object, "sendAt")) < instant_of(value);
}

static bool match_after(const json_t *value, const json_t *object)
{
	return instant_of(json_object_get(object, "sendAt")) >= instant_of(value);
}

static const struct condition {
	const char *name;
	condition_check *check;
	condition_match *match;
} conditions[] = {
	{ "identityIds", is_list, match_identity },
	{ "emailIds", is_list, match_email },
	{ "threadIds", is_list, match_thread },
	{ "undoStatus", is_text, match_status },
	{ "before", is_date, match_before },
	{ "after", is_date, match_after },
};

static const struct condition *find_condition(const char *name)
{
	for (size_t i = 0; i < countof(conditions); i++)
		if (!strcmp(conditions[i].name, name)) return &conditions[i];
	return NULL;
}

static bool refuse_filter(struct call *c, const char *type, const char *name)
{
	call_fail(c, type, "the filter: \"%.60s\"", name);
	return false;
}

static bool check_condition(struct query *q, json_t *filter)
{
	struct call *c = q->call;
	const char *name;
	json_t *value;

	json_object_foreach(filter, name, value)
	{
		const struct condition *k = find_condition(name);

		if (!k) return refuse_filter(c, "unsupportedFilter", name);
		if (!json_is_null(value) && !k->check(value))
			return refuse_filter(c, "invalidArguments", name);
		if (k->match == match_status) q->asks_status = true;
	}
	return true;
}

static bool is_operator(const json_t *filter)
{
	return json_object_get(filter, "operator") != NULL;
}

/* As deep as a request's JSON may be (limits.h). */
static bool check_filter(struct query *q, json_t *filter, size_t *left)
{
	struct call *c = q->call;
	static const char *const operators[] = { "AND", "OR", "NOT" };
	const char *name = json_string_value(json_object_get(filter, "operator"));
	json_t *list = json_object_get(filter, "conditions"), *item;
	size_t i = 0;

	if (!json_is_object(filter) || !(*left)--)
		return refuse_filter(c, "invalidArguments", "filter");
	if (!is_operator(filter)) return check_condition(q, filter);
	while (name && i < countof(operators) && strcmp(operators[i], name) != 0)
		i++;
	if (!name || i == countof(operators) || !json_is_array(list) ||
	    json_object_size(filter) != 2)
		return refuse_filter(c, "invalidArguments", "operator");
	json_array_foreach(list, i, item) if (!check_filter(q, item, left)) return false;
	return true;
}

static bool matches_condition(json_t *filter, const json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(filter, name, value) if (!json_is_null(value) &&
						     !find_condition(name)->match(
							     value, object)) return false;
	return true;
}

/* AND: none fails; OR: one holds; NOT: none holds (RFC 8620 5.5). */
static bool matches(json_t *filter, const json_t *object)
{
	const char *name = json_string_value(json_object_get(filter, "operator"));
	json_t *item;
	size_t i;

	if (!filter) return true;
	if (!name) return matches_condition(filter, object);
	json_array_foreach(json_object_get(filter, "conditions"), i,
			   item) if (matches(item, object) !=
				     !strcmp(name, "AND")) return !strcmp(name, "OR");
	return strcmp(name, "OR");
}

/* --- the order --- */

static bool take_order(struct call *c, const json_t *comparator, struct order *ret)
{
	static const char *const names[] = {
		[BY_EMAIL] = "emailId", [BY_THREAD] = "threadId", [BY_SENT] = "sentAt"
	};
	const char *property = json_string_value(json_object_get(comparator, "property"));
	const json_t *rises = json_object_get(comparator, "isAscending");

	if (!property || (rises && !json_is_boolean(rises))) {
		call_fail(c, "invalidArguments", "\"sort\" has what is no comparator");
		return false;
	}
	ret->is_descending = json_is_false(rises);
	for (unsigned i = 0; i < countof(names); i++) {
		ret->by = i;
		if (!strcmp(names[i], property) &&
		    !json_object_get(comparator, "collation"))
			return true;
	}
	call_fail(c, "unsupportedSort", "it cannot be sorted so");
	return false;
}

static bool take_orders(struct query *q)
{
	json_t *sort = NULL, *item;
	size_t i;

	if (!argument_array(q->call, "sort", &sort)) return false;
	if (json_array_size(sort) > SORTS_MAX) {
		call_fail(q->call, "unsupportedSort", "at most %d comparators",
			  SORTS_MAX);
		return false;
	}
	json_array_foreach(
		sort, i,
		item) if (!take_order(q->call, item,
				      &q->orders[q->order_count++])) return false;
	return true;
}

static int64_t key_of(const struct found *f, const struct order *o)
{
	return o->by == BY_EMAIL ? f->email : o->by == BY_THREAD ? f->thread : f->send_at;
}

static int compare(const void *left, const void *right, void *context)
{
	const struct found *a = left, *b = right;
	const struct query *q = context;

	for (size_t i = 0; i < q->order_count; i++) {
		int64_t x = key_of(a, &q->orders[i]), y = key_of(b, &q->orders[i]);

		if (x != y) return (x < y) == q->orders[i].is_descending ? 1 : -1;
	}
	return (a->id > b->id) - (a->id < b->id);
}

/* --- the result --- */

static int64_t number_in(const struct query *q, const json_t *object, const char *name,
			 enum object_kind kind)
{
	return id_number(q->call, kind, json_string_value(json_object_get(object, name)));
}

static void add(struct query *q, int64_t id, const json_t *object)
{
	if (q->count == q->capacity) {
		q->capacity = q->capacity ? 2 * q->capacity : 64;
		q->list = realloc(q->list, q->capacity * sizeof(*q->list));
		assert(q->list);
	}
	q->list[q->count++] = (struct found){
		.id = id,
		.send_at = instant_of(json_object_get(object, "sendAt")),
		.email = number_in(q, object, "emailId", OBJECT_EMAIL),
		.thread = number_in(q, object, "threadId", OBJECT_THREAD),
	};
}

static bool look_at(void *context, int64_t id, json_t *kept)
{
	struct query *q = context;
	json_t *object = submission_object(q->call, id, kept);

	if (matches(q->filter, object)) add(q, id, object);
	json_decref(object);
	return true;
}

static bool take_arguments(struct query *q, const char *const *names)
{
	size_t left = CONDITIONS_MAX;

	return arguments_known(q->call, names) &&
	       argument_object(q->call, "filter", &q->filter) &&
	       (!q->filter || check_filter(q, q->filter, &left)) && take_orders(q);
}

/* All that match, in order; false after a failure. */
static enum err find_all(struct query *q, struct account *a, struct query_result *ret)
{
	int64_t *ids;
	enum err e = submission_each(a, look_at, q);

	*ret = (struct query_result){ .kind = OBJECT_SUBMISSION,
				      .has_no_changes = q->asks_status };
	if (!e) e = submission_state(q->call, a, &ret->state);
	if (e) return e;
	if (q->count) qsort_r(q->list, q->count, sizeof(*q->list), compare, q);
	ids = calloc(q->count + 1, sizeof(*ids));
	if (!ids) return ERR_LATER;
	for (size_t i = 0; i < q->count; i++)
		ids[i] = q->list[i].id;
	ret->ids = ids;
	ret->count = (uint32_t)q->count;
	return ERR_NONE;
}

static enum err run_query(struct call *c, struct account *a)
{
	struct query q = { .call = c };
	struct query_result found = { 0 };
	enum err e = ERR_NONE;

	if (take_arguments(&q, query_arguments)) {
		e = find_all(&q, a, &found);
		if (!e) query_respond(c, &found);
	}
	free((int64_t *)(uintptr_t)found.ids);
	free(q.list);
	return e;
}

const struct method submission_query = {
	.name = "EmailSubmission/query",
	.capability = CAPABILITY_SUBMISSION,
	.steps = { { .run = run_query, .level = JOB_READS } },
};

/* --- what changed --- */

static enum err answer_changes(struct query *q, struct account *a,
			       struct query_result *found)
{
	struct state_changes changed = { 0 };
	uint64_t since;
	enum err e;

	if (!query_changes_since(q->call, &since)) return ERR_NONE;
	if (q->asks_status) {
		call_fail(q->call, "cannotCalculateChanges", "of what only time changes");
		return ERR_NONE;
	}
	e = find_all(q, a, found);
	if (e) return e;
	e = document_changes(a, DOCUMENT_SUBMISSION, since, UINT32_MAX, &changed);
	if (e == ERR_NOT_FOUND)
		call_fail(q->call, "cannotCalculateChanges", "that state is too old");
	else if (!e)
		query_changes_respond(q->call, found, &changed);
	state_changes_done(&changed);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err run_changes(struct call *c, struct account *a)
{
	struct query q = { .call = c };
	struct query_result found = { 0 };
	enum err e = ERR_NONE;

	if (take_arguments(&q, query_changes_arguments))
		e = answer_changes(&q, a, &found);
	free((int64_t *)(uintptr_t)found.ids);
	free(q.list);
	return e;
}

const struct method submission_query_changes = {
	.name = "EmailSubmission/queryChanges",
	.capability = CAPABILITY_SUBMISSION,
	.steps = { { .run = run_changes, .level = JOB_READS } },
};
