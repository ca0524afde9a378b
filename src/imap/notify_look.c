/* What has changed in mailboxes that are not selected (RFC 5465 5.1 to 5.7). */
#include <assert.h>
#include <stdlib.h>

#include "imap/access.h"
#include "imap/metadata_reply.h"
#include "imap/name_set.h"
#include "imap/notify.h"
#include "imap/session.h"
#include "imap/special_use.h"
#include "imap/status_items.h"

struct comparison {
	struct task *task;
	struct account *account;
	const struct mailbox_list *was, *now;
	bool is_away;           /* the account is another's */
	struct name_set listed; /* names that have been told by LIST */
	enum err e;
};

static unsigned events_of(const struct comparison *c, const struct mailbox *m)
{
	return notify_events_of(&c->task->notify->spec, m->name, m->subscribed);
}

/* --- LIST --- */

static void write_attributes(struct comparison *c, slice name, const struct mailbox *m)
{
	struct buf *out = &c->task->out;

	if (!m || !m->id) buf_add(out, S("\\NonExistent "));
	if (m && m->id && !m->selectable) buf_add(out, S("\\Noselect "));
	if (name_set_has(&c->now->unreadable, name)) buf_add(out, S("\\NoAccess "));
	buf_add(out, mailbox_list_has_below(c->now, name) ? S("\\HasChildren")
							  : S("\\HasNoChildren"));
	if (m && m->use) buf_addf(out, " %.*s", FMT(special_use_name(m->use)));
	if (m && m->subscribed) buf_add(out, S(" \\Subscribed"));
}

/* Of another's account the lists have the names that the session sees. */
static void write_name(struct comparison *c, slice listed)
{
	const struct names *names = c->task->names_of_session;
	slice visible;

	if (name_visible(names, listed, &visible))
		name_write(names, visible, &c->task->out);
}

/* Of another's mailbox that is subscribed to, whether it is there is not known here. */
static bool is_of_others(const struct comparison *c, slice name)
{
	return !c->is_away && !c->task->names_of_session->root.n &&
	       slice_starts(name, S(OTHER_USERS "/"));
}

/* old_name: what it was renamed from, or empty. */
static void tell_name(struct comparison *c, slice name, slice old_name)
{
	struct buf *out = &c->task->out;

	if (name_set_has(&c->listed, name)) return;
	name_set_add(&c->listed, name);
	buf_add(out, S("* LIST ("));
	if (!is_of_others(c, name))
		write_attributes(c, name, mailbox_list_find(c->now, name));
	else if (mailbox_list_find(c->now, name))
		buf_add(out, S("\\Subscribed"));
	buf_add(out, S(") \"/\" "));
	write_name(c, name);
	if (old_name.n) {
		buf_add(out, S(" (\"OLDNAME\" ("));
		write_name(c, old_name);
		buf_add(out, S("))"));
	}
	buf_add(out, S("\r\n"));
}

/* A mailbox that has come or gone concerns the level above it too (RFC 5465 5.4). */
static void tell_with_parent(struct comparison *c, const struct mailbox *m)
{
	const struct mailbox *above;
	slice parent;

	if (events_of(c, m) & NOTIFY_NAME) tell_name(c, m->name, S(""));
	if (!find_parent(m->name, &parent)) return;
	above = mailbox_list_find(c->now, parent);
	if (notify_events_of(&c->task->notify->spec, parent, above && above->subscribed) &
	    NOTIFY_NAME)
		tell_name(c, parent, S(""));
}

/* Whether a mailbox has its new name only because one above it has (RFC 5465 5.4). */
static bool is_renamed_with_parent(const struct comparison *c, slice was, slice now)
{
	slice old_parent, parent;
	const struct mailbox *before, *above;

	if (!find_parent(was, &old_parent) || !find_parent(now, &parent)) return false;
	if (!slice_eq(slice_skip(was, old_parent.n), slice_skip(now, parent.n)))
		return false;
	above = mailbox_list_find(c->now, parent);
	before = above ? mailbox_list_find_id(c->was, above->id) : NULL;
	return before && slice_eq(before->name, old_parent) &&
	       !slice_eq(old_parent, parent);
}

static void compare_names(struct comparison *c, const struct mailbox *was,
			  const struct mailbox *now)
{
	unsigned wanted = events_of(c, was) | events_of(c, now);

	if (!(wanted & NOTIFY_NAME)) return;
	if (!slice_eq(was->name, now->name)) {
		if (!is_renamed_with_parent(c, was->name, now->name))
			tell_name(c, now->name, was->name);
	} else if (was->selectable != now->selectable) {
		tell_name(c, now->name, S(""));
	}
}

