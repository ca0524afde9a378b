#include "jmap/email_property.h"

/* --- reading --- */

/* The header section of the message, as a message without a body. */
static const struct mime *parse_header(struct email_reading *r)
{
	struct part_map map;
	const struct mime *m = NULL;
	struct buf section;

	if (body_parts(r->octets.body, r->arena, &map)) return NULL;
	buf_init(&section, map.parts[0].body_start);
	if (octets_append(&r->octets, 0, map.parts[0].body_start, &section))
		m = mime_parse(r->arena, buf_slice(&section));
	buf_done(&section);
	return m;
}

static bool parse_all(struct email_reading *r)
{
	r->mime = octets_parse(&r->octets, r->arena);
	if (!r->mime) return false;
	r->parts = (struct part_source){ .octets = &r->octets,
					 .mime = r->mime,
					 .blob = r->blob,
					 .sizes = arena_alloc_array(r->arena,
								    r->mime->part_count,
								    sizeof(uint64_t)),
					 .is_unreadable = &r->is_unreadable };
	return r->parts.sizes && body_lists_make(r->mime, r->arena, &r->lists);
}

static enum err open_email(struct email_reading *r)
{
	enum err e = body_open(r->account, r->view->id, &r->octets.body);

	if (!e) r->octets.size = body_size(r->octets.body);
	return e;
}

enum err email_reading_parse(struct email_reading *r)
{
	unsigned needs = r->view ? r->request->needs : NEEDS_BODY;
	enum err e;

	if (!(needs & (NEEDS_HEADER | NEEDS_BODY))) return ERR_NONE;
	e = r->view ? open_email(r) : ERR_NONE;
	if (e) return e;
	if (needs & NEEDS_BODY) return parse_all(r) ? ERR_NONE : ERR_LATER;
	r->mime = parse_header(r);
	return r->mime ? ERR_NONE : ERR_LATER;
}

void email_reading_done(struct email_reading *r)
{
	octets_done(&r->octets);
	r->octets = (struct octets){ 0 };
}

/* --- answering --- */

static json_t *value_of(struct email_reading *r, const struct wanted_property *w)
{
	const struct email_property *p = w->known;

	if (p && p->traits & IS_STORED && !r->view) return json_null();
	if (p && p->make) return p->make(r);
	return header_property_value(&r->mime->parts[0], p ? &p->header : &w->header);
}

/* False when the answer is full, or the store failed. */
static bool add_property(struct email_reading *r, const struct wanted_property *w,
			 json_t *object)
{
	json_t *value = value_of(r, w);

	json_object_set_new(object, w->name, value);
	if (r->is_unreadable) r->failure = ERR_LATER;
	if (r->failure) return false;
	if (w->known && w->known->traits & RESERVES_ITSELF)
		return !call_has_failed(r->call);
	return call_reserve(r->call,
			    json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY));
}

json_t *email_reading_object(struct email_reading *r)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < r->request->wanted_count; i++) {
		if (add_property(r, &r->request->wanted[i], object)) continue;
		json_decref(object);
		return NULL;
	}
	return object;
}
