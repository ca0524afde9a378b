#include "imap/notify.h"

#include <assert.h>
#include <stdlib.h>

#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/notify_walk.h"
#include "imap/session.h"

static enum err work_push(struct task *t, struct account *a)
{
	return notify_walk_work(t, a, t->request, notify_look);
}

static void push_done(struct task *t)
{
	notify_walk_done(t, t->request);
}

static const struct command_ops push_ops = { .work = work_push, .done = push_done };

/* Of the selected mailbox EXPUNGE is told too, or only what leaves the numbers alone. */
static const struct command push_all = { .flags = SYNCS, .ops = &push_ops };
static const struct command push_delayed = { .flags = SYNCS | HOLDS_NUMBERS,
					     .ops = &push_ops };
static const struct command push_attributes = { .flags = HOLDS_NUMBERS,
						.ops = &fetch_ops };

struct notify *notify_new(int64_t account)
{
	struct notify *n = calloc(1, sizeof(*n));

	assert(n);
	arena_init(&n->arena, NOTIFY_ARENA_MAX);
	n->known[0].account = account;
	n->known_count = 1;
	return n;
}

void notify_free(struct notify *n)
{
	if (!n) return;
	for (uint32_t i = 0; i < n->known_count; i++)
		mailbox_list_done(&n->known[i].list);
	owners_done(&n->sharers);
	interval_set_done(&n->fresh);
	arena_done(&n->arena);
	free(n);
}

void notify_look_free(struct notify_look *l)
{
	if (!l) return;
	mailbox_list_done(&l->list);
	owners_done(&l->sharers);
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
	task_request(t, sizeof(struct notify_walk));
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

void notify_overflow(struct imap *s)
{
	buf_add(&s->output, S("* OK [NOTIFICATIONOVERFLOW] too much to be told of\r\n"));
	s->notify->spec = (struct notify_spec){ .is_none = true };
	session_watch(s, false);
}

/* known_count where it is not looked at. */
static uint32_t place_of(const struct notify *n, int64_t account)
{
	uint32_t i = 0;

	while (i < n->known_count && n->known[i].account != account)
		i++;
	return i;
}

const struct notify_known *notify_find_known(const struct notify *n, int64_t account)
{
	uint32_t i = place_of(n, account);

	return i < n->known_count ? &n->known[i] : NULL;
}

static void keep_look(struct notify *n, struct notify_look *l)
{
	uint32_t at = place_of(n, l->account);
	struct notify_known *k = &n->known[at];

	if (at == n->known_count) return;
	mailbox_list_done(&k->list);
	k->list = l->list;
	k->has_list = true;
	k->metadata_told = l->metadata_until;
	l->list = (struct mailbox_list){ 0 };
	if (at) return;
	owners_done(&n->sharers);
	n->sharers = l->sharers;
	l->sharers = (struct owners){ 0 };
}

static bool is_too_much(const struct notify *n)
{
	uint32_t shared = 0;

	for (uint32_t i = 1; i < n->known_count; i++)
		shared += n->known[i].list.count;
	return shared > NOTIFY_SHARED_MAX;
}

void notify_take_over(struct task *t)
{
	struct notify_look *l = t->other;
	struct imap *s = t->session;

	t->other = NULL;
	if (!l) return;
	if (!l->is_too_much) keep_look(s->notify, l);
	if (l->is_too_much || is_too_much(s->notify)) notify_overflow(s);
	notify_look_free(l);
}
