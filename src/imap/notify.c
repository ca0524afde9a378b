#include "imap/notify.h"

#include <assert.h>
#include <stdlib.h>

#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/session.h"

static enum err work_push(struct task *t, struct account *a)
{
	return t->notify->spec.group_count ? notify_look(t, a) : ERR_NONE;
}

static const struct command_ops push_ops = { .work = work_push };

/* Of the selected mailbox EXPUNGE is told too, or only what leaves the numbers alone. */
static const struct command push_all = { .flags = SYNCS, .ops = &push_ops };
static const struct command push_delayed = { .flags = SYNCS | HOLDS_NUMBERS,
					     .ops = &push_ops };
static const struct command push_attributes = { .flags = HOLDS_NUMBERS,
						.ops = &fetch_ops };

struct notify *notify_new(void)
{
	struct notify *n = calloc(1, sizeof(*n));

	assert(n);
	arena_init(&n->arena, NOTIFY_ARENA_MAX);
	return n;
}

void notify_free(struct notify *n)
{
	if (!n) return;
	mailbox_list_done(&n->known);
	interval_set_done(&n->fresh);
	arena_done(&n->arena);
	free(n);
}

void notify_look_free(struct notify_look *l)
{
	if (!l) return;
	mailbox_list_done(&l->list);
	free(l);
}

bool notify_is_on(const struct imap *s)
{
	return s->notify && !s->notify->spec.is_none;
}

/* EXPUNGE and MOVE are told what they do, whatever NOTIFY says. */
unsigned notify_selected_events(const struct task *t)
{
	enum { OWN = CHANGES_MAILBOX | HOLDS_NUMBERS };
	const struct notify *n = t->session->notify;

	if (!n) return NOTIFY_MESSAGES;
	if ((t->command->flags & OWN) == CHANGES_MAILBOX)
		return n->spec.selected | NOTIFY_EXPUNGE;
	return n->spec.selected;
}

void notify_arrived(struct imap *s, const struct interval_set *uids, uint32_t own_from)
{
	struct notify *n = s->notify;
	struct interval_set others = { 0 };

	if (!n || !n->spec.attributes.n) return;
	interval_set_copy(&others, uids);
	if (own_from) interval_set_remove_range(&others, own_from, UINT32_MAX);
	interval_set_union(&n->fresh, &others);
	interval_set_done(&others);
}

void notify_mailbox_closed(struct imap *s)
{
	if (s->notify) interval_set_done(&s->notify->fresh);
}

/* --- tasks of our own --- */

static void push_changes(struct imap *s)
{
	bool delays = s->notify->spec.is_delayed && s->input.reader != READ_IDLE;
	struct task *t;

	s->has_changed = false;
	t = task_new_silent(s, delays ? &push_delayed : &push_all);
	t->account = s->account;
	task_submit(t);
}

/* A FETCH of what has arrived; what has gone meanwhile is passed over. */
static void push_fresh(struct imap *s, slice attributes, struct interval_set *fresh)
{
	struct task *t = task_new_silent(s, &push_attributes);
	bool is_taken;
	slice in;

	buf_init(&t->text, IMAP_COMMAND_MAX);
	buf_addf(&t->text, " %.*s", FMT(attributes));
	interval_set_copy(&t->uids, fresh);
	interval_set_intersect(&t->uids, &s->view->uids);
	interval_set_done(fresh);
	in = buf_slice(&t->text);
	is_taken = fetch_ops.parse(t, &in);
	assert(is_taken); /* it was when NOTIFY came */
	task_submit(t);
}

static bool is_at_rest(const struct imap *s)
{
	return s->want == WANT_INPUT && s->state != STATE_CLOSING &&
	       (!s->task || s->input.reader == READ_IDLE);
}

void notify_go_on(struct imap *s)
{
	struct search_context *x =
		s->view ? contexts_find_fresh(s->view->contexts) : NULL;

	if (!is_at_rest(s)) return;
	if (x) push_fresh(s, x->attributes, &x->fresh);
	if (x || !notify_is_on(s)) return;
	if (s->view && interval_set_count(&s->notify->fresh))
		push_fresh(s, s->notify->spec.attributes, &s->notify->fresh);
	else if (s->has_changed)
		push_changes(s);
}

void notify_take_over(struct task *t)
{
	struct notify_look *l = t->other;
	struct imap *s = t->session;
	struct notify *n = s->notify;

	t->other = NULL;
	if (l && l->is_too_much) {
		buf_add(&s->output,
			S("* OK [NOTIFICATIONOVERFLOW] too much to be told of\r\n"));
		n->spec = (struct notify_spec){ .is_none = true };
		session_watch(s, false);
	} else if (l) {
		mailbox_list_done(&n->known);
		n->known = l->list;
		n->has_known = true;
		l->list = (struct mailbox_list){ 0 };
	}
	notify_look_free(l);
}
