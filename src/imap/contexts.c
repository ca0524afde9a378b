#include "imap/contexts.h"

#include <assert.h>
#include <stdlib.h>

#include "imap/seqset.h"
#include "imap/session.h"
#include "store/changes.h"

static void context_free(struct search_context *x)
{
	search_keys_done(&x->keys);
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
	interval_set_done(&c->changed);
	interval_set_done(&c->matches);
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
		c->at = NULL;
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
					    .account = s->account };
	slice program;

	x->by_uid = terms->by_uid;
	interval_set_copy(&x->found, terms->found);
	return arena_copy(&x->arena, terms->tag, &x->tag) &&
	       arena_copy(&x->arena, terms->attributes, &x->attributes) &&
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
	c->at = NULL;
	return true;
}

/* --- telling --- */

static void write_update(const struct search_context *x, const struct view *v,
			 const char *name, const struct interval_set *uids,
			 struct buf *out)
{
	struct interval_set numbers = { 0 };

	if (!interval_set_count(uids)) return;
	if (!x->by_uid) view_numbers(v, uids, &numbers);
	buf_addf(out, "* ESEARCH (TAG \"%.*s\")%s %s (0 ", FMT(x->tag),
		 x->by_uid ? " UID" : "", name);
	uid_set_write(out, x->by_uid ? uids : &numbers);
	buf_add(out, S(")\r\n"));
	interval_set_done(&numbers);
}

void contexts_tell_gone(struct imap *s)
{
	struct contexts *c = s->view->contexts;

	for (struct search_context *x = c ? c->first : NULL; x; x = x->next) {
		struct interval_set gone = { 0 };

		interval_set_copy(&gone, &s->view->gone);
		interval_set_intersect(&gone, &x->found);
		interval_set_subtract(&x->found, &gone);
		interval_set_subtract(&x->fresh, &s->view->gone);
		write_update(x, s->view, "REMOVEFROM", &gone, &s->output);
		interval_set_done(&gone);
	}
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

/* --- looking --- */

static bool add_uid(void *context, const struct message *m)
{
	interval_set_add(context, m->uid);
	return true;
}

static enum err begin_look(struct task *t, struct account *a, struct contexts *c)
{
	const struct view *v = t->view;
	enum err e;

	interval_set_done(&c->changed);
	interval_set_done(&c->matches);
	e = changes_each(a, v->mailbox, c->modseq, 1, v->uid_next - 1, add_uid,
			 &c->changed);
	if (e) return e;
	interval_set_intersect(&c->changed, &v->uids);
	c->until = v->modseq;
	c->next = 0;
	c->at = c->first;
	return ERR_NONE;
}

static void note_fresh(const struct contexts *c, struct search_context *x,
		       const struct interval_set *added)
{
	if (!x->attributes.n) return;
	interval_set_copy(&x->fresh, added);
	if (c->uid_next > 1) interval_set_remove_range(&x->fresh, 1, c->uid_next - 1);
}

static void tell_changes(struct task *t, struct contexts *c, struct search_context *x)
{
	struct interval_set added = { 0 }, removed = { 0 };

	interval_set_copy(&added, &c->matches);
	interval_set_subtract(&added, &x->found);
	interval_set_copy(&removed, &c->changed);
	interval_set_intersect(&removed, &x->found);
	interval_set_subtract(&removed, &c->matches);
	write_update(x, t->view, "REMOVEFROM", &removed, &t->out);
	write_update(x, t->view, "ADDTO", &added, &t->out);
	interval_set_subtract(&x->found, &removed);
	interval_set_union(&x->found, &added);
	note_fresh(c, x, &added);
	interval_set_done(&added);
	interval_set_done(&removed);
}

static enum err search_again(struct task *t, struct account *a, struct contexts *c)
{
	struct search_context *x = c->at;
	enum err e = x->is_resolved ? ERR_NONE : search_keys_resolve(&x->keys, a);

	if (e) return e;
	x->is_resolved = true;
	e = search_run(a, t->view->mailbox, x->keys.condition, &c->changed, &c->next,
		       &c->matches, NULL);
	if (e || c->next) return e;
	tell_changes(t, c, x);
	interval_set_done(&c->matches);
	c->at = x->next;
	return ERR_NONE;
}

/* Its runs are JOB_READS, which are never made twice: they keep their place here. */
enum err contexts_look(struct task *t, struct account *a)
{
	struct contexts *c = t->view->contexts;
	enum err e = c->at ? ERR_NONE : begin_look(t, a, c);

	if (!e) e = search_again(t, a, c);
	if (e) c->at = NULL;
	if (e || c->at) return e;
	c->modseq = c->until;
	c->uid_next = t->view->uid_next;
	return ERR_NONE;
}
