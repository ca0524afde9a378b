#include "jmap/identity.h"

#include <assert.h>
#include <stdlib.h>

const char *const identity_properties[] = {
	"name",          "email",         "replyTo",   "bcc",
	"textSignature", "htmlSignature", "mayDelete", NULL,
};

json_t *identity_defaults(void)
{
	return json_pack("{s:s, s:n, s:n, s:s, s:s}", "name", "", "replyTo", "bcc",
			 "textSignature", "", "htmlSignature", "");
}

/* --- the user's own --- */

static slice own_address(const struct call *c)
{
	const struct jmap_user *user = call_user(c);

	return user->address_count ? user->addresses[0] : user->login;
}

struct search {
	slice address;
	int64_t found; /* 0: not yet */
};

static json_t *parse(slice document)
{
	json_t *object = json_loadb(document.p, document.n, 0, NULL);

	return json_is_object(object) ? object : json_object(); /* we wrote it */
}

static bool look(void *context, int64_t id, slice document)
{
	struct search *s = context;
	json_t *object = parse(document);

	if (slice_eq_nocase(json_text(json_object_get(object, "email")), s->address))
		s->found = id;
	json_decref(object);
	return !s->found;
}

enum err identity_find_own(const struct call *c, struct account *a, int64_t *ret_id)
{
	struct search s = { .address = own_address(c) };
	enum err e = document_each(a, DOCUMENT_IDENTITY, look, &s);

	if (e) return e;
	*ret_id = s.found;
	return s.found ? ERR_NONE : ERR_NOT_FOUND;
}

enum err identity_make_own(const struct call *c, struct account *a)
{
	json_t *object = identity_defaults();
	char *text;
	int64_t id;
	enum err e;

	json_object_set_new(object, "email", json_slice(own_address(c)));
	text = json_dumps(object, JSON_COMPACT);
	assert(text);
	e = document_add(a, DOCUMENT_IDENTITY, slice_of(text), &id);
	free(text);
	json_decref(object);
	return e;
}

/* --- as JSON --- */

json_t *identity_json(const struct call *c, int64_t id, slice document, int64_t own)
{
	json_t *object = parse(document);

	json_object_set_new(object, "id",
			    json_id(OBJECT_IDENTITY, call_user(c)->account, id));
	json_object_set_new(object, "mayDelete", json_boolean(id != own));
	return object;
}

static enum err find_own_if_any(const struct call *c, struct account *a, int64_t *ret)
{
	enum err e = identity_find_own(c, a, ret);

	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum err identity_read(const struct call *c, struct account *a, int64_t id, json_t **ret)
{
	struct arena arena;
	slice document;
	int64_t own = 0;
	enum err e = id < 0 ? ERR_NOT_FOUND : find_own_if_any(c, a, &own);

	arena_init(&arena, IDENTITY_ARENA);
	if (!e) e = document_get(a, DOCUMENT_IDENTITY, id, &arena, &document);
	if (!e) *ret = identity_json(c, id, document, own);
	arena_done(&arena);
	return e;
}
