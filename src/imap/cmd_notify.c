/* NOTIFY (RFC 5465 3.1) */
#include "imap/commands.h"
#include "imap/notify_walk.h"
#include "imap/session.h"

struct notify_request {
	struct notify *asked;  /* the session's once it is started */
	struct notify *before; /* the session's again, when nothing comes of it */
	bool is_started, is_done;
	struct notify_walk walk;
};

/* What is asked for outlives the command, so it is read from a copy of the text. */
static bool parse_notify(struct task *t, slice *in)
{
	struct notify_request *r = task_request(t, sizeof(*r));
	slice text, rest;

	r->asked = notify_new(t->session->account);
	if (!arena_copy(&r->asked->arena, *in, &text)) return false;
	rest = text;
	if (!take_notify(&rest, &t->session->names, &r->asked->arena, &r->asked->spec))
		return false;
	*in = slice_skip(*in, text.n - rest.n);
	if (r->asked->spec.has_modseq) t->enables = ENABLED_CONDSTORE;
	return true;
}

static void refuse_unknown(struct task *t)
{
	bad_event_write(&t->code);
	task_answer(t, ANSWER_NO, buf_slice(&t->code), S("there is no such event"));
}

/* First to be told of changes, then to look at what there is: none can fall in between.
 */
static void start_notify(struct task *t)
{
	struct notify_request *r = t->request;
	struct imap *s = t->session;

	if (r->asked->spec.has_unknown) {
		refuse_unknown(t);
		return;
	}
	if (r->asked->spec.is_too_much) {
		task_answer(t, ANSWER_NO, S("NOTIFICATIONOVERFLOW"),
			    S("too many mailboxes"));
		return;
	}
	r->before = s->notify;
	s->notify = r->asked;
	r->is_started = true;
	session_watch(s, false);
	notify_watch_others(s);
	s->has_changed = false;
	t->account = s->account;
	task_submit(t);
}

static enum err work_notify(struct task *t, struct account *a)
{
	const struct notify_request *r = t->request;
	enum err e = notify_walk_work(t, a, &r->walk, notify_look_first);

	if (e || !t->other || !t->other->is_too_much) return e;
	task_complain(t, S("NOTIFICATIONOVERFLOW"), S("too many mailboxes"));
	return ERR_LIMIT;
}

static void notify_done(struct task *t)
{
	struct notify_request *r = t->request;

	notify_walk_done(t, &r->walk);
	r->is_done = !t->more;
}

static void discard_notify(struct task *t)
{
	struct notify_request *r = t->request;

	if (!r) return;
	if (r->is_done) {
		notify_free(r->before);
		return;
	}
	notify_free(r->asked);
	if (!r->is_started) return;
	t->session->notify = r->before;
	session_watch(t->session, false);
	notify_watch_others(t->session);
}

const struct command_ops notify_ops = {
	.parse = parse_notify,
	.start = start_notify,
	.work = work_notify,
	.done = notify_done,
	.discard = discard_notify,
};
