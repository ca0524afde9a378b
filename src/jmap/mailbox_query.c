#include <assert.h>
#include <stdlib.h>

#include "jmap/mailbox_filter.h"
#include "jmap/mailbox_sort.h"
#include "jmap/methods.h"
#include "jmap/query.h"

static const char *const further[] = { "sortAsTree", "filterAsTree", NULL };

struct matching {
	struct call *call;
	const struct mailbox_tree *tree;
	json_t *filter;
	bool as_tree;
	bool *fits; /* of the tree's list */
	uint32_t *indexes;
	int64_t *ids;
	uint32_t count;
};

/* --- which --- */

static void evaluate(struct matching *m)
{
	for (uint32_t i = 0; i < m->tree->count; i++)
		m->fits[i] = mailbox_filter_fits(m->call, m->filter, &m->tree->list[i]);
}

static bool do_all_above_fit(const struct matching *m, uint32_t at)
{
	while ((at = m->tree->parents[at]) < m->tree->count)
		if (!m->fits[at]) return false;
	return true;
}

static void collect(struct matching *m)
{
	for (uint32_t i = 0; i < m->tree->count; i++)
		if (m->fits[i] && (!m->as_tree || do_all_above_fit(m, i)))
			m->indexes[m->count++] = i;
}

static void matching_init(struct matching *m, struct call *c,
			  const struct mailbox_tree *t)
{
	*m = (struct matching){ .call = c, .tree = t };
	m->fits = calloc(t->count + 1U, sizeof(*m->fits));
	m->indexes = calloc(t->count + 1U, sizeof(*m->indexes));
	m->ids = calloc(t->count + 1U, sizeof(*m->ids));
	assert(m->fits && m->indexes && m->ids);
}

static void matching_done(struct matching *m)
{
	free(m->fits);
	free(m->indexes);
	free(m->ids);
}

/* --- in which order --- */

static bool sort(struct matching *m, bool *ret_as_tree)
{
	struct mailbox_sort s;
	bool is_good = mailbox_sort_read(m->call, m->tree, &s);

	if (is_good) mailbox_sort_run(&s, m->indexes, m->count);
	for (uint32_t i = 0; i < m->count; i++)
		m->ids[i] = m->tree->list[m->indexes[i]].m.id;
	*ret_as_tree = s.as_tree;
	mailbox_sort_done(&s);
	return is_good;
}

/* False after call_fail. */
static bool find(struct matching *m, struct query_result *found)
{
	bool sorts_as_tree;

	if (!argument_object(m->call, "filter", &m->filter) ||
	    !argument_bool(m->call, "filterAsTree", &m->as_tree) ||
	    !mailbox_filter_check(m->call, m->filter))
		return false;
	evaluate(m);
	collect(m);
	if (!sort(m, &sorts_as_tree)) return false;
	found->ids = m->ids;
	found->count = m->count;
	found->has_no_changes = m->as_tree || sorts_as_tree;
	return true;
}

/* --- the methods (RFC 8621 2.3, 2.4) --- */

typedef enum err answer(struct call *c, struct account *a, struct query_result *found);

static enum err run(struct call *c, struct account *a, answer *then)
{
	struct query_result found = { .kind = OBJECT_MAILBOX };
	struct mailbox_tree t;
	struct matching m;
	enum err e = mailbox_tree_read(a, &t);

	if (!e) e = state_now(a, STATE_MAILBOX, &found.state);
	matching_init(&m, c, &t);
	if (!e && find(&m, &found)) e = then(c, a, &found);
	matching_done(&m);
	mailbox_tree_done(&t);
	return e;
}

static enum err answer_query(struct call *c, struct account *, struct query_result *found)
{
	query_respond(c, found);
	return ERR_NONE;
}

static enum err run_query(struct call *c, struct account *a)
{
	if (!arguments_known_of(c, query_arguments, further)) return ERR_NONE;
	return run(c, a, answer_query);
}

const struct method mailbox_query_method = {
	.name = "Mailbox/query",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_query, .level = JOB_READS } },
};

static void refuse_changes(struct call *c)
{
	call_fail(c, "cannotCalculateChanges", "what changed since then is not known");
}

/* As a tree mailboxes move with others, which have not changed. */
static enum err answer_changes(struct call *c, struct account *a,
			       struct query_result *found)
{
	struct state_changes changed = { 0 };
	uint64_t since;
	enum err e;

	if (!query_changes_since(c, &since)) return ERR_NONE;
	e = found->has_no_changes
		    ? ERR_NOT_FOUND
		    : state_changes(a, STATE_MAILBOX, since, 2 * MAILBOXES_MAX, &changed);
	if (e == ERR_NOT_FOUND)
		refuse_changes(c);
	else if (!e)
		query_changes_respond(c, found, &changed);
	state_changes_done(&changed);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err run_query_changes(struct call *c, struct account *a)
{
	if (!arguments_known_of(c, query_changes_arguments, further)) return ERR_NONE;
	return run(c, a, answer_changes);
}

const struct method mailbox_query_changes_method = {
	.name = "Mailbox/queryChanges",
	.capability = CAPABILITY_MAIL,
	.steps = { { .run = run_query_changes, .level = JOB_READS } },
};
