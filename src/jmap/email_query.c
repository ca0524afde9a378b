/* Email/query (RFC 8621 4.4). */
#include "jmap/email_query.h"

#include <assert.h>

#include "base/clock.h"
#include "jmap/arguments.h"
#include "jmap/methods.h"
#include "jmap/newest_page.h"
#include "jmap/query.h"

enum { ARGUMENTS_MAX = 12 }; /* of any query */

struct email_query {
	bool has_begun;
	struct email_search search;
};

bool email_query_begin(struct call *c, struct email_search *s)
{
	struct query_fault fault = { 0 };

	if (email_search_parse(call_arguments(c), call_user(c)->account, s, &fault))
		return true;
	call_fail(c, fault.type, "%s", fault.text);
	return false;
}

enum err email_query_go_on(struct call *c, struct account *a, struct email_search *s,
			   bool *ret_done)
{
	int64_t until_ms = clock_monotonic_ms() + JOB_SLICE_MS;
	enum err e = email_search_run(s, a, until_ms, ret_done);

	if (e == ERR_LIMIT) {
		call_fail(c, s->refusal, "there is too much to do");
		return ERR_NONE;
	}
	if (!e && !*ret_done) call_again(c);
	return e;
}

bool email_query_arguments_known(struct call *c, const char *const *names)
{
	const char *all[ARGUMENTS_MAX + 2] = { "collapseThreads" };

	for (size_t i = 0; names[i]; i++) {
		assert(i < ARGUMENTS_MAX);
		all[i + 1] = names[i];
	}
	return arguments_known(c, all);
}

static bool begin(struct call *c, struct email_query *q)
{
	if (q->has_begun) return true;
	q->has_begun = true;
	return email_query_arguments_known(c, query_arguments) &&
	       email_query_begin(c, &q->search);
}

/* How many results are enough, counted from the first; 0: that is not known. */
static uint32_t enough(struct call *c)
{
	int64_t position = 0;
	uint64_t limit = NEWEST_MAX + 1;
	const char *anchor = NULL;
	bool with_total = false;

	if (!argument_int(c, "position", &position) ||
	    !argument_unsigned(c, "limit", &limit) ||
	    !argument_string(c, "anchor", &anchor) ||
	    !argument_bool(c, "calculateTotal", &with_total))
		return 0;
	if (anchor || with_total || position < 0 || position > NEWEST_MAX ||
	    limit > NEWEST_MAX - (uint64_t)position)
		return 0;
	return (uint32_t)position + (uint32_t)limit;
}

/* The easy way, where there is one, or one slice of the other. */
static enum err search(struct call *c, struct account *a, struct email_query *q,
		       bool *ret_done)
{
	bool is_first = !q->has_begun;
	uint32_t count;
	enum err e = ERR_NONE;

	if (!begin(c, q)) return ERR_NONE;
	count = is_first && newest_page_fits(&q->search) ? enough(c) : 0;
	if (call_has_failed(c)) return ERR_NONE;
	if (count) e = newest_page_find(&q->search, a, count, ret_done);
	return e || *ret_done ? e : email_query_go_on(c, a, &q->search, ret_done);
}

static enum err run(struct call *c, struct account *a)
{
	struct email_query *q = call_state(c);
	struct query_result found = { .kind = OBJECT_EMAIL };
	bool done = false;
	enum err e = search(c, a, q, &done);

	if (e || !done) return e;
	found.ids = q->search.ids;
	found.count = q->search.count;
	found.state = q->search.state;
	query_respond(c, &found);
	return ERR_NONE;
}

static void free_state(void *state)
{
	struct email_query *q = state;

	email_search_done(&q->search);
}

const struct method email_query = {
	.name = "Email/query",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct email_query),
	.steps = { { .run = run, .level = JOB_READS } },
	.free = free_state,
};
