/*
 * An EmailBodyPart of draft.h (RFC 8621 4.1.4, 4.6)
 *
 * Its members are gone through once; those that make one field together, as type, charset
 * and name do, are put together afterwards.
 */
#include <string.h>

#include "base/cleanup.h"
#include "jmap/arguments.h"
#include "jmap/draft_private.h"
#include "jmap/header_input.h"
#include "message/header_write.h"
#include "message/mime_token.h"
#include "message/parameter.h"

enum { FIELDS_MAX = 64 * 1024 }; /* octets of a part's fields */

struct part_draft {
	struct draft *draft;
	const struct part_wishes *wishes;
	json_t *json;
	json_t *used; /* its fields */
	struct compose_part *part;
	struct buf fields;
	slice content_type; /* the value of a field given by name */
	const char *type;   /* of the members that name them; NULL: absent */
	const char *charset, *disposition, *name;
	slice text; /* behind partId */
	const char *part_id, *blob_id;
	const json_t *sub_parts;
};

static void fault(const struct part_draft *p, const char *what)
{
	draft_fault(p->draft, p->wishes->property, "in a part: %s", what);
}

static bool claim(struct part_draft *p, slice field)
{
	return draft_claim_field(p->draft, p->used, field, p->wishes->property);
}

/* --- members --- */

typedef void member_reader(struct part_draft *p, const json_t *value);

static const char *text_of(struct part_draft *p, const json_t *value, const char *what)
{
	if (!json_is_string(value)) fault(p, what);
	return json_string_value(value);
}

static void read_part_id(struct part_draft *p, const json_t *value)
{
	p->part_id = text_of(p, value, "partId is no string");
}

static void read_blob_id(struct part_draft *p, const json_t *value)
{
	p->blob_id = text_of(p, value, "blobId is no string");
}

/* Of a blob it may be told, and is not needed. */
static void read_size(struct part_draft *p, const json_t *value)
{
	if (!json_is_integer(value)) fault(p, "size is no number");
	if (!json_is_null(json_object_get(p->json, "partId")) &&
	    json_object_get(p->json, "partId"))
		fault(p, "size together with partId");
}

static void read_name(struct part_draft *p, const json_t *value)
{
	p->name = text_of(p, value, "name is no string");
}

static void read_type(struct part_draft *p, const json_t *value)
{
	p->type = text_of(p, value, "type is no string");
	if (!claim(p, S("Content-Type"))) p->type = NULL;
}

static void read_charset(struct part_draft *p, const json_t *value)
{
	p->charset = text_of(p, value, "charset is no string");
}

static void read_disposition(struct part_draft *p, const json_t *value)
{
	slice rest, token;

	p->disposition = text_of(p, value, "disposition is no string");
	rest = slice_of(p->disposition);
	if (p->disposition && (!take_mime_token(&rest, &token) || rest.n))
		fault(p, "disposition is no token");
	claim(p, S("Content-Disposition"));
}

/* A field in the form that its convenience property has. */
static void read_field(struct part_draft *p, slice field, enum header_form form,
		       const json_t *value)
{
	if (claim(p, field) &&
	    !header_input_write(field, form, value, &p->draft->arena, &p->fields))
		fault(p, "a value of the wrong type");
}

static void read_cid(struct part_draft *p, const json_t *value)
{
	json_t *list = json_array();

	if (!json_is_string(value)) fault(p, "cid is no string");
	json_array_append_new(list, json_string(json_string_value(value)));
	if (json_is_string(value))
		read_field(p, S("Content-ID"), HEADER_MESSAGE_IDS, list);
	json_decref(list);
}

/* RFC 3282 2 */
static void read_language(struct part_draft *p, const json_t *value)
{
	CLEANUP(buf_done) struct buf list;
	json_t *tag;
	size_t i;

	buf_init(&list, FIELDS_MAX);
	if (!json_is_array(value)) fault(p, "language is no array");
	json_array_foreach(value, i, tag)
	{
		if (!is_visible(json_text(tag))) fault(p, "a language is no tag");
		if (i) buf_add(&list, S(", "));
		buf_add(&list, json_text(tag));
	}
	if (list.n && claim(p, S("Content-Language")) &&
	    !header_write_text(S("Content-Language"), buf_slice(&list), &p->fields))
		fault(p, "language cannot be written");
}

static void read_location(struct part_draft *p, const json_t *value)
{
	read_field(p, S("Content-Location"), HEADER_TEXT, value);
}

