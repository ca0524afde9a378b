#include "jmap/changes.h"
#include "jmap/email_all.h"
#include "jmap/email_visible.h"
#include "jmap/get.h"
#include "jmap/methods.h"
#include "store/email_view.h"

/* --- Thread/get (RFC 8621 3.1) --- */

static enum err read_state(struct call *, struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_THREAD, ret);
}

struct emails {
	struct call *call;
	struct account *account;
	json_t *ids;
	enum err e;
};

static bool add_email(void *context, int64_t email)
{
	struct emails *e = context;
	bool is_visible;

	e->e = email_find_visible(e->account, email, &is_visible);
	if (!e->e && is_visible)
		json_array_append_new(
			e->ids,
			json_id(OBJECT_EMAIL, call_user(e->call)->account, email));
	return !e->e;
}

/* Those of a thread that are to be seen; ERR_NOT_FOUND: none is. */
static enum err find_emails(struct account *a, int64_t thread, struct emails *ret)
{
	enum err e = email_each_of_thread(a, thread, add_email, ret);

	if (!e) e = ret->e;
	return e || json_array_size(ret->ids) ? e : ERR_NOT_FOUND;
}

static json_t *thread_json(const struct get *g, const char *id, json_t *emails)
{
	json_t *thread = json_object();

	json_object_set_new(thread, "id", json_string(id));
	if (get_wants(g, "emailIds")) json_object_set(thread, "emailIds", emails);
	return thread;
}

static enum err read_thread(struct get *g, struct account *a, const char *id)
{
	struct emails emails = { .call = g->call, .account = a, .ids = json_array() };
	int64_t number = id_number(g->call, OBJECT_THREAD, id);
	enum err e = ERR_NOT_FOUND;

	if (number >= 0) e = find_emails(a, number, &emails);
	if (!e)
		json_array_append_new(g->list, thread_json(g, id, emails.ids));
	else if (e == ERR_NOT_FOUND)
		json_array_append_new(g->not_found, json_string(id));
	json_decref(emails.ids);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err run_get(struct call *c, struct account *a)
{
	static const char *const properties[] = { "emailIds", NULL };
	static const struct get_type type = {
		.properties = properties,
		.state = read_state,
		.read = read_thread,
		.all_ids = thread_all_ids,
	};

	return get_run(c, a, &type);
}

const struct method thread_get = {
	.name = "Thread/get",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_get, .level = JOB_READS } },
};

/* --- Thread/changes (RFC 8621 3.2) --- */

static enum err find_changes(struct call *, struct account *a, uint64_t since,
			     uint32_t max, struct state_changes *ret)
{
	return state_changes(a, STATE_THREAD, since, max, ret);
}

struct looking {
	struct account *account;
	bool is_visible;
	enum err e;
};

static bool look_at(void *context, int64_t email)
{
	struct looking *l = context;

	l->e = email_find_visible(l->account, email, &l->is_visible);
	return !l->e && !l->is_visible;
}

static enum err find_visible(struct account *a, int64_t thread, bool *ret)
{
	struct looking l = { .account = a };
	enum err e = email_each_of_thread(a, thread, look_at, &l);

	*ret = l.is_visible;
	return e && e != ERR_NOT_FOUND ? e : l.e;
}

static enum err run_changes(struct call *c, struct account *a)
{
	static const struct changes_type type = {
		.kind = OBJECT_THREAD,
		.changes = find_changes,
		.find_visible = find_visible,
	};

	return changes_run(c, a, &type);
}

const struct method thread_changes = {
	.name = "Thread/changes",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_changes, .level = JOB_READS } },
};