static void compare_subscriptions(struct comparison *c, const struct mailbox *was,
				  const struct mailbox *now)
{
	const struct mailbox none = { .name = now ? now->name : was->name };
	unsigned wanted =
		events_of(c, was ? was : &none) | events_of(c, now ? now : &none);
	bool did = was && was->subscribed, does = now && now->subscribed;

	if (did != does && wanted & NOTIFY_SUBSCRIPTION) tell_name(c, none.name, S(""));
}

/* --- STATUS --- */

static void add_items(struct status_items *items, const slice *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		status_items_add(items, names[i]);
}

static void tell_status(struct comparison *c, const struct mailbox *m,
			const struct status_items *items)
{
	if (items->set && !c->e)
		c->e = status_write(c->account, items, c->task->names_of_session, m,
				    &c->task->out);
}

static bool has_status(const struct comparison *c, const struct mailbox *m)
{
	const struct view *v = c->task->view;
	bool is_selected =
		v && v->account == account_id(c->account) && v->mailbox == m->id;

	return m->id && m->selectable && !is_selected &&
	       !name_set_has(&c->now->unreadable, m->name);
}

static void add_changed_flags(const struct comparison *c, const struct mailbox *was,
			      const struct mailbox *now, struct status_items *items)
{
	static const slice by_modseq[] = { SLICE_INIT("UIDVALIDITY"),
					   SLICE_INIT("HIGHESTMODSEQ") };

	if (was->unseen != now->unseen) status_items_add(items, S("UNSEEN"));
	if (was->uid_validity != now->uid_validity)
		status_items_add(items, S("UIDVALIDITY"));
	if (c->task->enabled & ENABLED_CONDSTORE && was->modseq != now->modseq)
		add_items(items, by_modseq, countof(by_modseq));
}

static void compare_messages(struct comparison *c, const struct mailbox *was,
			     const struct mailbox *now)
{
	static const slice counts[] = { SLICE_INIT("MESSAGES"), SLICE_INIT("UIDNEXT") };
	struct status_items items = { 0 };
	unsigned wanted = has_status(c, now) ? events_of(c, now) : 0;

	if (wanted & NOTIFY_NEW &&
	    (was->uid_next != now->uid_next || was->exists != now->exists)) {
		add_items(&items, counts, countof(counts));
		if (c->task->enabled & ENABLED_CONDSTORE)
			status_items_add(&items, S("HIGHESTMODSEQ"));
	}
	if (wanted & NOTIFY_FLAGS) add_changed_flags(c, was, now, &items);
	tell_status(c, now, &items);
}

/* --- comparing --- */

static void compare(struct comparison *c, const struct mailbox *now)
{
	const struct mailbox *same = mailbox_list_find_id(c->was, now->id);
	const struct mailbox fresh = { .uid_next = 1,
				       .uid_validity = now->uid_validity,
				       .modseq = now->modseq };

	if (now->id && same)
		compare_names(c, same, now);
	else if (now->id)
		tell_with_parent(c, now);
	if (!c->is_away)
		compare_subscriptions(c, mailbox_list_find(c->was, now->name), now);
	if (now->id) compare_messages(c, same ? same : &fresh, now);
}

static void compare_gone(struct comparison *c, const struct mailbox *was)
{
	if (was->id && !mailbox_list_find_id(c->now, was->id)) tell_with_parent(c, was);
	if (!c->is_away && !mailbox_list_find(c->now, was->name))
		compare_subscriptions(c, was, NULL);
}

static enum err compare_all(struct task *t, struct account *a,
			    const struct notify_known *known)
{
	struct comparison c = { .task = t,
				.account = a,
				.was = &known->list,
				.now = &t->other->list,
				.is_away = !task_is_at_home(t, a) };

	for (uint32_t i = 0; i < c.now->count; i++)
		compare(&c, &c.now->at[i]);
	for (uint32_t i = 0; i < c.was->count; i++)
		compare_gone(&c, &c.was->at[i]);
	name_set_done(&c.listed);
	return c.e;
}

/* --- annotations --- */

/* Where they are told for another reason, that is told enough (RFC 5464 4.1). */
static bool follows_metadata(const struct task *t)
{
	return t->notify->spec.all & NOTIFY_METADATA && !(t->enabled & ENABLED_METADATA);
}

bool notify_wants_metadata(const struct task *t, slice name)
{
	const struct notify_spec *s = &t->notify->spec;
	const struct mailbox *m;

	if (!name.n) return s->all & NOTIFY_SERVER_METADATA;
	m = mailbox_list_find(t->other ? &t->other->list : &t->notify->known[0].list,
			      name);
	return notify_events_of(s, name, m && m->subscribed) & NOTIFY_MAILBOX_METADATA;
}

/* Of another's, in a look at it. What is told of the selected one is not told here. */
static bool wants_shared_metadata(const struct task *t, slice name)
{
	const struct notify_look *l = t->other;
	const struct mailbox *m = mailbox_list_find(&l->list, name);
	bool is_selected = m && t->view && t->view->account == l->account &&
			   t->view->mailbox == m->id;

	return m && !is_selected && !name_set_has(&l->list.unreadable, name) &&
	       notify_events_of(&t->notify->spec, name, m->subscribed) &
		       NOTIFY_MAILBOX_METADATA;
}

