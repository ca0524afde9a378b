#include "jmap/email_all.h"

#include "jmap/arguments.h"
#include "jmap/email_visible.h"

struct gathering {
	struct call *call;
	enum object_kind kind;
	json_t *ids, *seen; /* seen: an object with a member for each id */
	uint32_t left;      /* emails to be looked at */
};

static bool gather(void *context, const struct email_view *e)
{
	struct gathering *g = context;
	json_t *id = json_id(g->kind, call_user(g->call)->account,
			     g->kind == OBJECT_EMAIL ? e->id : e->thread);
	const char *text = json_string_value(id);

	if (email_is_visible(e) && !json_object_get(g->seen, text)) {
		json_object_set_new(g->seen, text, json_true());
		json_array_append(g->ids, id);
	}
	json_decref(id);
	return --g->left && json_array_size(g->ids) <= JMAP_GET_MAX;
}

static enum err gather_all(struct call *c, struct account *a, enum object_kind kind,
			   json_t *ids)
{
	struct gathering g = {
		.call = c, .kind = kind, .ids = ids, .left = JMAP_QUERY_MAX + 1
	};
	enum err e;

	g.seen = json_object();
	e = email_view_each(a, 0, 0, gather, &g);
	json_decref(g.seen);
	if (!e && !g.left)
		call_fail(c, "requestTooLarge", "there are too many to get all");
	return e;
}

enum err email_all_ids(struct call *c, struct account *a, json_t *ids)
{
	return gather_all(c, a, OBJECT_EMAIL, ids);
}

enum err thread_all_ids(struct call *c, struct account *a, json_t *ids)
{
	return gather_all(c, a, OBJECT_THREAD, ids);
}
