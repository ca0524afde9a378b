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

enum { ITEM_OCTETS = 48 }; /* of the response, about */

struct query_changes {
	bool has_begun;
	uint64_t since;
	uint64_t max;
	int64_t up_to; /* an email; -1: none */
	bool calculates_total;
	struct email_search search;
};

/* --- arguments --- */

static bool read_arguments(struct call *c, struct query_changes *q)
{
	static const char *const names[] = {
		"accountId",       "filter",          "sort",
		"sinceQueryState", "maxChanges",      "upToId",
		"calculateTotal",  "collapseThreads", NULL
	};
	const char *since = NULL, *up_to = NULL;

	if (!arguments_known(c, names) ||
	    !argument_string(c, "sinceQueryState", &since) ||
	    !argument_unsigned(c, "maxChanges", &q->max) ||
	    !argument_string(c, "upToId", &up_to) ||
	    !argument_bool(c, "calculateTotal", &q->calculates_total))
		return false;
	q->up_to = up_to ? id_number(c, OBJECT_EMAIL, up_to) : -1;
	if (!since) {
		call_fail(c, "invalidArguments", "\"sinceQueryState\" is not there");
		return false;
	}
	if (state_parse(since, &q->since)) return true;
	call_fail(c, "cannotCalculateChanges", "this is no state of ours");
	return false;
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
	q->max = INT64_MAX; /* any number */
	if (!read_arguments(c, q) || !email_query_begin(c, &q->search)) return ERR_NONE;
	e = affected_find(a, q->since, email_search_is_about_threads(&q->search),
			  &affected);
	affected_done(&affected);
	return cannot_tell(c, e);
}

/* --- the response --- */

struct response {
	struct call *call;
	const struct query_changes *changes;
	const struct affected *affected;
	uint32_t end;     /* results from here on are of no interest */
	struct bits kept; /* affected emails behind it: as before */
	json_t *removed, *added;
};

static json_t *id_of(const struct response *r, int64_t email)
{
	return json_id(OBJECT_EMAIL, call_user(r->call)->account, email);
}

/* Only what cannot move has a place behind which nothing is of interest. */
static uint32_t find_end(const struct query_changes *q)
{
	const struct email_search *s = &q->search;

	if (q->up_to < 0 || email_search_is_mutable(s)) return s->count;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->ids[i] == q->up_to) return i + 1;
	return s->count;
}

static void add_results(struct response *r)
{
	const struct email_search *s = &r->changes->search;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct affected_email *e = affected_has(r->affected, s->ids[i]);

		if (!e) continue;
		if (i >= r->end) {
			bits_set(&r->kept, (uint32_t)(e - r->affected->emails));
			continue;
		}
		json_array_append_new(r->added,
				      json_pack("{s:o,s:I}", "id", id_of(r, s->ids[i]),
						"index", (json_int_t)i));
	}
}

static void add_removed(struct response *r)
{
	for (uint32_t i = 0; i < r->affected->count; i++) {
		const struct affected_email *e = &r->affected->emails[i];

		if (!e->is_new && !bits_has(&r->kept, i))
			json_array_append_new(r->removed, id_of(r, e->id));
	}
}

static void answer(struct response *r)
{
	const struct query_changes *q = r->changes;
	struct call *c = r->call;
	size_t changes = json_array_size(r->removed) + json_array_size(r->added);
	json_t *response;

	if (changes > q->max) {
		call_fail(c, "tooManyChanges", "there are %zu changes", changes);
		return;
	}
	if (!call_reserve(c, changes * ITEM_OCTETS)) return;
	response = json_pack("{s:O,s:o,s:o,s:O,s:O}", "accountId",
			     json_object_get(call_arguments(c), "accountId"),
			     "oldQueryState", json_state(q->since), "newQueryState",
			     json_state(q->search.state), "removed", r->removed, "added",
			     r->added);
	assert(response);
	if (q->calculates_total)
		json_object_set_new(response, "total", json_integer(q->search.count));
	call_respond(c, response);
}

static void respond(struct call *c, const struct query_changes *q,
		    const struct affected *affected)
{
	struct response r = { .call = c,
			      .changes = q,
			      .affected = affected,
			      .end = find_end(q),
			      .removed = json_array(),
			      .added = json_array() };

	bits_init(&r.kept, affected->count);
	add_results(&r);
	add_removed(&r);
	answer(&r);
	bits_done(&r.kept);
	json_decref(r.removed);
	json_decref(r.added);
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
