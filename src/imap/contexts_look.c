#include "base/clock.h"
#include "base/engine.h"
#include "imap/contexts.h"
#include "store/changes.h"

static bool add_uid(void *context, const struct message *m)
{
	interval_set_add(context, m->uid);
	return true;
}

static enum err begin_look(struct task *t, struct account *a, struct contexts *c)
{
	const struct view *v = t->view;
	enum err e;

	contexts_stop_look(c);
	e = changes_each(a, v->mailbox, c->modseq, 1, v->uid_next - 1, add_uid,
			 &c->look.changed);
	if (e) return e;
	interval_set_intersect(&c->look.changed, &v->uids);
	c->look.until = v->modseq;
	c->look.at = c->first;
	return ERR_NONE;
}

static void begin_context(struct contexts_look *l, struct search_context *x)
{
	interval_set_done(&l->matches);
	search_facts_done(&l->facts);
	l->facts = (struct search_facts){ 0 };
	l->at = x;
	l->has_searched = false;
	l->next = 0;
}

/* What has gone leaves the results at once, though its number stays in use. */
static void compare(const struct task *t, struct contexts_look *l)
{
	const struct search_context *x = l->at;

	interval_set_copy(&l->added, &l->matches);
	interval_set_subtract(&l->added, &x->found);
	interval_set_subtract(&l->added, &t->view->gone);
	interval_set_copy(&l->removed, &l->changed);
	interval_set_subtract(&l->removed, &l->matches);
	interval_set_union(&l->removed, &t->view->gone);
	interval_set_intersect(&l->removed, &x->found);
}

static enum err search_again(struct task *t, struct account *a, struct contexts_look *l)
{
	struct search_context *x = l->at;
	enum err e = x->is_resolved ? ERR_NONE : search_keys_resolve(&x->keys, a);

	if (e) return e;
	x->is_resolved = true;
	l->facts.wants_scores = x->sorted.order.has_relevancy;
	e = search_run(a, t->view->mailbox, x->keys.condition, &l->changed, &l->next,
		       &l->matches, &l->facts);
	if (e || l->next) return e;
	compare(t, l);
	l->has_searched = true;
	return ERR_NONE;
}

static void tell_removed(struct task *t, struct contexts_look *l)
{
	struct interval_set told = { 0 };

	context_tell_removed(l->at, t->view, &l->removed, &told, &t->out);
	interval_set_done(&told);
}

/* Some at a time, so that what they are sorted by needs little room; fewer where that
 * has been too much. */
static void begin_part(struct contexts_look *l, uint32_t count)
{
	uint32_t last;

	interval_set_union(&l->added, &l->part);
	last = interval_set_select(&l->added, count);
	interval_set_copy(&l->part, &l->added);
	if (last) interval_set_remove_range(&l->part, last + 1, UINT32_MAX);
	interval_set_subtract(&l->added, &l->part);
	ordering_done(&l->order);
	ordering_again(&l->at->sorted.order, &l->order);
	l->is_ordered = false;
}

static enum err sort_part(struct task *t, struct account *a, struct contexts_look *l)
{
	const struct unsorted what = { &l->part, &l->matches, &l->facts };
	enum err e = ordering_run(a, t->view->mailbox, &what, &l->order, &l->is_ordered);

	l->arrivals = (struct sorted_arrivals){ .sorter = &l->order.sorter };
	if (e == ERR_LIMIT && interval_set_count(&l->part) > 1) {
		begin_part(l, interval_set_count(&l->part) / 2);
		return ERR_NONE;
	}
	return e;
}

/* Attributes are told of arrivals only (RFC 5465 7). */
static void note_fresh(const struct contexts *c, struct search_context *x,
		       const struct interval_set *told)
{
	struct interval_set fresh = { 0 };

	if (!x->attributes.n) return;
	interval_set_copy(&fresh, told);
	if (c->uid_next > 1) interval_set_remove_range(&fresh, 1, c->uid_next - 1);
	interval_set_union(&x->fresh, &fresh);
	interval_set_done(&fresh);
}

static void write_added(struct task *t, struct contexts *c, slice pairs,
			struct interval_set *told)
{
	struct search_context *x = c->look.at;

	context_begin_update(x, "ADDTO", &t->out);
	buf_add(&t->out, pairs);
	buf_add(&t->out, S(")\r\n"));
	interval_set_union(&x->found, told);
	note_fresh(c, x, told);
	interval_set_done(told);
}

static void tell_added(struct task *t, struct contexts *c)
{
	struct interval_set told = { 0 };
	struct buf payload;

	buf_init(&payload, OUTPUT_MAX);
	context_write_part(c->look.at, t->view, &c->look.added, &told, &payload);
	write_added(t, c, buf_slice(&payload), &told);
	buf_done(&payload);
}

/* What has left the store meanwhile was not sorted, and is found gone by and by. */
static enum err tell_part(struct task *t, struct account *a, struct contexts *c,
			  int64_t until_ms)
{
	struct contexts_look *l = &c->look;
	const struct sorted_names names = { l->at->by_uid, t->view };
	struct interval_set told = { 0 };
	struct buf pairs;
	enum err e = ERR_NONE;

	buf_init(&pairs, OUTPUT_MAX);
	l->arrivals.until_ms = until_ms;
	if (l->order.sorter.count)
		e = sorted_results_insert(&l->at->sorted, a, &names, &l->arrivals, &told,
					  &pairs);
	if (pairs.n) write_added(t, c, buf_slice(&pairs), &told);
	if (!e && l->arrivals.next == l->order.sorter.count) interval_set_done(&l->part);
	buf_done(&pairs);
	return e;
}

static enum err go_on_adding(struct task *t, struct account *a, struct contexts *c,
			     int64_t until_ms)
{
	struct contexts_look *l = &c->look;

	if (!l->at->is_sorted)
		tell_added(t, c);
	else if (!interval_set_count(&l->part))
		begin_part(l, SORTED_PART);
	else if (!l->is_ordered)
		return sort_part(t, a, l);
	else
		return tell_part(t, a, c, until_ms);
	return ERR_NONE;
}

/* One step of the context at hand; without one left to do the next context is. */
static enum err step(struct task *t, struct account *a, struct contexts *c,
		     int64_t until_ms)
{
	struct contexts_look *l = &c->look;

	if (!l->has_searched) return search_again(t, a, l);
	if (interval_set_count(&l->removed))
		tell_removed(t, l);
	else if (interval_set_count(&l->added) || interval_set_count(&l->part))
		return go_on_adding(t, a, c, until_ms);
	else
		begin_context(l, l->at->next);
	return ERR_NONE;
}

static void end_look(struct task *t, struct contexts *c)
{
	c->modseq = c->look.until;
	c->uid_next = t->view->uid_next;
	contexts_stop_look(c);
}

/* Its runs are JOB_READS, which are never made twice: they keep their place here. Of a
 * run that fails nothing is sent: when something was told before, it ends well, and the
 * look begins anew. */
enum err contexts_look(struct task *t, struct account *a)
{
	struct contexts *c = t->view->contexts;
	int64_t until_ms = clock_monotonic_ms() + JOB_SLICE_MS;
	enum err e = c->look.at ? ERR_NONE : begin_look(t, a, c);

	if (e) return e;
	do
		e = step(t, a, c, until_ms);
	while (!e && c->look.at && t->out.n < JOB_SLICE_OCTETS &&
	       clock_monotonic_ms() < until_ms);
	if (e)
		contexts_stop_look(c);
	else if (!c->look.at)
		end_look(t, c);
	return t->out.n ? ERR_NONE : e;
}
