#include "jmap/email_sets.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"

/* --- what is needed --- */

static bool is_leaf(const struct filter_node *n)
{
	return n->kind > FILTER_NOT && n->kind < FILTER_TEXT;
}

static bool is_about_threads(const struct filter_node *n)
{
	return n->kind == FILTER_ALL_IN_THREAD || n->kind == FILTER_SOME_IN_THREAD;
}

static void collect(struct email_sets *s, struct filter_node *n)
{
	for (struct filter_node *child = n->child; child; child = child->next)
		collect(s, child);
	if (!is_leaf(n)) return;
	s->leaves[s->leaf_count++] = n; /* FILTER_SETS_MAX at most */
	s->roster->wants_threads |= is_about_threads(n);
	s->roster->wants_facts |=
		n->kind == FILTER_SMALLER || n->kind == FILTER_HAS_ATTACHMENT;
}

/* A mailbox that all emails found are in, or 0. */
static int64_t only_mailbox(const struct filter_node *n)
{
	int64_t mailbox = n->kind == FILTER_IN_MAILBOX ? n->number : 0;

	if (n->kind != FILTER_AND) return mailbox;
	for (n = n->child; n && !mailbox; n = n->next)
		mailbox = only_mailbox(n);
	return mailbox;
}

static bool value_of(const struct filter_node *leaf, const struct email_facts *f)
{
	switch (leaf->kind) {
	case FILTER_BEFORE:
		return f->received < leaf->number;
	case FILTER_SMALLER:
		return f->size < (uint64_t)leaf->number;
	default:
		return f->has_attachment;
	}
}

static bool is_told_by_facts(const struct filter_node *n)
{
	return n->kind == FILTER_BEFORE || n->kind == FILTER_SMALLER ||
	       n->kind == FILTER_HAS_ATTACHMENT;
}

static void see_facts(void *context, const struct email_facts *f)
{
	struct email_sets *s = context;

	for (uint32_t i = 0; i < s->leaf_count; i++)
		if (is_told_by_facts(s->leaves[i]))
			bits_append(&s->leaves[i]->set, value_of(s->leaves[i], f));
}

void email_sets_init(struct email_sets *s, struct email_filter *filter,
		     const struct email_sort *sort, struct roster *roster)
{
	*s = (struct email_sets){ .filter = filter, .sort = sort, .roster = roster };
	s->leaves = calloc(FILTER_SETS_MAX, sizeof(struct filter_node *));
	s->keywords = calloc((size_t)filter->keywords.count + 1, sizeof(*s->keywords));
	assert(s->leaves && s->keywords);
	collect(s, filter->root);
	roster->wants_threads |=
		sort_has(sort, SORT_ALL_IN_THREAD) || sort_has(sort, SORT_SOME_IN_THREAD);
	roster->see = see_facts;
	roster->context = s;
	/* The other emails of a thread may be anywhere. */
	if (!roster->wants_threads) roster->only_in = only_mailbox(filter->root);
}

static void clear_sets(struct filter_node *n)
{
	for (struct filter_node *child = n->child; child; child = child->next)
		clear_sets(child);
	bits_done(&n->set);
}

void email_sets_done(struct email_sets *s)
{
	if (!s->filter) return;
	clear_sets(s->filter->root);
	for (uint32_t i = 0; i < s->filter->keywords.count; i++)
		bits_done(&s->keywords[i].emails);
	for (uint32_t i = 0; i < SORT_CRITERIA_MAX; i++)
		bits_done(&s->sorts[i]);
	bits_done(&s->visible);
	free(s->keywords);
	free(s->leaves);
	*s = (struct email_sets){ 0 };
}

/* --- places and keywords --- */

static bool holds_in(const struct filter_node *leaf, int64_t mailbox)
{
	if (leaf->kind == FILTER_IN_MAILBOX) return leaf->number == mailbox;
	return leaf->kind == FILTER_NOT_ONLY_IN && !filter_names_mailbox(leaf, mailbox);
}

static void see_place(void *context, uint32_t email, const struct email_place *p)
{
	struct email_sets *s = context;

	bits_set(&s->visible, email);
	for (uint32_t i = 0; i < s->leaf_count; i++)
		if (holds_in(s->leaves[i], p->mailbox))
			bits_set(&s->leaves[i]->set, email);
	for (uint32_t i = 0; i < s->filter->keywords.count; i++)
		if (p->flags & s->keywords[i].flags)
			bits_set(&s->keywords[i].emails, email);
}

/* What IMAP writes with a backslash (RFC 8621 4.1.1). */
static uint64_t system_flag(slice keyword)
{
	static const struct {
		slice keyword;
		uint64_t flag;
	} flags[] = {
		{ SLICE_INIT("$seen"), FLAG_SEEN },
		{ SLICE_INIT("$answered"), FLAG_ANSWERED },
		{ SLICE_INIT("$flagged"), FLAG_FLAGGED },
		{ SLICE_INIT("$draft"), FLAG_DRAFT },
	};

	for (size_t i = 0; i < countof(flags); i++)
		if (slice_eq(flags[i].keyword, keyword)) return flags[i].flag;
	return 0;
}

/* A keyword that nobody has is none of any email. */
static enum err begin_keyword(struct email_sets *s, struct account *a, uint32_t i)
{
	slice name = s->filter->keywords.names[i];
	struct keyword_set *k = &s->keywords[i];
	enum err e;

	bits_init(&k->emails, s->roster->count);
	k->flags = system_flag(name);
	if (k->flags) return ERR_NONE;
	e = keyword_bit(a, name, false, &k->flags);
	return e == ERR_NOT_FOUND || e == ERR_MALFORMED ? ERR_NONE : e;
}

