#include "dns/resolve.h"

#include <stdlib.h>

#include "base/clock.h"

static const struct dns_answer trouble = { .status = DNS_TROUBLE };

void dns_budget_init(struct dns_budget *b, int64_t now_ms)
{
	*b = (struct dns_budget){
		.until_ms = now_ms + BUDGET_MS,
		.fruitless_ms = BUDGET_FRUITLESS_MS,
		.questions = BUDGET_QUESTIONS,
		.refusals = BUDGET_REFUSED,
		.octets = BUDGET_OCTETS,
	};
}

/* False: no more fits at all. */
static bool add(struct dns_resolve *r, struct dns_question q, const struct dns_answer *a)
{
	size_t octets = dns_answer_octets(a);

	if (octets <= r->budget->octets && dns_answers_add(r->answers, q, a)) {
		r->budget->octets -= octets;
		return true;
	}
	return dns_answers_add(r->answers, q, &trouble);
}

static bool add_refusal(struct dns_resolve *r, struct dns_question q)
{
	if (r->budget->refusals == 0) return false;
	r->budget->refusals--;
	return dns_answers_add(r->answers, q, &trouble);
}

/* What is known already counts as a question, but takes no time. */
static bool add_known(struct dns_resolve *r, struct dns_question q)
{
	struct dns_answer *known = dns_known(r->dns, q);
	bool added = known && add(r, q, known);

	free(known);
	return added;
}

static void answered(struct dns_query *q, const struct dns_answer *a);

static void ask(struct dns_resolve *r, struct dns_question q, int64_t now_ms)
{
	const struct dns_budget *b = r->budget;
	int64_t fruitless_until_ms = now_ms + b->fruitless_ms;

	r->asked_ms = now_ms;
	r->query = (struct dns_query){
		.question = q,
		.loop = r->loop,
		.deadline_ms = b->until_ms < fruitless_until_ms ? b->until_ms
								: fruitless_until_ms,
		.answered = answered,
	};
	dns_ask(r->dns, &r->query);
}

static bool may_ask(const struct dns_budget *b, int64_t now_ms)
{
	return b->questions > 0 && now_ms < b->until_ms && b->fruitless_ms > 0;
}

/* Whether the decider may be called again at once. */
static bool provide(struct dns_resolve *r, struct dns_question q)
{
	int64_t now_ms = clock_monotonic_ms();

	if (r->budget->questions > 0) {
		if (add_known(r, q)) {
			r->budget->questions--;
			return true;
		}
		if (may_ask(r->budget, now_ms)) {
			r->budget->questions--;
			ask(r, q, now_ms);
			return false;
		}
	}
	if (add_refusal(r, q)) return true;
	r->gave_up = true;
	r->decided(r);
	return false;
}

static void run(struct dns_resolve *r)
{
	struct dns_question q;

	do {
		if (r->decide(r, r->answers, &q)) {
			r->decided(r);
			return;
		}
	} while (provide(r, q));
}

static void answered(struct dns_query *query, const struct dns_answer *a)
{
	struct dns_resolve *r = LIST_ENTRY(query, struct dns_resolve, query);

	if (a->status == DNS_TROUBLE)
		r->budget->fruitless_ms -= clock_monotonic_ms() - r->asked_ms;
	if (add(r, query->question, a)) {
		run(r);
		return;
	}
	r->gave_up = true;
	r->decided(r);
}

static void first_step(struct task *t)
{
	run(LIST_ENTRY(t, struct dns_resolve, step));
}

void dns_resolve_start(struct dns_resolve *r)
{
	r->gave_up = false;
	r->step = (struct task){ .run = first_step };
	loop_defer(r->loop, &r->step);
}
