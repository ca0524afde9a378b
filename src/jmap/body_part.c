#include "jmap/body_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "jmap/arguments.h"
#include "jmap/blob.h"
#include "jmap/json_address.h"
#include "message/header_text.h"
#include "message/mime_token.h"

enum { BLOB_ID_MAX = 255, VALUE_ARENA_MAX = MIME_HEADER_MAX * 2 };

static const struct mime_part *part_of(const struct part_source *s, uint32_t part)
{
	return &s->mime->parts[part];
}

/* What is made of the value of a field; JSON's null without the field. */
static json_t *field_with(const struct mime_part *part, slice name,
			  json_t *(*make)(slice value))
{
	const struct header_field *f = mime_find_field(part, name);

	return f ? make(f->value) : json_null();
}

/* The same of the value without its comments. */
static json_t *uncommented_with(slice value, json_t *(*make)(slice value))
{
	struct arena arena;
	slice text = { "", 0 };
	json_t *made;

	arena_init(&arena, VALUE_ARENA_MAX);
	header_uncomment(value, &arena, &text);
	made = make(text);
	arena_done(&arena);
	return made;
}

/* --- properties --- */

json_t *json_part_id(uint32_t part)
{
	struct buf digits;

	buf_init(&digits, 20);
	buf_add_u64(&digits, part);
	return json_buf(&digits);
}

static json_t *part_id(const struct part_source *s, uint32_t part)
{
	return part_of(s, part)->kind == MIME_MULTIPART ? json_null()
							: json_part_id(part);
}

static json_t *blob_id(const struct part_source *s, uint32_t part)
{
	struct buf id;

	if (part_of(s, part)->kind == MIME_MULTIPART) return json_null();
	buf_init(&id, BLOB_ID_MAX);
	blob_id_of_part(s->blob, part, &id);
	return json_buf(&id);
}

void body_part_unreadable(const struct part_source *s)
{
	if (s->is_unreadable) *s->is_unreadable = true;
}

static json_t *size(const struct part_source *s, uint32_t part)
{
	const struct mime_part *p = part_of(s, part);
	struct encoded_part encoded = { p->body_start, p->end, p->encoding };
	uint64_t octets = p->end - p->body_start;

	if (!s->sizes[part]) {
		if (p->kind == MIME_LEAF &&
		    !octets_decoded_size(s->octets, &encoded, &octets))
			body_part_unreadable(s);
		s->sizes[part] = octets + 1;
	}
	return json_integer((json_int_t)(s->sizes[part] - 1));
}

static json_t *headers(const struct part_source *s, uint32_t part)
{
	return header_list(part_of(s, part));
}

static json_t *name(const struct part_source *s, uint32_t part)
{
	slice name = part_file_name(part_of(s, part));

	return name.n ? json_slice(name) : json_null();
}

/* Encoded messages are opaque to the parser, but have a type of their own. */
static void type_of(const struct mime_part *part, slice *ret_type, slice *ret_subtype)
{
	const struct header_field *f = mime_find_field(part, S("Content-Type"));
	slice value = f ? f->value : S(""), type, subtype;

	*ret_type = part->type;
	*ret_subtype = part->subtype;
	if (part->kind != MIME_LEAF || !take_media_type(&value, &type, &subtype) ||
	    !slice_eq_nocase(type, S("message")))
		return;
	*ret_type = type;
	*ret_subtype = subtype;
}

json_t *json_part_type(const struct mime_part *part)
{
	slice type, subtype;
	struct buf whole;
	json_t *made;

	type_of(part, &type, &subtype);
	buf_init(&whole, type.n + subtype.n + 1);
	buf_add(&whole, type);
	buf_add_char(&whole, '/');
	buf_add(&whole, subtype);
	made = json_lower(buf_slice(&whole));
	buf_done(&whole);
	return made;
}

static json_t *type(const struct part_source *s, uint32_t part)
{
	return json_part_type(part_of(s, part));
}

static json_t *charset(const struct part_source *s, uint32_t part)
{
	const struct mime_part *p = part_of(s, part);
	slice given =
		mime_find_parameter(p->parameters, p->parameter_count, S("charset"));

	if (given.n) return json_slice(given);
	if (mime_find_field(p, S("Content-Type")) && !part_has_type(p, S("text"), S("")))
		return json_null();
	return json_string("us-ascii");
}

static json_t *disposition(const struct part_source *s, uint32_t part)
{
	slice given = part_of(s, part)->disposition;

	return given.n ? json_lower(given) : json_null();
}

/* Without its brackets, which some leave out. */
static json_t *bare_id(slice id)
{
	take_char(&id, '<');
	if (id.n && id.p[id.n - 1] == '>') id.n--;
	id = slice_trim(id);
	return id.n ? json_slice(id) : json_null();
}

static json_t *cid_value(slice value)
{
	return uncommented_with(value, bare_id);
}

static json_t *cid(const struct part_source *s, uint32_t part)
{
	return field_with(part_of(s, part), S("Content-ID"), cid_value);
}