static void read_sub_parts(struct part_draft *p, const json_t *value)
{
	p->sub_parts = value;
	if (!json_is_array(value)) fault(p, "subParts is no array");
}

static const struct {
	const char *name;
	member_reader *read;
} members[] = {
	{ "partId", read_part_id },
	{ "blobId", read_blob_id },
	{ "size", read_size },
	{ "name", read_name },
	{ "type", read_type },
	{ "charset", read_charset },
	{ "disposition", read_disposition },
	{ "cid", read_cid },
	{ "language", read_language },
	{ "location", read_location },
	{ "subParts", read_sub_parts },
};

/* Content-Type waits: its parameters are to be looked through. */
static void read_header(struct part_draft *p, const char *name, const json_t *value)
{
	struct header_property field;
	CLEANUP(buf_done) struct buf out;
	slice line;

	buf_init(&out, FIELDS_MAX);
	if (!header_property_parse(slice_of(name), &field) ||
	    slice_eq_nocase(field.name, S("Content-Transfer-Encoding"))) {
		fault(p, "a header field that cannot be set");
		return;
	}
	if (!slice_eq_nocase(field.name, S("Content-Type"))) {
		draft_header_property(p->draft, p->used, name, value, p->wishes->property,
				      &p->fields);
		return;
	}
	draft_header_property(p->draft, p->used, name, value, p->wishes->property, &out);
	line = slice_skip(buf_slice(&out), field.name.n + 1);
	p->content_type = draft_keep(p->draft, line);
}

static void read_member(struct part_draft *p, const char *name, const json_t *value)
{
	for (size_t i = 0; i < countof(members); i++) {
		if (strcmp(members[i].name, name) != 0) continue;
		if (!json_is_null(value)) members[i].read(p, value);
		return;
	}
	if (!strncmp(name, "header:", 7))
		read_header(p, name, value);
	else
		fault(p, "a property that cannot be set");
}

/* --- what they make together --- */

static const char *default_type(const struct part_draft *p)
{
	if (p->sub_parts) return "multipart/mixed";
	if (p->wishes->type) return p->wishes->type;
	return p->part_id ? "text/plain" : "application/octet-stream";
}

static bool is_type(const struct part_draft *p, slice type)
{
	return slice_eq_nocase(p->part->type, type);
}

static bool is_ours(const struct part_draft *p, slice parameter)
{
	return slice_eq_nocase(parameter, S("boundary")) ||
	       (slice_eq_nocase(parameter, S("charset")) && (p->charset || p->part_id));
}

static void add_parameter(struct mime_parameter *list, struct compose_part *part,
			  slice name, slice value)
{
	list[part->parameter_count++] = (struct mime_parameter){ name, value };
}

static void set_parameters(struct part_draft *p, slice given)
{
	struct compose_part *part = p->part;
	const struct mime_parameter *found = NULL;
	struct mime_parameter *list;
	uint32_t count = 0;

	if (!parameter_list_parse(given, &p->draft->arena, &found, &count)) return;
	list = draft_alloc(p->draft, (count + 2) * sizeof(*list));
	if (!list) return;
	part->parameters = list;
	for (uint32_t i = 0; i < count; i++)
		if (!is_ours(p, found[i].name)) list[part->parameter_count++] = found[i];
	if (p->part_id && is_type(p, S("text")))
		add_parameter(list, part, S("charset"), S("utf-8"));
	else if (p->charset)
		add_parameter(list, part, S("charset"), slice_of(p->charset));
	if (p->name && !p->disposition)
		add_parameter(list, part, S("name"), slice_of(p->name));
}

static bool is_writable(const struct part_draft *p)
{
	CLEANUP(buf_done) struct buf type, field;

	buf_init(&type, FIELDS_MAX);
	buf_init(&field, FIELDS_MAX);
	buf_add(&type, p->part->type);
	buf_add_char(&type, '/');
	buf_add(&type, p->part->subtype);
	return header_write_parameters(S("Content-Type"), buf_slice(&type),
				       p->part->parameters, p->part->parameter_count,
				       &field);
}

static void set_type(struct part_draft *p)
{
	slice rest = p->content_type.n ? p->content_type
				       : slice_of(p->type ? p->type : default_type(p));

	if (!take_media_type(&rest, &p->part->type, &p->part->subtype) ||
	    (rest.n && !p->content_type.n)) {
		fault(p, "type is no media type");
		p->part->type = S("text");
		p->part->subtype = S("plain");
	}
	if (p->part_id && p->charset) fault(p, "charset together with partId");
	set_parameters(p, rest);
	if (!is_writable(p)) fault(p, "type cannot be written");
}

