#include "imap/contexts.h"

#include <assert.h>
#include <stdlib.h>

#include "imap/seqset.h"
#include "imap/session.h"

static void context_free(struct search_context *x)
{
	search_keys_done(&x->keys);
	sorted_results_done(&x->sorted);
	interval_set_done(&x->found);
	interval_set_done(&x->fresh);
	arena_done(&x->arena);
	free(x);
}

void contexts_free(struct contexts *c)
{
	struct search_context *x = c ? c->first : NULL, *next;

	for (; x; x = next) {
		next = x->next;
		context_free(x);
	}
	if (!c) return;
	contexts_stop_look(c);
	free(c);
}

bool contexts_have(const struct contexts *c, slice tag)
{
	for (const struct search_context *x = c ? c->first : NULL; x; x = x->next)
		if (slice_eq(x->tag, tag)) return true;
	return false;
}

void contexts_cancel(struct contexts *c, slice tag)
{
	struct search_context **link = c ? &c->first : NULL;

	while (link && *link) {
		struct search_context *x = *link;

		if (!slice_eq(x->tag, tag)) {
			link = &x->next;
			continue;
		}
		*link = x->next;
		c->count--;
		contexts_stop_look(c);
		context_free(x);
	}
}

static struct contexts *contexts_of(struct view *v)
{
	if (v->contexts) return v->contexts;
	v->contexts = calloc(1, sizeof(*v->contexts));
	assert(v->contexts);
	v->contexts->modseq = v->modseq;
	v->contexts->uid_next = v->uid_next;
	return v->contexts;
}

/* The terms are read once more, for what they mean must outlive the command. */
static bool fill(struct search_context *x, struct imap *s,
		 const struct context_terms *terms)
{
	const struct search_scope scope = { .view = s->view,
					    .now = s->ops->now(s->host),
					    .charset = terms->charset,
					    .account = s->view->account,
					    .is_lenient = terms->is_lenient };
	slice program;

	x->by_uid = terms->by_uid;
	interval_set_copy(&x->found, terms->found);
	x->is_sorted = terms->order;
	if (x->is_sorted) sorted_results_init(&x->sorted, terms->order);
	return arena_copy(&x->arena, terms->tag, &x->tag) &&
	       arena_copy(&x->arena, terms->attributes, &x->attributes) &&
	       arena_copy(&x->arena, terms->correlators, &x->correlators) &&
	       arena_copy(&x->arena, terms->program, &program) &&
	       take_search_keys(&program, &scope, &x->arena, &x->keys);
}

bool contexts_add(struct imap *s, const struct context_terms *terms)
{
	struct contexts *c = contexts_of(s->view);
	struct search_context *x;

	if (c->count == CONTEXTS_MAX) return false;
	x = calloc(1, sizeof(*x));
	assert(x);
	arena_init(&x->arena, CONTEXT_ARENA_MAX);
	if (!fill(x, s, terms)) {
		context_free(x);
		return false;
	}
	x->next = c->first;
	c->first = x;
	c->count++;
	contexts_stop_look(c);
	return true;
}

void contexts_stop_look(struct contexts *c)
{
	struct contexts_look *l = &c->look;

	interval_set_done(&l->changed);
	interval_set_done(&l->matches);
	search_facts_done(&l->facts);
	interval_set_done(&l->removed);
	interval_set_done(&l->added);
	interval_set_done(&l->part);
	ordering_done(&l->order);
	*l = (struct contexts_look){ 0 };
}

/* --- telling --- */

void context_begin_update(const struct search_context *x, const char *name,
			  struct buf *out)
{
	buf_addf(out, "* ESEARCH (TAG \"%.*s\"%.*s)%s %s (", FMT(x->tag),
		 FMT(x->correlators), x->by_uid ? " UID" : "", name);
}

/* Moves the first ranges. */
static void move_part(struct interval_set *from, struct interval_set *to)
{
	uint64_t cursor = 0;
	struct interval i;

	for (uint32_t n = 0; n < CONTEXT_PART && interval_set_next(from, &cursor, &i);
	     n++)
		interval_set_add_range(to, i.first, i.last);
	interval_set_subtract(from, to);
}

void context_write_part(const struct search_context *x, const struct view *v,
			struct interval_set *which, struct interval_set *told,
			struct buf *out)
{
	struct interval_set numbers = { 0 };

	move_part(which, told);
	if (!x->by_uid) view_numbers(v, told, &numbers);
	buf_add(out, S("0 "));
	uid_set_write(out, x->by_uid ? told : &numbers);
	interval_set_done(&numbers);
}

void context_tell_removed(struct search_context *x, const struct view *v,
			  struct interval_set *which, struct interval_set *told,
			  struct buf *out)
{
	const struct sorted_names names = { x->by_uid, v };

	context_begin_update(x, "REMOVEFROM", out);
	if (x->is_sorted)
		sorted_results_remove(&x->sorted, &names, which, told, out);
	else
		context_write_part(x, v, which, told, out);
	buf_add(out, S(")\r\n"));
	interval_set_subtract(&x->found, told);
	interval_set_subtract(&x->fresh, told);
}

static bool tell_gone(struct search_context *x, struct imap *s)
{
	struct interval_set gone = { 0 };

	interval_set_copy(&gone, &s->view->gone);
	interval_set_subtract(&x->fresh, &gone);
	interval_set_intersect(&gone, &x->found);
	while (interval_set_count(&gone) && s->output.n <= OUTPUT_MARK) {
		struct interval_set told = { 0 };

		context_tell_removed(x, s->view, &gone, &told, &s->output);
		interval_set_done(&told);
	}
	if (!interval_set_count(&gone)) return true;
	interval_set_done(&gone);
	return false;
}

bool contexts_tell_gone(struct imap *s)
{
	struct contexts *c = s->view->contexts;

	if (c) contexts_stop_look(c);
	for (struct search_context *x = c ? c->first : NULL; x; x = x->next)
		if (!tell_gone(x, s)) return false;
	return true;
}

bool contexts_are_due(const struct imap *s)
{
	const struct contexts *c = s->view ? s->view->contexts : NULL;

	return c && c->first && c->modseq != s->view->modseq;
}

struct search_context *contexts_find_fresh(struct contexts *c)
{
	struct search_context *x = c ? c->first : NULL;

	while (x && !interval_set_count(&x->fresh))
		x = x->next;
	return x;
}