/* Up to here nothing is to be told: it is the client's own doing, or came before. */
static enum err pass_metadata(struct task *t, struct account *a)
{
	return follows_metadata(t) ? metadata_pass_own(t, a) : ERR_NONE;
}

/* --- looking --- */

/* Where there is no such account any more, there are no mailboxes. */
static enum err read_shared(struct task *t, struct account *a)
{
	struct notify_look *l = t->other;
	struct names names;
	enum err e = access_names(t, a, &names);

	if (e == ERR_NOT_FOUND) return ERR_NONE;
	if (!e) e = metadata_modseq(a, &l->metadata_until);
	if (e) return e;
	return mailbox_list_read_shared(a, t->home, &names, &t->notify->known[0].list,
					&l->list);
}

static enum err read_list(struct task *t, struct account *a)
{
	enum err e;

	notify_look_free(t->other);
	t->other = calloc(1, sizeof(*t->other));
	assert(t->other);
	t->other->account = account_id(a);
	e = task_is_at_home(t, a) ? mailbox_list_read(a, t->names, &t->other->list)
				  : read_shared(t, a);
	t->other->is_too_much = e == ERR_LIMIT;
	return t->other->is_too_much ? ERR_NONE : e;
}

static enum err note_too_much(struct task *t, enum err e)
{
	if (!t->out.overflow) return e;
	buf_reset(&t->out);
	t->other->is_too_much = true;
	return ERR_NONE;
}

static enum err tell_metadata(struct task *t, struct account *a,
			      const struct notify_known *known)
{
	struct names names;
	enum err e;

	if (task_is_at_home(t, a)) return metadata_tell(t, a, notify_wants_metadata);
	e = access_names(t, a, &names);
	if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e;
	return metadata_tell_shared(t, a, &names, known->metadata_told,
				    wants_shared_metadata);
}

enum err notify_look(struct task *t, struct account *a)
{
	const struct notify_known *known = notify_find_known(t->notify, account_id(a));
	enum err e = read_list(t, a);

	if (e || t->other->is_too_much || !known || !known->has_list) return e;
	e = compare_all(t, a, known);
	if (!e && follows_metadata(t)) e = tell_metadata(t, a, known);
	return note_too_much(t, e);
}

static void add_first_items(unsigned wanted, struct status_items *items)
{
	static const slice arrivals[] = { SLICE_INIT("MESSAGES"), SLICE_INIT("UIDNEXT"),
					  SLICE_INIT("UIDVALIDITY") };
	static const slice flags[] = { SLICE_INIT("UIDVALIDITY"),
				       SLICE_INIT("HIGHESTMODSEQ") };

	if (wanted & NOTIFY_NEW) add_items(items, arrivals, countof(arrivals));
	if (wanted & NOTIFY_FLAGS) add_items(items, flags, countof(flags));
}

/* What may be looked up but not read is told of once (RFC 5465 3.1). */
static void tell_first(struct comparison *c, const struct mailbox *m)
{
	unsigned wanted = events_of(c, m);
	struct status_items items = { 0 };

	if (wanted && name_set_has(&c->now->unreadable, m->name))
		tell_name(c, m->name, S(""));
	if (!c->task->notify->spec.wants_status || !has_status(c, m)) return;
	add_first_items(wanted, &items);
	tell_status(c, m, &items);
}

enum err notify_look_first(struct task *t, struct account *a)
{
	enum err e = read_list(t, a);
	struct comparison c = { .task = t,
				.account = a,
				.now = &t->other->list,
				.is_away = !task_is_at_home(t, a) };

	if (!e) e = pass_metadata(t, a);
	if (e || t->other->is_too_much) return e;
	for (uint32_t i = 0; i < c.now->count; i++)
		tell_first(&c, &c.now->at[i]);
	name_set_done(&c.listed);
	return note_too_much(t, c.e);
}

static enum err note_own_from(struct task *t, struct account *a)
{
	struct mailbox m;
	enum err e = mailbox_get(a, t->view->mailbox, &t->scratch, &m);

	if (!e) t->sync.own_from = m.uid_next;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum err notify_before_own(struct task *t, struct account *a)
{
	bool is_selected_here = t->view && t->view->account == account_id(a);
	enum err e = is_selected_here ? note_own_from(t, a) : ERR_NONE;

	return e || !t->notify->spec.group_count ? e : notify_look(t, a);
}

enum err notify_after_own(struct task *t, struct account *a)
{
	enum err e;

	if (!t->other || t->other->is_too_much) return ERR_NONE;
	e = read_list(t, a);
	return e ? e : pass_metadata(t, a);
}
