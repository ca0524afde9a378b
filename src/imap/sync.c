#include "imap/sync.h"

#include <assert.h>

#include "imap/access.h"
#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/fetch_plain.h"
#include "imap/notify.h"
#include "imap/session.h"
#include "store/changes.h"

enum { FEW = 256 }; /* arrivals up to here are looked up one by one */

void sync_begin_run(struct sync *y, bool with_work)
{
	struct sync_look *l = &y->look;

	interval_set_done(&l->vanished);
	interval_set_done(&l->arrived);
	interval_set_done(&l->recent);
	*l = (struct sync_look){ 0 };
	if (!with_work) return;
	interval_set_done(&y->report);
	interval_set_done(&y->known);
	interval_set_done(&y->brief);
	y->is_own = false;
	y->own_from = 0;
}

void sync_done(struct sync *y)
{
	sync_begin_run(y, true);
}

void sync_forget(struct sync *y)
{
	y->is_abandoned = true;
}

static bool add_uid(void *context, const struct message *m)
{
	interval_set_add(context, m->uid);
	return true;
}

static enum err look_arrived(struct task *t, struct account *a, const struct mailbox *m)
{
	struct interval_set *arrived = &t->sync.look.arrived;
	uint32_t known = t->view->uid_next;
	enum err e;

	if (m->uid_next == known) return ERR_NONE;
	if (m->uid_next - known <= FEW)
		return message_each(a, m->id, known, m->uid_next - 1, 0, add_uid,
				    arrived);
	e = mailbox_uids(a, m->id, arrived);
	if (known > 1) interval_set_remove_range(arrived, 1, known - 1);
	return e;
}

/* Which arrivals are \Recent here: those no session was told of before. To be the one
 * that tells takes a write (RFC 3501 2.3.2). */
static enum err look_recent(struct task *t, struct account *a, const struct mailbox *m)
{
	struct sync_look *l = &t->sync.look;
	uint32_t first = m->first_recent;
	enum err e = ERR_NONE;

	if (!t->view->knows_recent || interval_set_max(&l->arrived) < first)
		return ERR_NONE;
	if (!t->view->read_only) {
		l->must_write = t->job.level == JOB_READS;
		if (l->must_write) return ERR_NONE;
		e = mailbox_claim_recent(a, m->id, &first);
	}
	interval_set_copy(&l->recent, &l->arrived);
	if (first > 1) interval_set_remove_range(&l->recent, 1, first - 1);
	return e;
}

static enum err look_vanished(struct task *t, struct account *a, const struct mailbox *m)
{
	struct interval_set *vanished = &t->sync.look.vanished;
	struct interval_set there = { 0 };
	enum err e = changes_vanished(a, m->id, t->view->modseq, vanished);

	if (e != ERR_NOT_FOUND) return e;
	e = mailbox_uids(a, m->id, &there);
	interval_set_copy(vanished, &t->view->uids);
	interval_set_subtract(vanished, &there);
	interval_set_done(&there);
	return e;
}

/* False when the slice is full: the next begins with this message. */
static bool add_row(struct sync *y, const struct message *m)
{
	struct sync_look *l = &y->look;

	if (l->row_count == SYNC_ROWS) {
		l->next = m->uid;
		return false;
	}
	l->rows[l->row_count++] = (struct sync_row){
		.uid = m->uid,
		.is_brief = interval_set_contains(&y->brief, m->uid),
		.flags = m->flags,
		.modseq = m->modseq,
	};
	return true;
}

static bool visit_reported(void *context, const struct message *m)
{
	struct task *t = context;

	return add_row(&t->sync, m);
}

static bool visit_changed(void *context, const struct message *m)
{
	struct task *t = context;
	struct sync *y = &t->sync;

	if (interval_set_contains(&y->known, m->uid) ||
	    interval_set_contains(&y->report, m->uid))
		return true;
	return add_row(y, m);
}

static enum err look_reported(struct task *t, struct account *a)
{
	struct sync *y = &t->sync;
	uint64_t cursor = y->from;
	struct interval i;
	enum err e = ERR_NONE;

