#include "jmap/changes.h"
#include "jmap/get.h"
#include "jmap/mailbox_view.h"
#include "jmap/methods.h"
#include "store/states.h"

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

/* Counting takes its time, so mailboxes are read one by one, also when all are wanted:
 * then their ids become what was asked for. */
struct mailbox_get_state {
	struct get_progress progress;
	bool are_all;
};

static struct get_progress *progress_of(struct call *c)
{
	struct mailbox_get_state *s = call_state(c);

	return &s->progress;
}

static void free_state(void *state)
{
	struct mailbox_get_state *s = state;

	get_progress_done(&s->progress);
}

/* What has gone since all were listed is in none (RFC 8620 5.1). */
static void tell_missing(struct get *g, const char *id)
{
	const struct mailbox_get_state *s = call_state(g->call);

	if (!s->are_all) json_array_append_new(g->not_found, json_string(id));
}

static enum err read_mailbox(struct get *g, struct account *a, const char *id)
{
	int64_t number = id_number(g->call, OBJECT_MAILBOX, id);
	struct mailbox_view v;
	struct arena arena;
	enum err e;

	arena_init(&arena, MAILBOX_ARENA);
	e = number < 0 ? ERR_NOT_FOUND : mailbox_view_get(a, number, &arena, &v);
	if (e == ERR_NOT_FOUND)
		tell_missing(g, id);
	else if (!e)
		e = add_mailbox(g, a, &v);
	arena_done(&arena);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

struct listing {
	struct call *call;
	json_t *ids;
};

static bool add_id(void *context, const struct mailbox *m)
{
	struct listing *l = context;

	json_array_append_new(
		l->ids, json_id(OBJECT_MAILBOX, call_user(l->call)->account, m->id));
	return json_array_size(l->ids) <= JMAP_GET_MAX;
}

static enum err ask_for_all(struct call *c, struct account *a)
{
	struct mailbox_get_state *s = call_state(c);
	struct listing l = { .call = c, .ids = json_array() };

	s->are_all = true;
	json_object_set_new(call_arguments(c), "ids", l.ids);
	return mailbox_each(a, add_id, &l);
}

static enum err run_get(struct call *c, struct account *a)
{
	static const struct get_type type = {
		.properties = mailbox_properties,
		.state = read_state,
		.read = read_mailbox,
		.progress = progress_of,
	};
	json_t *ids = json_object_get(call_arguments(c), "ids");
	enum err e = ERR_NONE;

	if (!ids || json_is_null(ids)) e = ask_for_all(c, a);
	return e ? e : get_run(c, a, &type);
}

const struct method mailbox_get_method = {
	.name = "Mailbox/get",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct mailbox_get_state),
	.free = free_state,
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
