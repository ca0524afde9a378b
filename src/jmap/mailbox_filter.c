#include "jmap/mailbox_filter.h"

#include <string.h>

#include "message/text.h"

/* --- conditions: a property's value is of a type, and fits or not --- */

static bool is_string_or_null(const json_t *value)
{
	return json_is_string(value) || json_is_null(value);
}

static bool is_string(const json_t *value)
{
	return json_is_string(value);
}

static bool is_boolean(const json_t *value)
{
	return json_is_boolean(value);
}

static bool fits_parent(const struct call *c, const json_t *value,
			const struct mailbox_view *v)
{
	if (json_is_null(value)) return !v->parent;
	return v->parent &&
	       id_number(c, OBJECT_MAILBOX, json_string_value(value)) == v->parent;
}

static bool fits_name(const struct call *, const json_t *value,
		      const struct mailbox_view *v)
{
	slice name = mailbox_shown_name(&v->m);
	struct buf wanted, folded;
	bool fits;

	buf_init(&wanted, json_string_length(value) * TEXT_GROWTH_MAX);
	buf_init(&folded, name.n * TEXT_GROWTH_MAX);
	text_fold(json_text(value), &wanted);
	text_fold(name, &folded);
	fits = !wanted.n || slice_find(buf_slice(&folded), buf_slice(&wanted)) < folded.n;
	buf_done(&wanted);
	buf_done(&folded);
	return fits;
}

static bool fits_role(const struct call *c, const json_t *value,
		      const struct mailbox_view *v)
{
	const char *role = mailbox_role(call_user(c), &v->m);

	if (json_is_null(value)) return !role;
	return role && !strcmp(role, json_string_value(value));
}

static bool fits_any_role(const struct call *c, const json_t *value,
			  const struct mailbox_view *v)
{
	return json_is_true(value) == !!mailbox_role(call_user(c), &v->m);
}

static bool fits_subscribed(const struct call *, const json_t *value,
			    const struct mailbox_view *v)
{
	return json_is_true(value) == v->m.subscribed;
}

static const struct condition {
	const char *name;
	bool (*is_typed)(const json_t *value);
	bool (*fits)(const struct call *c, const json_t *value,
		     const struct mailbox_view *v);
} conditions[] = {
	{ "parentId", is_string_or_null, fits_parent },
	{ "name", is_string, fits_name },
	{ "role", is_string_or_null, fits_role },
	{ "hasAnyRole", is_boolean, fits_any_role },
	{ "isSubscribed", is_boolean, fits_subscribed },
};

static const struct condition *find_condition(const char *name)
{
	for (size_t i = 0; i < countof(conditions); i++)
		if (!strcmp(conditions[i].name, name)) return &conditions[i];
	return NULL;
}

/* --- checking --- */

static bool refuse(struct call *c, const char *type, const char *why)
{
	call_fail(c, type, "%s", why);
	return false;
}

static bool check_condition(struct call *c, json_t *filter)
{
	const char *name;
	json_t *value;

	json_object_foreach(filter, name, value)
	{
		const struct condition *known = find_condition(name);

		if (!known)
			return refuse(c, "unsupportedFilter",
				      "there is no such condition for mailboxes");
		if (!known->is_typed(value))
			return refuse(c, "invalidArguments",
				      "a condition has not the type it must have");
	}
	return true;
}

static bool is_operator(const json_t *filter)
{
	static const char *const names[] = { "AND", "OR", "NOT" };
	const char *name = json_string_value(json_object_get(filter, "operator"));

	for (size_t i = 0; name && i < countof(names); i++)
		if (!strcmp(names[i], name)) return true;
	return false;
}

static bool check(struct call *c, json_t *filter, int *left);

static bool check_operator(struct call *c, json_t *filter, int *left)
{
	json_t *list = json_object_get(filter, "conditions"), *inner;
	size_t i;

	if (!is_operator(filter) || !json_is_array(list) || json_object_size(filter) != 2)
		return refuse(c, "invalidArguments",
			      "an operator is AND, OR or NOT, with \"conditions\"");
	json_array_foreach(list, i, inner) if (!check(c, inner, left)) return false;
	return true;
}

/* The depth is bounded by JMAP_DEPTH_MAX. */
static bool check(struct call *c, json_t *filter, int *left)
{
	if (!json_is_object(filter))
		return refuse(c, "invalidArguments", "a filter is an object");
	if ((*left)-- == 0)
		return refuse(c, "unsupportedFilter", "it has too many conditions");
	if (json_object_get(filter, "operator")) return check_operator(c, filter, left);
	return check_condition(c, filter);
}

bool mailbox_filter_check(struct call *c, json_t *filter)
{
	int left = MAILBOX_CONDITIONS_MAX;

	return !filter || check(c, filter, &left);
}

/* --- evaluating --- */

static bool fits_operator(const struct call *c, const json_t *filter, const char *name,
			  const struct mailbox_view *v)
{
	bool is_and = !strcmp(name, "AND"), is_not = !strcmp(name, "NOT");
	json_t *inner;
	size_t i;

	json_array_foreach(json_object_get(filter, "conditions"), i,
			   inner) if (mailbox_filter_fits(c, inner, v) !=
				      is_and) return is_not == is_and;
	return is_and || is_not;
}

bool mailbox_filter_fits(const struct call *c, json_t *filter,
			 const struct mailbox_view *v)
{
	const char *name = json_string_value(json_object_get(filter, "operator"));
	json_t *value;

	if (name) return fits_operator(c, filter, name, v);
	json_object_foreach(filter, name, value) if (!find_condition(name)->fits(
							     c, value, v)) return false;
	return true;
}
