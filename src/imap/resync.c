#include "imap/resync.h"

#include "imap/fetch_plain.h"
#include "imap/lexer.h"
#include "imap/session.h"
#include "store/changes.h"

/* --- parsing --- */

/* A set without "*" and "$". */
static bool take_known_set(slice *in, struct interval_set *ret)
{
	struct seqset s;
	bool ok;

	if (!take_seqset(in, &s)) return false;
	ok = !s.is_saved && !s.open_from;
	if (ok) interval_set_copy(ret, &s.ranges);
	seqset_done(&s);
	return ok;
}

/* seq-match-data: both sets have as many members. */
static bool take_match_data(slice *in, struct resync *r)
{
	return take_known_set(in, &r->match_numbers) && take_space(in) &&
	       take_known_set(in, &r->match_uids) && take_char(in, ')') &&
	       interval_set_count(&r->match_numbers) ==
		       interval_set_count(&r->match_uids);
}

bool take_resync(slice *in, struct resync *ret)
{
	struct resync *r = ret;

	*r = (struct resync){ 0 };
	if (!take_char(in, '(') || !take_u32(in, &r->uid_validity) || !r->uid_validity ||
	    !take_space(in) || !take_modseq(in, &r->modseq) || !r->modseq)
		return false;
	r->has_known = in->n > 1 && slice_starts(*in, S(" ")) && is_digit(in->p[1]);
	if (r->has_known && (!take_space(in) || !take_known_set(in, &r->known)))
		return false;
	if (take_literal(in, S(" (")) && !take_match_data(in, r)) return false;
	return take_char(in, ')');
}

void resync_done(struct resync *r)
{
	interval_set_done(&r->known);
	interval_set_done(&r->match_numbers);
	interval_set_done(&r->match_uids);
	interval_set_done(&r->earlier);
}

/* --- what has vanished --- */

enum err find_vanished(struct account *a, const struct view *v, uint64_t since,
		       const struct interval_set *asked, struct interval_set *ret)
{
	enum err e = changes_vanished(a, v->mailbox, since, ret);

	if (e && e != ERR_NOT_FOUND) return e;
	if (e) interval_set_add_range(ret, 1, v->uid_next - 1);
	if (asked) interval_set_intersect(ret, asked);
	interval_set_subtract(ret, &v->uids);
	return ERR_NONE;
}

static bool matches(const struct resync *r, const struct view *v, uint32_t rank)
{
	uint32_t number = interval_set_select(&r->match_numbers, rank);

	return interval_set_select(&v->uids, number) ==
	       interval_set_select(&r->match_uids, rank);
}

/* Up to this UID the client knows of everything that has vanished (RFC 7162 3.2.5.2).
 * Where one pair does not match, something has vanished below, so none above does. */
static uint32_t find_match(const struct resync *r, const struct view *v)
{
	uint32_t low = 0, high = interval_set_count(&r->match_numbers);

	while (low < high) {
		uint32_t middle = low + (high - low + 1) / 2;

		if (matches(r, v, middle))
			low = middle;
		else
			high = middle - 1;
	}
	return interval_set_select(&r->match_uids, low);
}

enum err resync_begin(struct account *a, const struct view *v, struct resync *r)
{
	uint32_t match;
	enum err e;

	interval_set_done(&r->earlier);
	e = find_vanished(a, v, r->modseq, r->has_known ? &r->known : NULL, &r->earlier);
	match = find_match(r, v);
	if (match) interval_set_remove_range(&r->earlier, 1, match);
	return e;
}

/* --- telling --- */

struct changed {
	struct task *task;
	const struct view *view;
	struct resync *resync;
	struct keyword_names names;
	struct fetch_items items;
};

static bool tell_changed(void *context, const struct message *m)
{
	struct changed *c = context;
	const struct fetch_row row = {
		.message = m,
		.flags = m->flags,
		.is_recent = interval_set_contains(&c->view->recent, m->uid),
		.names = &c->names,
	};
	uint32_t number = view_number(c->view, m->uid);

	if (!number ||
	    (c->resync->has_known && !interval_set_contains(&c->resync->known, m->uid)))
		return true;
	if (c->task->out.n >= JOB_SLICE_OCTETS) {
		c->resync->reached.changed = m->uid;
		c->task->more = true;
		return false;
	}
	if (c->task->enabled & ENABLED_UIDONLY) number = 0;
	fetch_row_write(number, &c->items, &row, &c->task->out);
	return true;
}

static enum err tell_all_changed(struct task *t, struct account *a, const struct view *v,
				 struct resync *r)
{
	struct changed c = {
		.task = t,
		.view = v,
		.resync = r,
		.items = fetch_change_items(true, true, true),
	};
	uint32_t from = r->reached.changed, low = interval_set_min(&r->known);
	uint32_t last = r->has_known ? interval_set_max(&r->known) : UINT32_MAX;
	enum err e = keyword_names_load(a, &t->scratch, &c.names);

	if (from < low) from = low;
	if (e || from > last) return e;
	return changes_each(a, v->mailbox, r->modseq, from, last, tell_changed, &c);
}

enum err resync_tell(struct task *t, struct account *a, const struct view *v,
		     struct resync *r)
{
	r->reached = r->from;
	if (!r->reached.changed) {
		t->more = !vanished_write(&r->earlier, true, &r->reached.vanished,
					  &t->out, JOB_SLICE_OCTETS);
		if (t->more) return ERR_NONE;
		r->reached.changed = 1;
	}
	return tell_all_changed(t, a, v, r);
}
