#include "jmap/changes.h"
#include "jmap/get.h"
#include "jmap/mailbox_tree.h"
#include "jmap/methods.h"

/* --- Mailbox/get (RFC 8621 2.1) --- */

static enum err read_state(struct call *, struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_MAILBOX, ret);
}

static bool wants(void *get, const char *property)
{
	return get_wants(get, property);
}

static enum err add_mailbox(struct get *g, struct account *a,
			    const struct mailbox_view *v)
{
	json_t *object;
	enum err e = mailbox_json(g->call, a, v, wants, g, &object);

	if (!e) json_array_append_new(g->list, object);
	return e;
}

static enum err read_mailbox(struct get *g, struct account *a, const char *id)
{
	int64_t number = id_number(g->call, OBJECT_MAILBOX, id);
	struct mailbox_view v;
	struct arena arena;
	enum err e;

	arena_init(&arena, MAILBOX_ARENA);
	e = number < 0 ? ERR_NOT_FOUND : mailbox_view_get(a, number, &arena, &v);
	if (e == ERR_NOT_FOUND) {
		json_array_append_new(g->not_found, json_string(id));
		e = ERR_NONE;
	} else if (!e) {
		e = add_mailbox(g, a, &v);
	}
	arena_done(&arena);
	return e;
}

static enum err read_all(struct get *g, struct account *a)
{
	struct mailbox_tree t;
	enum err e = mailbox_tree_read(a, &t);

	for (uint32_t i = 0; !e && i < t.count && i <= JMAP_GET_MAX; i++)
		e = add_mailbox(g, a, &t.list[i]);
	mailbox_tree_done(&t);
	return e;
}

static enum err run_get(struct call *c, struct account *a)
{
	static const struct get_type type = {
		.properties = mailbox_properties,
		.state = read_state,
		.read = read_mailbox,
		.read_all = read_all,
	};

	return get_run(c, a, &type);
}

const struct method mailbox_get_method = {
	.name = "Mailbox/get",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_get, .level = JOB_READS } },
};

/* --- Mailbox/changes (RFC 8621 2.2) --- */

static enum err find_changes(struct call *, struct account *a, uint64_t since,
			     uint32_t max, struct state_changes *ret)
{
	return state_changes(a, STATE_MAILBOX, since, max, ret);
}

static void add_properties(const struct state_changes *found, json_t *response)
{
	json_t *counts = json_null();

	if (found->are_counts && found->updated_count)
		counts = json_pack("[s, s, s, s]", "totalEmails", "unreadEmails",
				   "totalThreads", "unreadThreads");
	json_object_set_new(response, "updatedProperties", counts);
}

static enum err run_changes(struct call *c, struct account *a)
{
	static const struct changes_type type = {
		.kind = OBJECT_MAILBOX,
		.changes = find_changes,
		.finish = add_properties,
	};

	return changes_run(c, a, &type);
}

const struct method mailbox_changes_method = {
	.name = "Mailbox/changes",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_changes, .level = JOB_READS } },
};
