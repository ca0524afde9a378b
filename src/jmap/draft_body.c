/*
 * The tree of a draft's parts: as bodyStructure has it, or out of textBody, htmlBody and
 * attachments (RFC 8621 4.6)
 *
 *   mixed
 *     alternative
 *       text
 *       related
 *         html
 *         attachments that have a cid and need not be downloaded
 *     attachments
 *
 * where a multipart of one part is that part.
 */
#include "jmap/arguments.h"
#include "jmap/draft_private.h"

static json_t *given(const struct draft *d, const char *property)
{
	json_t *value = json_object_get(d->object, property);

	return json_is_null(value) ? NULL : value;
}

/* --- bodyValues --- */

static bool is_false(const json_t *value)
{
	return !value || json_is_false(value);
}

static void check_values(struct draft *d)
{
	json_t *values = given(d, "bodyValues"), *value;
	const char *id;

	if (values && !json_is_object(values))
		draft_fault(d, "bodyValues", "bodyValues is no object");
	json_object_foreach(values, id, value)
	{
		const json_t *problem = json_object_get(value, "isEncodingProblem");
		const json_t *truncated = json_object_get(value, "isTruncated");
		size_t known = 1u + (problem ? 1u : 0u) + (truncated ? 1u : 0u);

		if (!json_is_string(json_object_get(value, "value")) ||
		    json_object_size(value) != known || !is_false(problem) ||
		    !is_false(truncated))
			draft_fault(d, "bodyValues",
				    "bodyValues: \"%s\" is no value to set", id);
	}
}

/* --- a multipart of several --- */

struct list {
	struct compose_part *first, **end;
};

static void list_add(struct list *l, struct compose_part *p)
{
	if (!p) return;
	if (!l->end) l->end = &l->first;
	*l->end = p;
	l->end = &p->next;
}

/* NULL for none. */
static struct compose_part *join(struct draft *d, const struct list *l, slice subtype)
{
	struct compose_part *p;

	if (!l->first || !l->first->next) return l->first;
	p = draft_alloc(d, sizeof(*p));
	if (!p) return NULL;
	*p = (struct compose_part){ .type = S("multipart"),
				    .subtype = subtype,
				    .first = l->first };
	return p;
}

/* --- the lists --- */

/* The one part of textBody or htmlBody; NULL: there is none. */
static struct compose_part *only_part(struct draft *d, const char *property,
				      const char *type, slice subtype)
{
	const struct part_wishes wishes = { .property = property, .type = type };
	json_t *list = given(d, property);
	struct compose_part *p;

	if (!list) return NULL;
	if (json_array_size(list) != 1) {
		draft_fault(d, property, "%s must have one part", property);
		return NULL;
	}
	p = draft_part(d, json_array_get(list, 0), &wishes);
	if (p && (!slice_eq_nocase(p->type, S("text")) ||
		  !slice_eq_nocase(p->subtype, subtype)))
		draft_fault(d, property, "%s must be of type %s", property, type);
	return p;
}

/* It is shown within the HTML. */
static bool is_embedded(const json_t *part)
{
	slice disposition = json_text(json_object_get(part, "disposition"));

	return json_is_string(json_object_get(part, "cid")) &&
	       !slice_eq_nocase(disposition, S("attachment"));
}

static void add_attachments(struct draft *d, bool has_html, struct list *related,
			    struct list *mixed)
{
	json_t *list = given(d, "attachments"), *json;
	size_t i;

	if (list && !json_is_array(list))
		draft_fault(d, "attachments", "attachments is no array");
	json_array_foreach(list, i, json)
	{
		bool is_within = has_html && is_embedded(json);
		const struct part_wishes wishes = {
			.property = "attachments",
			.disposition = is_within ? "inline" : "attachment",
		};
		struct compose_part *p = draft_part(d, json, &wishes);

		if (p && p->first)
			draft_fault(d, "attachments", "an attachment is no multipart");
		list_add(is_within ? related : mixed, p);
	}
}

static struct compose_part *empty_text(struct draft *d)
{
	struct compose_part *p = draft_alloc(d, sizeof(*p));

	if (p) *p = (struct compose_part){ .type = S("text"), .subtype = S("plain") };
	return p;
}

static struct compose_part *body_of_lists(struct draft *d)
{
	struct list related = { 0 }, alternative = { 0 }, mixed = { 0 }, files = { 0 };
	struct compose_part *html = only_part(d, "htmlBody", "text/html", S("html"));

	list_add(&related, html);
	add_attachments(d, html != NULL, &related, &files);
	list_add(&alternative, only_part(d, "textBody", "text/plain", S("plain")));
	list_add(&alternative, join(d, &related, S("related")));
	list_add(&mixed, join(d, &alternative, S("alternative")));
	list_add(&mixed, files.first);
	if (!mixed.first) return empty_text(d);
	return join(d, &mixed, S("mixed"));
}

void draft_body(struct draft *d)
{
	const struct part_wishes wishes = { .property = "bodyStructure",
					    .used = d->used };
	json_t *structure = given(d, "bodyStructure");

	check_values(d);
	if (!structure) {
		d->root = body_of_lists(d);
		return;
	}
	if (given(d, "textBody") || given(d, "htmlBody") || given(d, "attachments"))
		draft_fault(d, "bodyStructure",
			    "bodyStructure excludes textBody, htmlBody and attachments");
	d->root = draft_part(d, structure, &wishes);
}