static void begin_leaf(struct email_sets *s, struct filter_node *leaf)
{
	int64_t only_in = s->roster->only_in;

	if (is_told_by_facts(leaf)) {
		if (!leaf->set.words) bits_init(&leaf->set, 0); /* of no emails */
		return;
	}
	bits_init(&leaf->set, s->roster->count);
	if (leaf->kind == FILTER_IN_MAILBOX && only_in && leaf->number == only_in)
		bits_fill(&leaf->set);
	else if (leaf->kind == FILTER_IN_MAILBOX || leaf->kind == FILTER_NOT_ONLY_IN)
		s->wants_places = true;
}

static enum err begin(struct email_sets *s, struct account *a, int64_t)
{
	enum err e = ERR_NONE;

	bits_init(&s->visible, s->roster->count);
	s->wants_places = s->filter->keywords.count ||
			  (s->roster->has_deleted && !s->roster->only_in);
	for (uint32_t i = 0; i < s->leaf_count; i++)
		begin_leaf(s, s->leaves[i]);
	for (uint32_t i = 0; !e && i < s->filter->keywords.count; i++)
		e = begin_keyword(s, a, i);
	if (!s->wants_places) bits_fill(&s->visible);
	s->walk = (struct place_walk){ .roster = s->roster,
				       .see = see_place,
				       .context = s };
	s->is_done = true;
	return e;
}

static enum err read_places(struct email_sets *s, struct account *a, int64_t until_ms)
{
	s->is_done = !s->wants_places;
	return s->is_done ? ERR_NONE : place_walk_run(&s->walk, a, until_ms, &s->is_done);
}

/* --- threads --- */

/* The emails in whose threads one has the keyword, or all that can be seen. */
static void find_threads(const struct email_sets *s, int64_t keyword, bool all,
			 struct bits *ret)
{
	const struct roster *r = s->roster;
	const struct bits *have = &s->keywords[keyword].emails;
	struct bits threads;

	bits_init(&threads, r->numbers.count);
	for (uint32_t i = 0; i < r->count; i++)
		if (bits_has(&s->visible, i) && bits_has(have, i) != all)
			bits_set(&threads, r->threads[i]);
	bits_init(ret, r->count);
	for (uint32_t i = 0; i < r->count; i++)
		if (bits_has(&threads, r->threads[i]) != all) bits_set(ret, i);
	bits_done(&threads);
}

static void make_leaf(struct email_sets *s, struct filter_node *leaf)
{
	if (leaf->kind == FILTER_HAS_KEYWORD)
		bits_or(&leaf->set, &s->keywords[leaf->number].emails);
	if (!is_about_threads(leaf)) return;
	bits_done(&leaf->set);
	find_threads(s, leaf->number, leaf->kind == FILTER_ALL_IN_THREAD, &leaf->set);
}

static void make_sort(struct email_sets *s, const struct sort_criterion *c,
		      struct bits *ret)
{
	if (c->by == SORT_HAS_KEYWORD) {
		bits_init(ret, s->roster->count);
		bits_or(ret, &s->keywords[c->keyword].emails);
	} else if (sort_is_by_keyword(c)) {
		find_threads(s, c->keyword, c->by == SORT_ALL_IN_THREAD, ret);
	}
}

static enum err make_keyword_sets(struct email_sets *s, struct account *,
				  int64_t until_ms)
{
	uint32_t count = s->leaf_count + s->sort->count;

	while (s->next < count) {
		uint32_t i = s->next++;

		if (i < s->leaf_count)
			make_leaf(s, s->leaves[i]);
		else
			make_sort(s, &s->sort->criteria[i - s->leaf_count],
				  &s->sorts[i - s->leaf_count]);
		if (clock_monotonic_ms() >= until_ms) break;
	}
	s->is_done = s->next == count;
	return ERR_NONE;
}

/* --- what is combined --- */

static void combine(struct filter_node *n, uint32_t count);

/* Of AND and OR: what their children without text come to. */
static void combine_children(struct filter_node *n, uint32_t count)
{
	for (struct filter_node *child = n->child; child; child = child->next) {
		combine(child, count);
		if (child->has_text) continue;
		if (!n->set.words) {
			n->set = child->set;
			child->set = (struct bits){ 0 };
		} else if (n->kind == FILTER_AND) {
			bits_and(&n->set, &child->set);
		} else {
			bits_or(&n->set, &child->set);
		}
		bits_done(&child->set);
	}
}

/* Recurses as deep as filters go. Of what has text, a NOT or a text has no set, and of
 * the others there may be none. */
static void combine(struct filter_node *n, uint32_t count)
{
	if (is_leaf(n) || n->kind == FILTER_TEXT) return;
	combine_children(n, count);
	if (n->has_text) return;
	if (!n->set.words) {
		bits_init(&n->set, count);
		if (n->kind == FILTER_AND) bits_fill(&n->set);
	}
	if (n->kind == FILTER_NOT) bits_invert(&n->set);
}

static enum err combine_all(struct email_sets *s, struct account *, int64_t)
{
	combine(s->filter->root, s->roster->count);
	s->is_done = true;
	return ERR_NONE;
}

enum err email_sets_run(struct email_sets *s, struct account *a, int64_t until_ms,
			bool *ret_done)
{
	static enum err (*const steps[])(struct email_sets *, struct account *,
					 int64_t) = { begin, read_places,
						      make_keyword_sets, combine_all };
	enum err e = ERR_NONE;

	do {
		e = steps[s->step](s, a, until_ms);
		if (!e && s->is_done) s->step++;
	} while (!e && s->is_done && s->step < (int)countof(steps));
	*ret_done = s->step == (int)countof(steps);
	return e;
}