	while (!e && !y->look.next && interval_set_next(&y->report, &cursor, &i))
		e = message_each(a, t->view->mailbox, i.first, i.last, 0, visit_reported,
				 t);
	return e;
}

static enum err look_rows(struct task *t, struct account *a, uint32_t below)
{
	struct sync *y = &t->sync;
	struct sync_look *l = &y->look;
	uint32_t from = y->has_reported ? y->from : 1;
	enum err e = ERR_NONE;

	l->rows = arena_alloc_array(&t->scratch, SYNC_ROWS, sizeof(*l->rows));
	l->keywords = arena_alloc(&t->scratch, sizeof(*l->keywords));
	if (!l->rows || !l->keywords) return ERR_LIMIT;
	e = keyword_names_load(a, &t->scratch, l->keywords);
	if (!e && !y->has_reported) e = look_reported(t, a);
	if (e || l->next) return e;
	l->has_reported = true;
	if (y->is_own || below <= from || !(t->events & NOTIFY_FLAGS)) return ERR_NONE;
	return changes_each(a, t->view->mailbox, t->view->modseq, from, below - 1,
			    visit_changed, t);
}

enum err sync_is_current(struct task *t, struct account *a, bool *ret)
{
	struct mailbox m;
	enum err e = mailbox_get(a, t->view->mailbox, &t->scratch, &m);

	*ret = !e && m.modseq == t->view->modseq;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* What others may have done to the messages as a whole. */
static enum err look_around(struct task *t, struct account *a, const struct mailbox *m)
{
	enum err e = ERR_NONE;

	if (t->events & NOTIFY_NEW) {
		e = look_arrived(t, a, m);
		if (!e) e = look_recent(t, a, m);
	}
	return e || t->sync.look.must_write ? e : look_vanished(t, a, m);
}

/* The first look of a command; the later ones only go on with the rows. */
static enum err look_first(struct task *t, struct account *a)
{
	struct sync_look *l = &t->sync.look;
	struct mailbox m;
	enum err e = mailbox_get(a, t->view->mailbox, &t->scratch, &m);

