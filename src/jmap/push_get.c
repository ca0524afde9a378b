#include "jmap/get.h"
#include "jmap/methods.h"
#include "jmap/push_document.h"
#include "store/document.h"

/* --- PushSubscription/get (RFC 8620 7.2.1) --- */

static const char *const told[] = { "deviceClientId", "verificationCode", "expires",
				    "types", NULL };
static const char *const hidden[] = { "url", "keys", NULL };

static void add(struct get *g, int64_t id, json_t *document)
{
	json_t *object = push_view(g->call, id, document);

	for (size_t i = 0; hidden[i]; i++)
		json_object_del(object, hidden[i]);
	for (size_t i = 0; told[i]; i++)
		if (!get_wants(g, told[i])) json_object_del(object, told[i]);
	json_array_append_new(g->list, object);
}

static enum err read_push(struct get *g, struct account *a, const char *id)
{
	json_t *document;
	enum err e = push_find(g->call, a, id, &document);

	if (e == ERR_NOT_FOUND) json_array_append_new(g->not_found, json_string(id));
	if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e;
	add(g, id_number(g->call, OBJECT_PUSH, id), document);
	json_decref(document);
	return ERR_NONE;
}

static bool add_seen(void *context, int64_t id, slice text)
{
	struct get *g = context;
	json_t *document = push_parse(text);

	if (push_is_seen(g->call, document)) add(g, id, document);
	json_decref(document);
	return true;
}

static enum err read_all(struct get *g, struct account *a)
{
	return document_each(a, DOCUMENT_PUSH, add_seen, g);
}

static enum err run_get(struct call *c, struct account *a)
{
	static const struct get_type type = {
		.properties = told,
		.hidden = hidden,
		.read = read_push,
		.read_all = read_all,
	};

	return get_run(c, a, &type);
}

const struct method push_get = {
	.name = "PushSubscription/get",
	.capability = CAPABILITY_CORE,
	.has_no_account = true,
	.steps = { { .run = run_get, .level = JOB_READS } },
};
