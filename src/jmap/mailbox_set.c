#include <string.h>

#include "jmap/mailbox_update.h"
#include "jmap/methods.h"
#include "store/states.h"

static enum err read_state(struct call *, struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_MAILBOX, ret);
}

/* --- creating --- */

static enum err get_named(struct account *a, int64_t id, struct arena *arena,
			  struct mailbox *ret)
{
	arena_reset(arena);
	return mailbox_get(a, id, arena, ret);
}

/* All properties that there are must be those that can be set. */
static void check_settable(json_t *object, struct set_outcome *o)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) if (mailbox_property_is_ours(name))
		set_refuse(o, "invalidProperties", name,
			   "it is no property that can be set");
}

static bool is_left_out(void *object, const char *property)
{
	return !json_object_get(object, property);
}

/* What the client did not say (RFC 8620 5.3). */
static enum err tell_created(struct call *c, struct account *a, int64_t id,
			     json_t *object, const struct mailbox_values *v,
			     struct set_outcome *o)
{
	struct mailbox_view view;
	struct arena arena;
	enum err e;

	arena_init(&arena, MAILBOX_ARENA);
	e = mailbox_view_get(a, id, &arena, &view);
	if (!e) e = mailbox_json(c, a, &view, is_left_out, object, &o->object);
	if (!e && v->is_composed)
		json_object_set_new(o->object, "name",
				    json_slice(mailbox_shown_name(&view.m)));
	arena_done(&arena);
	return e;
}

/* A level that was there only for those below is one of JMAP's mailboxes already. */
static enum err make(struct account *a, const struct mailbox_values *v, int64_t *ret)
{
	struct mailbox there;
	struct arena arena;
	enum err e;

	arena_init(&arena, MAILBOX_ARENA);
	e = mailbox_find(a, buf_slice(&v->path), &arena, &there);
	arena_done(&arena);
	if (e != ERR_NOT_FOUND) return e ? e : ERR_EXISTS;
	return mailbox_create(a, buf_slice(&v->path), USE_NONE, ret);
}

static enum err make_with(struct account *a, const struct mailbox_values *v, int64_t *ret,
			  struct set_outcome *o)
{
	struct mailbox m;
	struct arena arena;
	enum err e = make(a, v, ret);

	if (e) return mailbox_refuse_failure(e, "name", o);
	arena_init(&arena, MAILBOX_ARENA);
	e = get_named(a, *ret, &arena, &m);
	if (!e) e = mailbox_give_values(a, &m, v, o);
	arena_done(&arena);
	return e;
}

static enum err create(struct call *c, struct account *a, const char *, json_t *object,
		       struct set_outcome *o)
{
	struct mailbox_values v;
	int64_t id;
	enum err e;

	mailbox_values_init(&v);
	check_settable(object, o);
	e = mailbox_values_read(c, a, object, NULL, &v, o);
	if (!e && !o->error) e = make_with(a, &v, &id, o);
	if (!e && !o->error) e = tell_created(c, a, id, object, &v, o);
	mailbox_values_done(&v);
	return e;
}

/* --- destroying --- */

static enum err remove_found(struct call *c, struct account *a, const struct mailbox *m,
			     struct set_outcome *o)
{
	bool removes_emails = false, has_below;
	enum err e;

	if (mailbox_is_fixed(call_user(c), m))
		return set_refuse(o, "forbidden", NULL, "the inbox stays");
	e = mailbox_has_below(a, m->name, &has_below);
	if (e) return e;
	if (has_below) return set_refuse(o, "mailboxHasChild", NULL, "");
	argument_bool(c, "onDestroyRemoveEmails", &removes_emails);
	if (m->exists > m->deleted && !removes_emails) /* that are to be seen */
		return set_refuse(o, "mailboxHasEmail", NULL, "");
	e = m->subscribed ? subscription_set(a, m->name, false) : ERR_NONE;
	return e ? e : mailbox_delete(a, m->id);
}

static enum err destroy(struct call *c, struct account *a, const char *id,
			struct set_outcome *o)
{
	int64_t number = id_number(c, OBJECT_MAILBOX, id);
	struct mailbox m;
	struct arena arena;
	enum err e;

	arena_init(&arena, MAILBOX_ARENA);
	e = number < 0 ? ERR_NOT_FOUND : mailbox_get(a, number, &arena, &m);
	if (e == ERR_NOT_FOUND)
		e = set_refuse(o, "notFound", NULL, "");
	else if (!e)
		e = remove_found(c, a, &m, o);
	arena_done(&arena);
	return e;
}

/* --- the method (RFC 8621 2.5) --- */

static enum err begin(struct call *c, struct account *)
{
	bool ignored;

	argument_bool(c, "onDestroyRemoveEmails", &ignored); /* fails when it is none */
	return ERR_NONE;
}

static enum err run_set(struct call *c, struct account *a)
{
	static const char *const further[] = { "onDestroyRemoveEmails", NULL };
	static const struct set_type type = {
		.further = further,
		.tries_again = true,
		.state = read_state,
		.begin = begin,
		.create = create,
		.update = mailbox_update,
		.destroy = destroy,
	};

	return set_run(c, a, &type);
}

const struct method mailbox_set_method = {
	.name = "Mailbox/set",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_set, .level = JOB_WRITES } },
};