	if (e && e != ERR_NOT_FOUND) return e;
	l->deleted = e || !m.selectable || !(t->rights & RIGHT_READ);
	if (l->deleted) return ERR_NONE;
	l->modseq = m.modseq;
	l->uid_next = m.uid_next;
	if (m.modseq == t->view->modseq && !interval_set_count(&t->sync.report))
		return ERR_NONE;
	if (!t->sync.is_own) e = look_around(t, a, &m);
	if (e || l->must_write) return e;
	return look_rows(t, a, t->view->uid_next);
}

enum err sync_look(struct task *t, struct account *a)
{
	if (t->sync.is_begun) return look_rows(t, a, t->sync.below);
	return look_first(t, a);
}

/* Takes over into the view what the first look found. */
static void begin_telling(struct task *t, struct view *v)
{
	struct sync *y = &t->sync;

	interval_set_intersect(&y->look.vanished, &v->uids);
	interval_set_union(&v->gone, &y->look.vanished);
	y->until = y->look.modseq;
	y->below = v->uid_next;
	if (t->events & NOTIFY_NEW) v->uid_next = y->look.uid_next;
	y->is_begun = true;
}

static void tell_keywords(struct view *v, const struct keyword_names *names,
			  struct buf *out)
{
	if (names->signature == v->keywords) return;
	v->keywords = names->signature;
	buf_add(out, S("* FLAGS ("));
	flags_write(out, names->known | SYSTEM_FLAG_BITS, false, names);
	buf_add(out, S(")\r\n"));
}

/* Between commands, after those that name UIDs, and in whatever IMAP4rev2 was not asked
 * for (RFC 9051 E, 21); not where it stands before the items already. */
static bool tells_uid(const struct task *t, uint32_t uid)
{
	unsigned enabled = t->session->enabled;

	if (enabled & ENABLED_UIDONLY) return false;
	return t->by_uid || t->session->notify ||
	       (enabled & ENABLED_REV2 && !interval_set_contains(&t->sync.report, uid));
}

static void tell_row(const struct task *t, const struct sync_row *r, struct buf *out)
{
	const struct view *v = t->session->view;
	const struct fetch_items items =
		fetch_change_items(tells_uid(t, r->uid), !r->is_brief,
				   t->session->enabled & ENABLED_CONDSTORE);
	const struct message m = { .uid = r->uid, .modseq = r->modseq };
	const struct fetch_row row = {
		.message = &m,
		.flags = r->flags,
		.is_recent = interval_set_contains(&v->recent, r->uid),
		.names = t->sync.look.keywords,
	};
	bool uid_only = t->session->enabled & ENABLED_UIDONLY;
	uint32_t number = view_number(v, r->uid);

	if (number) fetch_row_write(uid_only ? 0 : number, &items, &row, out);
}

static void tell_rows(struct task *t, struct buf *out)
{
	struct sync_look *l = &t->sync.look;

	if (!l->keywords) return;
	tell_keywords(t->session->view, l->keywords, out);
	for (uint32_t i = 0; i < l->row_count; i++)
		tell_row(t, &l->rows[i], out);
	l->row_count = 0;
}

static void tell_arrived(struct task *t, struct view *v, struct buf *out)
{
	struct sync_look *l = &t->sync.look;

	if (!interval_set_count(&l->arrived)) return;
	view_tell_arrived(v, &l->arrived, &l->recent, out);
	notify_arrived(t->session, &l->arrived, t->sync.own_from);
	interval_set_done(&l->arrived);
}

static enum told go_on_writing(struct task *t)
{
	t->job.level = JOB_WRITES_FLAGS;
	return TOLD_MORE;
}

static bool tell_gone(struct task *t, struct view *v)
{
	struct imap *s = t->session;

	if (!command_tells_expunge(t) || !(t->events & NOTIFY_EXPUNGE) ||
	    !interval_set_count(&v->gone))
		return true;
	t->sync.tells_gone = true;
	if (!contexts_tell_gone(s)) return false;
	return view_tell_gone(v, s->enabled & (ENABLED_QRESYNC | ENABLED_UIDONLY),
			      &s->output, OUTPUT_MARK);
}

/*
 * The client may not count on modification sequences it has seen while a lower one, of an
 * expunge, is held back; when that is told it may again (RFC 7162 3.2, 3.2.7, 6). In the
 * tagged response where that has room.
 */
static void tell_highest(struct task *t, struct view *v)
{
	bool is_settled = !interval_set_count(&v->gone);
	struct imap *s = t->session;
	bool is_free = !t->code.n && !t->lowest && !t->command->ops->finish;

	if (is_settled) v->settled = v->modseq;
	if (!(s->enabled & ENABLED_CONDSTORE)) return;
	if (is_settled && !t->sync.tells_gone) return;
	if (is_free)
		buf_addf(&t->code, "HIGHESTMODSEQ %ju", (uintmax_t)v->settled);
	else
		buf_addf(&s->output, "* OK [HIGHESTMODSEQ %ju] told so far\r\n",
			 (uintmax_t)v->settled);
}

enum told sync_tell(struct task *t)
{
	struct imap *s = t->session;
	struct sync *y = &t->sync;
	struct view *v = s->view;

	if (!v || y->is_abandoned) return TOLD_ALL;
	if (y->look.deleted) {
		s->farewell = S("the selected mailbox was deleted");
		return TOLD_ALL;
	}
	if (y->look.must_write) return go_on_writing(t);
	if (!y->is_begun) begin_telling(t, v);
	if (!tell_gone(t, v)) return TOLD_LATER;
	tell_arrived(t, v, &s->output);
	tell_rows(t, &s->output);
	y->from = y->look.next;
	y->has_reported = y->look.has_reported;
	if (y->look.next) return TOLD_MORE;
	if ((t->events & NOTIFY_MESSAGES) == NOTIFY_MESSAGES) v->modseq = y->until;
	tell_highest(t, v);
	return TOLD_ALL;
}
