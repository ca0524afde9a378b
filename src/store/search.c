#include "store/search.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/search_fuzzy.h"

/* --- making a condition ready --- */

static struct condition_key *add_key(struct condition *c, const struct search_node *node)
{
	if (c->count == c->capacity) {
		c->capacity = c->capacity ? c->capacity * 2 : 16;
		c->keys = reallocarray(c->keys, c->capacity, sizeof(*c->keys));
		assert(c->keys); /* SEARCH_NODES_MAX at most */
	}
	c->keys[c->count] = (struct condition_key){ .node = node };
	return &c->keys[c->count++];
}

static enum err add_tree(struct condition *c, const struct search_node *node, int depth)
{
	uint32_t at = c->count;
	enum err e = ERR_NONE;

	if (depth > SEARCH_DEPTH_MAX || c->count == SEARCH_NODES_MAX) return ERR_LIMIT;
	add_key(c, node);
	c->columns |= search_key_columns(node->key);
	for (const struct search_node *child = node->child; !e && child;
	     child = child->next)
		e = add_tree(c, child, depth + 1);
	c->keys[at].end = c->count;
	assert(e || node->key != SEARCH_NOT || c->keys[at].end > at + 1);
	return e;
}

static bool has_too_many_fields(const struct condition *c)
{
	uint32_t fields = 0;

	for (uint32_t i = 0; i < c->count; i++)
		fields += search_key_term_flags(c->keys[i].node->key) &&
			  !search_key_has_needle(c->keys[i].node->key);
	return fields > SEARCH_FIELDS_MAX;
}

static enum err add_needles(struct condition *c)
{
	if (has_too_many_fields(c)) return ERR_LIMIT;
	c->needles = calloc(SEARCH_TEXTS_MAX, sizeof(*c->needles));
	assert(c->needles);
	for (uint32_t i = 0; i < c->count; i++) {
		const struct search_node *node = c->keys[i].node;

		if (c->keys[i].fuzzy) continue;
		if (!search_key_has_needle(node->key) || node->text.n == 0) continue;
		if (c->needle_count == SEARCH_TEXTS_MAX) return ERR_LIMIT;
		c->keys[i].needle = c->needle_count;
		c->needles[c->needle_count++] =
			(struct text_needle){ .folded = node->text,
					      .in_headers = node->key == SEARCH_TEXT };
	}
	return ERR_NONE;
}

enum err condition_init(struct condition *c, const struct search_node *tree,
			bool wants_scores)
{
	enum err e;

	*c = (struct condition){ .wants_scores = wants_scores };
	e = add_tree(c, tree, 1);
	if (!e) e = condition_add_fuzzy(c);
	if (!e) e = add_needles(c);
	text_matcher_init(&c->matcher, c->needles, c->needle_count);
	return e;
}

void condition_done(struct condition *c)
{
	text_matcher_done(&c->matcher);
	free(c->fuzzy);
	free(c->keys);
	free(c->needles);
}

/* --- running --- */

enum {
	FEW = 16,              /* messages that are looked at sooner than the index */
	SCORES_MAX = 16 << 20, /* messages found that have scores */
};

struct run {
	struct account *account;
	struct condition condition;
	struct interval_set *found;
	struct search_facts *facts; /* or NULL */
	int64_t end_ms;             /* of the slice */
	bool any; /* a message was looked at: the slice has got somewhere */
	uint32_t stopped_at;
	enum err e;
};

static void note_facts(struct run *r, const struct message *m, unsigned score)
{
	struct search_facts *f = r->facts;

	if (m->modseq > f->highest) f->highest = m->modseq;
	if (!f->wants_scores) return;
	if (!f->scores.max) buf_init(&f->scores, SCORES_MAX);
	buf_add_char(&f->scores, (char)score);
	if (f->scores.overflow) r->e = ERR_LIMIT;
}

void search_facts_done(struct search_facts *f)
{
	buf_done(&f->scores);
}

unsigned search_score(const struct search_facts *f, const struct interval_set *found,
		      uint32_t uid)
{
	return (unsigned char)buf_slice(&f->scores).p[interval_set_rank(found, uid) - 1];
}

static bool visit(void *context, const struct message *m)
{
	struct run *r = context;
	unsigned score = 0;

	if (r->any && clock_monotonic_ms() >= r->end_ms) {
		r->stopped_at = m->uid;
		return false;
	}
	r->any = true;
	r->e = condition_match(&r->condition, r->account, m, &score);
	if (score) interval_set_add(r->found, m->uid);
	if (score && r->facts) note_facts(r, m, score);
	return !r->e;
}

/* What stands in an outer AND saves looking at all others. */
static void restrict_uids(const struct search_node *tree, struct interval_set *uids)
{
	if (tree->key == SEARCH_UIDS) interval_set_intersect(uids, tree->uids);
	if (tree->key != SEARCH_AND) return;
	for (const struct search_node *n = tree->child; n; n = n->next)
		if (n->key == SEARCH_UIDS) interval_set_intersect(uids, n->uids);
}

static enum err run_over(struct run *r, int64_t mailbox, const struct interval_set *uids,
			 uint32_t from)
{
	uint64_t cursor = from;
	struct interval i;
	enum err e = ERR_NONE;

	while (!e && !r->stopped_at && interval_set_next(uids, &cursor, &i)) {
		e = message_each(r->account, mailbox, i.first, i.last,
				 r->condition.columns, visit, r);
		if (!e) e = r->e;
	}
	return e;
}

enum err search_run(struct account *a, int64_t mailbox,
		    const struct search_node *condition, const struct interval_set *among,
		    uint32_t *next, struct interval_set *ret, struct search_facts *facts)
{
	struct run r = { .account = a,
			 .found = ret,
			 .facts = facts,
			 .end_ms = clock_monotonic_ms() + JOB_SLICE_MS };
	struct interval_set uids = { 0 };
	enum err e =
		condition_init(&r.condition, condition, facts && facts->wants_scores);

	if (*next <= 1) search_answers_drop(a); /* of a search that was given up */
	if (!e) {
		interval_set_copy(&uids, among);
		restrict_uids(condition, &uids);
		if (interval_set_count(&uids) > FEW)
			condition_ask(&r.condition, a, r.end_ms);
		e = condition_narrow(&r.condition, a, mailbox, &uids);
	}
	if (!e) {
		e = run_over(&r, mailbox, &uids, *next);
	}
	if (!e) *next = r.stopped_at;
	if (!r.stopped_at) search_answers_drop(a);
	interval_set_done(&uids);
	condition_done(&r.condition);
	return e;
}
