#include "jmap/push.h"

#include "base/json_writer.h"
#include "jmap/arguments.h"
#include "jmap/push_document.h"
#include "store/document.h"

enum {
	TYPES_TEXT_MAX = PUSH_TYPES_MAX * (PUSH_TEXT_MAX + 1),
	DOCUMENT_ARENA = 2 * DOCUMENT_MAX,
};

/* --- reading --- */

struct visit {
	jmap_push_visitor *visit;
	void *context;
	struct buf types, keys; /* of the one in hand */
};

static slice text_of(const json_t *document, const char *name)
{
	const json_t *text = json_object_get(document, name);

	return json_is_string(text) ? json_text(text) : S("");
}

static slice types_of(const json_t *types, struct buf *room)
{
	json_t *type;
	size_t i;

	if (json_is_null(types)) return S("*");
	json_array_foreach(types, i, type)
	{
		buf_addf(room, "%s%s", i ? "," : "", json_string_value(type));
	}
	return buf_slice(room);
}

static void take_keys(const json_t *document, struct buf *room, struct jmap_push *p)
{
	const json_t *keys = json_object_get(document, "keys");

	if (!push_take_key(keys, "p256dh", PUSH_KEY_OCTETS, room) ||
	    !push_take_key(keys, "auth", PUSH_SECRET_OCTETS, room))
		return;
	p->key = slice_head(buf_slice(room), PUSH_KEY_OCTETS);
	p->secret = slice_skip(buf_slice(room), PUSH_KEY_OCTETS);
}

static bool visit_document(void *context, int64_t id, slice text)
{
	struct visit *v = context;
	json_t *d = push_parse(text);
	struct jmap_push p = {
		.id = id,
		.credential = json_integer_value(json_object_get(d, "credential")),
		.expires = json_integer_value(json_object_get(d, "expires")),
		.is_verified = json_is_true(json_object_get(d, "verified")),
		.was_asked = json_is_true(json_object_get(d, "asked")),
		.url = text_of(d, "url"),
		.code = text_of(d, "code"),
		.signer = text_of(d, "signer"),
		.types = types_of(json_object_get(d, "types"), &v->types),
		.known = text_of(d, "known"),
	};

	take_keys(d, &v->keys, &p);
	v->visit(v->context, &p);
	buf_wipe(&v->types);
	buf_wipe(&v->keys);
	json_decref(d);
	return true;
}

enum err jmap_pushes_each(struct account *a, jmap_push_visitor *visit, void *context)
{
	struct visit v = { .visit = visit, .context = context };

	buf_init(&v.types, TYPES_TEXT_MAX);
	buf_init(&v.keys, PUSH_KEYS_ROOM);
	return document_each(a, DOCUMENT_PUSH, visit_document, &v);
}

/* --- writing --- */

enum err jmap_push_asked(struct account *a, int64_t id)
{
	struct arena arena;
	slice text;
	json_t *document = NULL;
	enum err e;

	arena_init(&arena, DOCUMENT_ARENA);
	e = document_get(a, DOCUMENT_PUSH, id, &arena, &text);
	if (!e) {
		document = push_parse(text);
		json_object_set_new(document, "asked", json_true());
		e = push_put(a, document, &id);
	}
	json_decref(document);
	arena_done(&arena);
	return e;
}

/* Its octets are overwritten where they lie, for the database only forgets what is
 * removed, and these are secrets of a device (RFC 8620 7.2). */
static enum err blank(struct account *a, int64_t id, size_t octets)
{
	struct buf blanks;
	enum err e;

	buf_init(&blanks, DOCUMENT_MAX);
	while (blanks.n < octets)
		buf_add_char(&blanks, ' ');
	e = document_set(a, DOCUMENT_PUSH, id, buf_slice(&blanks));
	buf_done(&blanks);
	return e;
}

enum err jmap_push_remove(struct account *a, int64_t id)
{
	struct arena arena;
	slice text;
	enum err e;

	arena_init(&arena, DOCUMENT_ARENA);
	e = document_get(a, DOCUMENT_PUSH, id, &arena, &text);
	if (!e) e = blank(a, id, text.n);
	arena_done(&arena);
	return e ? e : document_remove(a, DOCUMENT_PUSH, id);
}

/* --- what is sent --- */

void jmap_push_verification_write(int64_t account, const struct jmap_push *p,
				  struct buf *out)
{
	struct json_writer w;
	struct buf id;

	buf_init(&id, ID_TEXT_MAX);
	object_id_write(OBJECT_PUSH, account, p->id, &id);
	json_writer_init(&w, out);
	json_write_object_begin(&w);
	json_write_key(&w, S("@type"));
	json_write_string(&w, S("PushVerification"));
	json_write_key(&w, S("pushSubscriptionId"));
	json_write_string(&w, buf_slice(&id));
	json_write_key(&w, S("verificationCode"));
	json_write_string(&w, p->code);
	json_write_object_end(&w);
	buf_done(&id);
}
