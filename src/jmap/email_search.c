#include "jmap/email_search.h"

#include <stdlib.h>

#include "store/states.h"

/* --- reading it --- */

bool email_search_parse(json_t *arguments, int64_t account, struct email_search *s,
			struct query_fault *fault)
{
	json_t *collapse = json_object_get(arguments, "collapseThreads");

	*s = (struct email_search){ 0 };
	arena_init(&s->arena, FILTER_ARENA_MAX);
	if (collapse && !json_is_null(collapse) && !json_is_boolean(collapse))
		return query_refuse(fault, "invalidArguments",
				    "\"collapseThreads\" is no boolean");
	s->collapses = json_is_true(collapse);
	return email_filter_parse(json_object_get(arguments, "filter"), account,
				  &s->arena, &s->filter, fault) &&
	       email_sort_parse(json_object_get(arguments, "sort"), &s->filter, &s->arena,
				&s->sort, fault);
}

static void forget(struct email_search *s)
{
	email_order_done(&s->order);
	text_search_done(&s->texts);
	email_sets_done(&s->sets);
	roster_done(&s->roster);
	bits_done(&s->found);
}

void email_search_done(struct email_search *s)
{
	forget(s);
	free(s->ids);
	arena_done(&s->arena);
	*s = (struct email_search){ 0 };
}

/* --- what it depends on --- */

static bool has_kind(const struct filter_node *n, enum filter_kind first,
		     enum filter_kind last)
{
	if (n->kind >= first && n->kind <= last) return true;
	for (n = n->child; n; n = n->next)
		if (has_kind(n, first, last)) return true;
	return false;
}

bool email_search_is_about_threads(const struct email_search *s)
{
	return s->collapses ||
	       has_kind(s->filter.root, FILTER_ALL_IN_THREAD, FILTER_SOME_IN_THREAD) ||
	       sort_has(&s->sort, SORT_ALL_IN_THREAD) ||
	       sort_has(&s->sort, SORT_SOME_IN_THREAD);
}

bool email_search_is_mutable(const struct email_search *s)
{
	return s->filter.keywords.count || email_search_is_about_threads(s) ||
	       has_kind(s->filter.root, FILTER_IN_MAILBOX, FILTER_NOT_ONLY_IN);
}

/* --- doing it --- */

static enum err begin(struct email_search *s, struct account *a, int64_t)
{
	s->is_done = true;
	email_sets_init(&s->sets, &s->filter, &s->sort, &s->roster);
	email_order_plan(&s->sort, &s->roster);
	s->roster.wants_threads |= s->collapses;
	return state_now(a, STATE_EMAIL, &s->state);
}

static enum err read_roster(struct email_search *s, struct account *a, int64_t until_ms)
{
	return roster_run(&s->roster, a, until_ms, &s->is_done);
}

static enum err make_sets(struct email_search *s, struct account *a, int64_t until_ms)
{
	enum err e = email_sets_run(&s->sets, a, until_ms, &s->is_done);

	if (e || !s->is_done) return e;
	bits_init(&s->found, s->roster.count);
	if (s->filter.root->has_text) {
		text_search_init(&s->texts, &s->roster, s->filter.root, &s->sets.visible,
				 &s->found);
		return ERR_NONE;
	}
	bits_or(&s->found, &s->filter.root->set);
	bits_and(&s->found, &s->sets.visible);
	return ERR_NONE;
}

static enum err search_texts(struct email_search *s, struct account *a, int64_t until_ms)
{
	enum err e = ERR_NONE;

	s->is_done = true;
	s->refusal = "unsupportedFilter";
	if (s->filter.root->has_text)
		e = text_search_run(&s->texts, a, until_ms, &s->is_done);
	if (s->is_done)
		email_order_init(&s->order, &s->sort, s->sets.sorts, &s->roster,
				 &s->found);
	return e;
}

static enum err put_in_order(struct email_search *s, struct account *a, int64_t until_ms)
{
	enum err e = email_order_run(&s->order, a, until_ms, &s->is_done);

	s->refusal = "unsupportedSort";
	if (e || !s->is_done) return e;
	s->ids = email_order_ids(&s->order, s->collapses, &s->count);
	forget(s);
	return ERR_NONE;
}

enum err email_search_run(struct email_search *s, struct account *a, int64_t until_ms,
			  bool *ret_done)
{
	static enum err (*const steps[])(struct email_search *, struct account *,
					 int64_t) = { begin, read_roster, make_sets,
						      search_texts, put_in_order };
	enum err e;

	do {
		e = steps[s->step](s, a, until_ms);
		if (!e && s->is_done) s->step++;
	} while (!e && s->is_done && s->step < (int)countof(steps));
	*ret_done = s->step == (int)countof(steps);
	return e;
}
