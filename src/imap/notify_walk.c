#include "imap/notify_walk.h"

#include "imap/access.h"
#include "imap/session.h"

/* --- in the job --- */

/* All that share something are not named, and are asked for each time. */
static enum err find_sharers(struct task *t, struct account *a)
{
	if (!t->notify->spec.reaches_all || !t->other) return ERR_NONE;
	return owners_find(t, a, &t->other->sharers);
}

enum err notify_walk_work(struct task *t, struct account *a, const struct notify_walk *w,
			  notify_looker *look)
{
	enum err e;

	if (w->is_over || !t->notify || !t->notify->spec.group_count) return ERR_NONE;
	t->has_asked = true; /* of each mailbox */
	e = look(t, a);
	if (!e && !w->at) e = find_sharers(t, a);
	t->more = !e && t->notify->spec.reaches_others;
	return e;
}

/* --- whose mailboxes --- */

struct gathering {
	struct imap *session;
	int64_t ids[NOTIFY_ACCOUNTS_MAX];
	uint32_t count;
	bool is_too_much;
};

static void add_account(struct gathering *g, int64_t id)
{
	if (!id) return;
	for (uint32_t i = 0; i < g->count; i++)
		if (g->ids[i] == id) return;
	if (g->count < NOTIFY_ACCOUNTS_MAX)
		g->ids[g->count++] = id;
	else
		g->is_too_much = true;
}

/* "Other Users/ADDRESS", whatever follows. */
static void add_owner_of(struct gathering *g, slice name)
{
	struct imap *s = g->session;
	slice address;

	if (!take_literal(&name, S(OTHER_USERS "/"))) return;
	address = slice_head(name, slice_find_char(name, '/'));
	add_account(g, s->ops->find_account(s->host, address));
}

static void add_subscribed(struct gathering *g, const struct mailbox_list *home)
{
	for (uint32_t i = 0; i < home->count; i++)
		if (home->at[i].subscribed) add_owner_of(g, home->at[i].name);
}

static void add_group(struct gathering *g, const struct notify_group *group)
{
	const struct mailbox_filter *f = &group->filter;

	if (!group->events) return;
	if (f->kind == FILTER_SUBSCRIBED)
		add_subscribed(g, &g->session->notify->known[0].list);
	for (uint32_t i = 0; i < f->name_count; i++)
		add_owner_of(g, f->names[i]);
}

static void gather(struct gathering *g)
{
	const struct notify *n = g->session->notify;

	add_account(g, g->session->account);
	for (uint32_t i = 0; i < n->spec.group_count; i++)
		add_group(g, &n->spec.groups[i]);
	for (uint32_t i = 0; n->spec.reaches_all && i < n->sharers.count; i++)
		add_account(g, n->sharers.ids[i]);
}

void notify_watch_others(struct imap *s)
{
	int64_t ids[NOTIFY_ACCOUNTS_MAX];
	bool is_on = s->state != STATE_CLOSING && notify_is_on(s);
	const struct notify *n = is_on ? s->notify : NULL;
	uint32_t count = 0;

	for (uint32_t i = 1; n && i < n->known_count; i++)
		ids[count++] = n->known[i].account;
	if (count || s->watches_others) s->ops->watch_others(s->host, ids, count);
	s->watches_others = count;
}

/* What is known of accounts that stay is kept. */
static void replace_known(struct notify *n, const struct gathering *g)
{
	struct notify_known before[NOTIFY_ACCOUNTS_MAX];
	uint32_t count = n->known_count;

	for (uint32_t i = 0; i < count; i++)
		before[i] = n->known[i];
	n->known_count = g->count;
	for (uint32_t i = 0; i < g->count; i++) {
		struct notify_known *to = &n->known[i];

		*to = (struct notify_known){ .account = g->ids[i] };
		for (uint32_t k = 0; k < count; k++) {
			if (before[k].account != g->ids[i]) continue;
			*to = before[k];
			before[k] = (struct notify_known){ 0 };
		}
	}
	for (uint32_t k = 0; k < count; k++)
		mailbox_list_done(&before[k].list);
}

static bool are_known(const struct notify *n, const struct gathering *g)
{
	if (n->known_count != g->count) return false;
	for (uint32_t i = 0; i < g->count; i++)
		if (n->known[i].account != g->ids[i]) return false;
	return true;
}

static void find_accounts(struct imap *s)
{
	struct gathering g = { .session = s };

	gather(&g);
	if (g.is_too_much) {
		notify_overflow(s);
		return;
	}
	if (are_known(s->notify, &g)) return;
	replace_known(s->notify, &g);
	notify_watch_others(s);
}

/* --- on the loop --- */

void notify_walk_done(struct task *t, struct notify_walk *w)
{
	struct imap *s = t->session;

	if (!t->more) return;
	if (!w->at && notify_is_on(s)) find_accounts(s);
	w->at++;
	w->is_over = !notify_is_on(s) || w->at >= s->notify->known_count;
	t->account = w->is_over ? s->account : s->notify->known[w->at].account;
}