static void set_disposition(struct part_draft *p)
{
	const struct mime_parameter name = { S("filename"), slice_of(p->name) };

	if (!p->disposition) return;
	if (!header_write_parameters(S("Content-Disposition"), slice_of(p->disposition),
				     &name, p->name ? 1 : 0, &p->fields))
		fault(p, "disposition cannot be written");
}

/* The one of the list, unless a field or a member says otherwise. */
static void choose_disposition(struct part_draft *p)
{
	bool is_said = json_object_get(p->used, "content-disposition");

	if (!p->disposition && !is_said) p->disposition = p->wishes->disposition;
}

/* --- content --- */

/* An EmailBodyValue's text. */
static void set_text(struct part_draft *p)
{
	const json_t *values = json_object_get(p->draft->object, "bodyValues");
	const json_t *value = json_object_get(values, p->part_id);

	p->part->text = json_text(json_object_get(value, "value"));
	if (!json_is_object(value)) fault(p, "partId is not among bodyValues");
}

static bool read_blob(void *context, struct buf *out, bool *ret_ended)
{
	struct draft_reading *r = context;
	size_t before = out->n;

	if (!binary_read(r->blob->binary[r->is_again], out, ret_ended)) return false;
	if (!r->is_again) r->blob->draft->attached += out->n - before;
	if (r->blob->draft->attached <= JMAP_ATTACHMENTS_MAX) return true;
	r->blob->draft->is_too_large = true;
	return false;
}

static void set_blob(struct part_draft *p)
{
	struct draft_blob *blob = draft_alloc(p->draft, sizeof(*blob));

	if (!blob) return;
	blob->draft = p->draft;
	blob->id = slice_of(p->blob_id);
	blob->is_looked_at = compose_looks_at(p->part->type);
	for (size_t i = 0; i < countof(blob->sources); i++) {
		blob->readings[i] = (struct draft_reading){ blob, i == 1 };
		blob->sources[i] =
			(struct compose_source){ read_blob, &blob->readings[i] };
	}
	p->part->source = &blob->sources[0];
	p->part->again = &blob->sources[1];
	blob->next = p->draft->blobs;
	p->draft->blobs = blob;
	p->draft->blob_count++;
}

static void set_sub_parts(struct part_draft *p)
{
	struct part_wishes wishes = { .property = p->wishes->property,
				      .depth = p->wishes->depth + 1 };
	struct compose_part **end = &p->part->first;
	json_t *child;
	size_t i;

	if (!json_array_size(p->sub_parts)) fault(p, "a multipart without parts");
	json_array_foreach(p->sub_parts, i, child)
	{
		*end = draft_part(p->draft, child, &wishes);
		if (!*end) return;
		end = &(*end)->next;
	}
}

static void set_content(struct part_draft *p)
{
	bool is_multipart = is_type(p, S("multipart"));

	if (is_multipart != (p->sub_parts != NULL))
		fault(p, "subParts belong to multipart types");
	if ((p->part_id != NULL) + (p->blob_id != NULL) + is_multipart != 1)
		fault(p, "one of partId, blobId and subParts is needed");
	if (is_multipart)
		set_sub_parts(p);
	else if (p->part_id)
		set_text(p);
	else if (p->blob_id)
		set_blob(p);
}

/* --- the part --- */

static void read_part(struct part_draft *p)
{
	const char *name;
	json_t *value;

	if (!json_is_object(p->json)) fault(p, "it is no object");
	json_object_foreach(p->json, name, value)
	{
		read_member(p, name, value);
	}
	choose_disposition(p);
	set_type(p);
	set_disposition(p);
	set_content(p);
	if (p->fields.overflow) p->draft->is_too_large = true;
	p->part->fields = draft_keep(p->draft, buf_slice(&p->fields));
}

struct compose_part *draft_part(struct draft *d, json_t *json,
				const struct part_wishes *wishes)
{
	struct part_draft p = { .draft = d, .wishes = wishes, .json = json };

	if (++d->part_count > DRAFT_PARTS_MAX || wishes->depth > DRAFT_DEPTH_MAX)
		d->is_too_large = true;
	p.part = d->is_too_large ? NULL : draft_alloc(d, sizeof(*p.part));
	if (!p.part) return NULL;
	p.used = wishes->used ? json_incref(wishes->used) : json_object();
	buf_init(&p.fields, FIELDS_MAX);
	read_part(&p);
	buf_done(&p.fields);
	json_decref(p.used);
	return p.part;
}
