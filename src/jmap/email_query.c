/* Email/query (RFC 8621 4.4). */
#include "jmap/email_query.h"

#include <assert.h>

#include "base/clock.h"
#include "jmap/arguments.h"
#include "jmap/methods.h"
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

static enum err run(struct call *c, struct account *a)
{
	struct email_query *q = call_state(c);
	struct query_result found = { .kind = OBJECT_EMAIL };
	bool done = false;
	enum err e = ERR_NONE;

	if (begin(c, q)) e = email_query_go_on(c, a, &q->search, &done);
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
