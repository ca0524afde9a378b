#include "jmap/email_sort.h"

#include <string.h>

#include "jmap/arguments.h"
#include "jmap/collation.h"

static const struct {
	const char *name;
	enum sort_by by;
} properties[] = {
	{ "receivedAt", SORT_RECEIVED },
	{ "sentAt", SORT_SENT },
	{ "size", SORT_SIZE },
	{ "from", SORT_FROM },
	{ "to", SORT_TO },
	{ "subject", SORT_SUBJECT },
	{ "hasKeyword", SORT_HAS_KEYWORD },
	{ "allInThreadHaveKeyword", SORT_ALL_IN_THREAD },
	{ "someInThreadHaveKeyword", SORT_SOME_IN_THREAD },
};

/* --- reading --- */

static bool refuse_type(struct query_fault *fault)
{
	return query_refuse(fault, "invalidArguments",
			    "the sort has not the type it must have");
}

static bool read_property(const json_t *json, struct sort_criterion *c,
			  struct query_fault *fault)
{
	const char *name = json_string_value(json_object_get(json, "property"));

	if (!name) return refuse_type(fault);
	for (size_t i = 0; i < countof(properties); i++)
		if (!strcmp(properties[i].name, name)) {
			c->by = properties[i].by;
			return true;
		}
	return query_refuse(fault, "unsupportedSort", "no sorting by \"%.60s\"", name);
}

static bool read_collation(const json_t *json, struct sort_criterion *c,
			   struct query_fault *fault)
{
	const json_t *value = json_object_get(json, "collation");

	c->collate = collations[0].add;
	if (!value || json_is_null(value)) return true;
	if (!json_is_string(value)) return refuse_type(fault);
	c->collate = collation_find(json_string_value(value));
	if (c->collate) return true;
	return query_refuse(fault, "unsupportedSort", "no collation \"%.60s\"",
			    json_string_value(value));
}

static bool read_direction(const json_t *json, struct sort_criterion *c,
			   struct query_fault *fault)
{
	const json_t *value = json_object_get(json, "isAscending");

	if (value && !json_is_boolean(value)) return refuse_type(fault);
	c->descends = json_is_false(value);
	return true;
}

static bool read_keyword(const json_t *json, struct email_filter *filter,
			 struct arena *arena, struct sort_criterion *c,
			 struct query_fault *fault)
{
	const json_t *value = json_object_get(json, "keyword");

	if (!sort_is_by_keyword(c)) return true;
	if (!json_is_string(value)) return refuse_type(fault);
	if (filter_keyword(filter, arena, json_text(value), &c->keyword)) return true;
	return query_refuse(fault, "unsupportedSort", "too many keywords");
}

bool email_sort_parse(json_t *json, struct email_filter *filter, struct arena *arena,
		      struct email_sort *ret, struct query_fault *fault)
{
	static const struct sort_criterion newest = { .by = SORT_RECEIVED,
						      .descends = true };

	*ret = (struct email_sort){ 0 };
	if (json && !json_is_null(json) && !json_is_array(json))
		return refuse_type(fault);
	for (size_t i = 0; i < json_array_size(json); i++) {
		const json_t *item = json_array_get(json, i);
		struct sort_criterion *c = &ret->criteria[ret->count];

		if (ret->count++ == SORT_CRITERIA_MAX)
			return query_refuse(fault, "unsupportedSort",
					    "the sort is too long");
		if (!json_is_object(item)) return refuse_type(fault);
		if (!read_property(item, c, fault) || !read_direction(item, c, fault) ||
		    !read_collation(item, c, fault) ||
		    !read_keyword(item, filter, arena, c, fault))
			return false;
	}
	if (!ret->count) ret->criteria[ret->count++] = newest;
	return true;
}

bool sort_has(const struct email_sort *s, enum sort_by by)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->criteria[i].by == by) return true;
	return false;
}

bool sort_is_by_text(const struct sort_criterion *c)
{
	return c->by == SORT_FROM || c->by == SORT_TO || c->by == SORT_SUBJECT;
}

bool sort_is_by_keyword(const struct sort_criterion *c)
{
	return c->by >= SORT_HAS_KEYWORD;
}
