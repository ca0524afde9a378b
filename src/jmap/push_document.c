#include "jmap/push_document.h"

#include <assert.h>
#include <stdlib.h>

#include "base/base64.h"
#include "jmap/arguments.h"
#include "store/document.h"

enum { DOCUMENT_ARENA = 2 * DOCUMENT_MAX };

json_t *push_parse(slice document)
{
	json_t *object = json_loadb(document.p, document.n, 0, NULL);

	return json_is_object(object) ? object : json_object(); /* we wrote it */
}

bool push_is_seen(const struct call *c, const json_t *document)
{
	return json_integer_value(json_object_get(document, "credential")) ==
		       call_user(c)->credential &&
	       json_integer_value(json_object_get(document, "expires")) > call_now(c);
}

enum err push_find(const struct call *c, struct account *a, const char *id, json_t **ret)
{
	int64_t number = id_number(c, OBJECT_PUSH, id);
	json_t *found = NULL;
	struct arena arena;
	slice document;
	enum err e;

	arena_init(&arena, DOCUMENT_ARENA);
	e = number < 0 ? ERR_NOT_FOUND
		       : document_get(a, DOCUMENT_PUSH, number, &arena, &document);
	if (!e) found = push_parse(document);
	arena_done(&arena);
	if (!e && push_is_seen(c, found)) {
		*ret = found;
		return ERR_NONE;
	}
	json_decref(found);
	return e ? e : ERR_NOT_FOUND;
}

enum err push_put(struct account *a, const json_t *document, int64_t *id)
{
	char *text = json_dumps(document, JSON_COMPACT);
	enum err e;

	assert(text);
	if (*id)
		e = document_set(a, DOCUMENT_PUSH, *id, slice_of(text));
	else
		e = document_add(a, DOCUMENT_PUSH, slice_of(text), id);
	free(text);
	return e;
}

/* Whoever has not received the code is not told it here. */
static json_t *shown_code(const json_t *document)
{
	bool is_verified = json_is_true(json_object_get(document, "verified"));

	return is_verified ? json_incref(json_object_get(document, "code")) : json_null();
}

json_t *push_view(const struct call *c, int64_t id, json_t *document)
{
	int64_t expires = json_integer_value(json_object_get(document, "expires"));

	return json_pack("{s:o, s:O, s:O, s:O, s:o, s:o, s:O}", "id",
			 json_id(OBJECT_PUSH, call_user(c)->account, id),
			 "deviceClientId", json_object_get(document, "deviceClientId"),
			 "url", json_object_get(document, "url"), "keys",
			 json_object_get(document, "keys"), "verificationCode",
			 shown_code(document), "expires", utc_date(expires), "types",
			 json_object_get(document, "types"));
}

/* Padding is more than RFC 8291 wants, but RFC 4648 has it. */
static slice without_padding(slice text)
{
	for (int i = 0; i < 2 && text.n % 4 == (i ? 3 : 0) && text.n; i++)
		if (text.p[text.n - 1] == '=') text.n--;
	return text;
}

bool push_take_key(const json_t *keys, const char *name, size_t octets, struct buf *out)
{
	const json_t *text = json_object_get(keys, name);
	size_t before = out->n;

	return json_is_string(text) &&
	       base64url_decode(out, without_padding(json_text(text))) &&
	       out->n - before == octets;
}