/* Tags with commas between them (RFC 3282 2). */
static json_t *tags_of(slice list)
{
	json_t *tags = json_array();

	while (list.n) {
		slice tag = slice_head(list, slice_find_char(list, ','));

		list = slice_skip(list, tag.n + 1);
		tag = slice_trim(tag);
		if (tag.n) json_array_append_new(tags, json_slice(tag));
	}
	return tags;
}

static json_t *language_value(slice value)
{
	return uncommented_with(value, tags_of);
}

static json_t *language(const struct part_source *s, uint32_t part)
{
	return field_with(part_of(s, part), S("Content-Language"), language_value);
}

/* A URI has no white space: where it was folded it goes; behind it are comments only
 * (RFC 2557 4.3). */
static json_t *location_value(slice value)
{
	bool after_space = false;
	struct buf uri;
	json_t *made;

	buf_init(&uri, value.n);
	skip_cfws(&value);
	for (size_t i = 0; i < value.n; i++) {
		if (after_space && value.p[i] == '(') break;
		after_space = is_header_space(value.p[i]);
		if (!after_space) buf_add_char(&uri, value.p[i]);
	}
	made = json_decoded(buf_slice(&uri));
	buf_done(&uri);
	return made;
}

static json_t *location(const struct part_source *s, uint32_t part)
{
	return field_with(part_of(s, part), S("Content-Location"), location_value);
}

/* Those of multiparts are put in where the tree is made. */
static json_t *sub_parts(const struct part_source *, uint32_t)
{
	return json_null();
}

static const struct {
	const char *name;
	json_t *(*make)(const struct part_source *s, uint32_t part);
	bool is_default; /* RFC 8621 4.2 */
} properties[] = {
	{ "partId", part_id, true },
	{ "blobId", blob_id, true },
	{ "size", size, true },
	{ "name", name, true },
	{ "type", type, true },
	{ "charset", charset, true },
	{ "disposition", disposition, true },
	{ "cid", cid, true },
	{ "language", language, true },
	{ "location", location, true },
	{ "headers", headers, false },
	{ "subParts", sub_parts, false },
};

/* --- which are wanted --- */

static void add_defaults(struct part_properties *ret)
{
	for (size_t i = 0; i < countof(properties); i++)
		if (properties[i].is_default)
			ret->at[ret->count++] =
				(struct part_property){ .name = properties[i].name,
							.make = properties[i].make };
}

static bool find_property(const char *name, struct part_property *ret)
{
	*ret = (struct part_property){ .name = name };
	for (size_t i = 0; i < countof(properties); i++)
		if (!strcmp(properties[i].name, name)) ret->make = properties[i].make;
	return ret->make || header_property_parse(slice_of(name), &ret->header);
}

const char *part_properties_read(const json_t *names, struct arena *arena,
				 struct part_properties *ret)
{
	size_t count = names ? json_array_size(names) : countof(properties);

	*ret = (struct part_properties){ .at = arena_alloc_array(arena, count,
								 sizeof(*ret->at)) };
	if (!ret->at) return "as many";
	if (!names) add_defaults(ret);
	for (size_t i = 0; names && i < count; i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (!find_property(name, &ret->at[ret->count++])) return name;
	}
	return NULL;
}

/* --- parts --- */

static json_t *body_part(const struct part_source *s, uint32_t part,
			 const struct part_properties *wanted)
{
	json_t *made = json_object();

	for (uint32_t i = 0; i < wanted->count; i++) {
		const struct part_property *p = &wanted->at[i];

		json_object_set_new(
			made, p->name,
			p->make ? p->make(s, part)
				: header_property_value(part_of(s, part), &p->header));
	}
	return made;
}

json_t *body_part_list(const struct part_source *s, const struct body_list *list,
		       const struct part_properties *wanted)
{
	json_t *made = json_array();

	for (uint32_t i = 0; i < list->count; i++)
		json_array_append_new(made, body_part(s, list->parts[i], wanted));
	return made;
}

uint32_t body_part_next(const struct mime *m, uint32_t part)
{
	return m->parts[part].kind == MIME_MESSAGE ? m->parts[part].end_index : part + 1;
}

json_t *body_part_tree(const struct part_source *s, const struct part_properties *wanted)
{
	const struct mime *m = s->mime;
	json_t **sub_parts = calloc(m->part_count, sizeof(json_t *)), *root = NULL;

	assert(sub_parts);
	for (uint32_t i = 0; i < m->part_count; i = body_part_next(m, i)) {
		json_t *made = body_part(s, i, wanted);

		if (m->parts[i].kind == MIME_MULTIPART) {
			sub_parts[i] = json_array();
			json_object_set_new(made, "subParts", sub_parts[i]);
		}
		if (i)
			json_array_append_new(sub_parts[m->parts[i].parent], made);
		else
			root = made;
	}
	free(sub_parts);
	return root;
}
