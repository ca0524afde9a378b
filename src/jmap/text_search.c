#include "jmap/text_search.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"

enum {
	CONDITION_MAX = 4 * 1024 * 1024, /* octets: FILTER_NODES_MAX small nodes */
	FIRST_CAPACITY = 256,
};

/* Emails that the known parts of an AND leave. */
static void narrow(const struct filter_node *n, struct bits *candidates)
{
	if (n->kind != FILTER_AND) return;
	if (n->set.words) bits_and(candidates, &n->set);
	for (n = n->child; n; n = n->next)
		if (n->has_text) narrow(n, candidates);
}

void text_search_init(struct text_search *t, struct roster *roster,
		      struct filter_node *root, const struct bits *visible,
		      struct bits *found)
{
	*t = (struct text_search){ .roster = roster, .root = root, .found = found };
	bits_init(&t->candidates, roster->count);
	bits_or(&t->candidates, visible);
	narrow(root, &t->candidates);
	bits_init(&t->seen, roster->count);
	arena_init(&t->arena, CONDITION_MAX);
}

/* --- where the candidates are --- */

static void see_place(void *context, uint32_t email, const struct email_place *p)
{
	struct text_search *t = context;

	if (bits_has(&t->seen, email)) return;
	bits_set(&t->seen, email);
	if (t->place_count == t->place_capacity) {
		t->place_capacity =
			t->place_capacity ? 2 * t->place_capacity : FIRST_CAPACITY;
		t->places =
			reallocarray(t->places, t->place_capacity, sizeof(*t->places));
		assert(t->places); /* one of each email */
	}
	t->places[t->place_count++] = (struct text_place){ p->mailbox, p->uid, email };
}

static int compare_places(const void *a, const void *b)
{
	const struct text_place *x = a, *y = b;

	if (x->mailbox != y->mailbox) return x->mailbox < y->mailbox ? -1 : 1;
	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static enum err find_places(struct text_search *t, struct account *a, int64_t until_ms)
{
	enum err e;

	t->walk.roster = t->roster;
	t->walk.among = &t->candidates;
	t->walk.only_in = t->roster->only_in;
	t->walk.see = see_place;
	t->walk.context = t;
	e = place_walk_run(&t->walk, a, until_ms, &t->has_places);
	if (!e && t->has_places && t->place_count)
		qsort(t->places, t->place_count, sizeof(*t->places), compare_places);
	return e;
}

/* --- the condition of a mailbox --- */

static void end_mailbox(struct text_search *t)
{
	for (struct uid_set *s = t->sets; s; s = s->next)
		interval_set_done(&s->uids);
	t->sets = NULL;
	t->condition = NULL;
	interval_set_done(&t->among);
	interval_set_done(&t->matches);
	arena_reset(&t->arena);
}

void text_search_done(struct text_search *t)
{
	end_mailbox(t);
	arena_done(&t->arena);
	bits_done(&t->candidates);
	bits_done(&t->seen);
	free(t->places);
	*t = (struct text_search){ 0 };
}

static struct search_node *add_node(struct text_search *t, struct search_node *parent,
				    enum search_key key)
{
	struct search_node *n = arena_alloc(&t->arena, sizeof(*n));

	if (!n) return NULL;
	n->key = key;
	if (!parent) return n;
	n->next = parent->child;
	parent->child = n;
	return n;
}

static bool add_set(struct text_search *t, struct search_node *parent,
		    const struct bits *emails)
{
	struct search_node *n = add_node(t, parent, SEARCH_UIDS);
	struct uid_set *set = arena_alloc(&t->arena, sizeof(*set));

	if (!n || !set) return false;
	set->next = t->sets;
	t->sets = set;
	n->uids = &set->uids;
	for (uint32_t i = t->first; i < t->last; i++)
		if (bits_has(emails, t->places[i].email))
			interval_set_add(&set->uids, t->places[i].uid);
	return true;
}

/* Recurses as deep as filters go. */
static bool add_part(struct text_search *t, const struct filter_node *n,
		     struct search_node *parent)
{
	static const enum search_key keys[] = { [FILTER_AND] = SEARCH_AND,
						[FILTER_OR] = SEARCH_OR,
						[FILTER_NOT] = SEARCH_NOT };
	struct search_node *part;

	if (n->kind == FILTER_TEXT) {
		n->text->next = parent->child;
		parent->child = n->text;
		return true;
	}
	part = add_node(t, parent, keys[n->kind]);
	if (!part || (n->set.words && !add_set(t, part, &n->set))) return false;
	for (n = n->child; n; n = n->next)
		if (n->has_text && !add_part(t, n, part)) return false;
	return true;
}

static enum err begin_mailbox(struct text_search *t)
{
	int64_t mailbox = t->places[t->first].mailbox;

	t->last = t->first;
	for (; t->last < t->place_count && t->places[t->last].mailbox == mailbox;
	     t->last++)
		interval_set_add(&t->among, t->places[t->last].uid);
	t->condition = add_node(t, NULL, SEARCH_AND);
	t->next_uid = 1;
	return t->condition && add_part(t, t->root, t->condition) ? ERR_NONE : ERR_LIMIT;
}

/* --- searching --- */

static void take_matches(struct text_search *t)
{
	for (uint32_t i = t->first; i < t->last; i++)
		if (interval_set_contains(&t->matches, t->places[i].uid))
			bits_set(t->found, t->places[i].email);
}

static enum err search_mailbox(struct text_search *t, struct account *a)
{
	enum err e = t->condition ? ERR_NONE : begin_mailbox(t);

	if (!e)
		e = search_run(a, t->places[t->first].mailbox, t->condition, &t->among,
			       &t->next_uid, &t->matches, NULL);
	if (e || t->next_uid) return e;
	take_matches(t);
	end_mailbox(t);
	t->first = t->last;
	return ERR_NONE;
}

enum err text_search_run(struct text_search *t, struct account *a, int64_t until_ms,
			 bool *ret_done)
{
	enum err e = t->has_places ? ERR_NONE : find_places(t, a, until_ms);

	*ret_done = false;
	if (e || !t->has_places) return e;
	while (!e && t->first < t->place_count) {
		e = search_mailbox(t, a);
		if (clock_monotonic_ms() >= until_ms) break;
	}
	*ret_done = t->first == t->place_count;
	return e;
}
