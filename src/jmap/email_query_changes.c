/*
 * Email/queryChanges (RFC 8621 4.5, RFC 8620 5.6), for any filter and sort: the query is
 * done anew, and all that came, changed or went since is taken out and put in again where
 * it is now. What a client has then is what the query found, and anything that happens
 * while it is done counts as later than the state that is told.
 */
#include <assert.h>
#include <stdlib.h>

#include "jmap/affected.h"
#include "jmap/arguments.h"
#include "jmap/email_query.h"
#include "jmap/methods.h"
#include "jmap/query.h"

struct query_changes {
	bool has_begun;
	uint64_t since;
	int64_t up_to; /* an email; -1: none */
	struct email_search search;
};

/* --- arguments --- */

static bool read_arguments(struct call *c, struct query_changes *q)
{
	const char *up_to = NULL;

	if (!email_query_arguments_known(c, query_changes_arguments) ||
	    !query_changes_since(c, &q->since) || !argument_string(c, "upToId", &up_to))
		return false;
	q->up_to = up_to ? id_number(c, OBJECT_EMAIL, up_to) : -1;
	return true;
}

static enum err cannot_tell(struct call *c, enum err e)
{
	if (e != ERR_NOT_FOUND) return e;
	call_fail(c, "cannotCalculateChanges", "what has changed is not known any more");
	return ERR_NONE;
}

/* Looks whether it can be told, before the query is done. */
static enum err begin(struct call *c, struct account *a, struct query_changes *q)
{
	struct affected affected;
	enum err e;

	q->has_begun = true;
	if (!read_arguments(c, q) || !email_query_begin(c, &q->search)) return ERR_NONE;
	e = affected_find(a, q->since, email_search_is_about_threads(&q->search),
			  &affected);
	affected_done(&affected);
	return cannot_tell(c, e);
}

/* --- the response --- */

/* Affected emails behind it stay where they are: only what cannot move has a place behind
 * which nothing is of interest. */
static uint32_t find_end(const struct query_changes *q)
{
	const struct email_search *s = &q->search;

	if (q->up_to < 0 || email_search_is_mutable(s)) return s->count;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->ids[i] == q->up_to) return i + 1;
	return s->count;
}

static void leave_out(struct affected *f, const struct email_search *s, uint32_t from)
{
	for (uint32_t i = from; i < s->count; i++)
		affected_remove(f, s->ids[i]);
}

/* As lists: those that were in no result then, and the others. */
static void respond(struct call *c, struct query_changes *q, struct affected *affected)
{
	struct query_result found = { .kind = OBJECT_EMAIL,
				      .ids = q->search.ids,
				      .count = q->search.count,
				      .state = q->search.state };
	struct state_changes changed = { 0 };
	int64_t *ids = calloc((size_t)affected->count + 1, sizeof(*ids));

	assert(ids); /* AFFECTED_MAX at most */
	leave_out(affected, &q->search, find_end(q));
	changed.created = ids;
	changed.created_count = affected_list(affected, true, ids);
	changed.updated = ids + changed.created_count;
	changed.updated_count = affected_list(affected, false, changed.updated);
	query_changes_respond(c, &found, &changed);
	free(ids);
}

static enum err run(struct call *c, struct account *a)
{
	struct query_changes *q = call_state(c);
	struct affected affected;
	bool done = false;
	enum err e = ERR_NONE;

	if (!q->has_begun) e = begin(c, a, q);
	if (!e && !call_has_failed(c)) e = email_query_go_on(c, a, &q->search, &done);
	if (e || !done) return e;
	e = affected_find(a, q->since, email_search_is_about_threads(&q->search),
			  &affected);
	if (!e) respond(c, q, &affected);
	affected_done(&affected);
	return cannot_tell(c, e);
}

static void free_state(void *state)
{
	struct query_changes *q = state;

	email_search_done(&q->search);
}

const struct method email_query_changes = {
	.name = "Email/queryChanges",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct query_changes),
	.steps = { { .run = run, .level = JOB_READS } },
	.free = free_state,
};
