#include "dns/resolve.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/test.h"
#include "dns/fake_test.h"

/* Asks for LABEL0.test, LABEL1.test, ... and counts what it learns. */
struct decider {
	struct dns_resolve resolve;
	struct dns_answers answers;
	struct dns_budget budget;
	struct task start;
	const char *label;
	unsigned wanted, at;
	unsigned found, trouble;
	char name[40];
	_Atomic int done;
};

static bool decide(struct dns_resolve *r, const struct dns_answers *answers,
		   struct dns_question *ret)
{
	struct decider *d = LIST_ENTRY(r, struct decider, resolve);

	while (d->at < d->wanted) {
		int n = snprintf(d->name, sizeof(d->name), "%s%u.test", d->label, d->at);
		const struct dns_answer *a;

		*ret = (struct dns_question){ DNS_TXT, { d->name, (size_t)n } };
		a = dns_answers_find(answers, *ret);
		if (!a) return false;
		d->found += a->status == DNS_FOUND;
		d->trouble += a->status == DNS_TROUBLE;
		d->at++;
	}
	return true;
}

static void decided(struct dns_resolve *r)
{
	LIST_ENTRY(r, struct decider, resolve)->done = 1;
}

static void start(struct task *t)
{
	dns_resolve_start(&LIST_ENTRY(t, struct decider, start)->resolve);
}

static void run(struct fake *f, struct decider *d)
{
	d->resolve = (struct dns_resolve){ .dns = f->dns,
					   .loop = f->loop,
					   .answers = &d->answers,
					   .budget = &d->budget,
					   .decide = decide,
					   .decided = decided };
	if (d->budget.until_ms == 0) dns_budget_init(&d->budget, clock_monotonic_ms());
	dns_answers_init(&d->answers);
	d->start.run = start;
	loop_post(f->loop, &d->start);
	wait_until(&d->done, 1);
	dns_answers_done(&d->answers);
}

TEST(resolve_asks_until_it_is_decided)
{
	struct fake f;
	struct decider d = { .label = "n", .wanted = 10 }, again = d, none = { 0 };

	fake_start(&f);
	run(&f, &d);
	CHECK(d.found == 10 && d.trouble == 0 && !d.resolve.gave_up);
	CHECK_INT(d.budget.questions, BUDGET_QUESTIONS - 10);
	run(&f, &again); /* out of the cache, but counted all the same */
	CHECK(again.found == 10 && again.budget.questions == BUDGET_QUESTIONS - 10);
	run(&f, &none);
	CHECK(!none.resolve.gave_up);
	fake_stop(&f);
}

TEST(resolve_has_a_budget_of_questions)
{
	struct fake f;
	struct decider d = { .label = "n", .wanted = 100 };

	fake_start(&f);
	run(&f, &d);
	CHECK_INT(d.found, BUDGET_QUESTIONS);
	CHECK_INT(d.trouble, 100 - BUDGET_QUESTIONS);
	CHECK(!d.resolve.gave_up);
	fake_stop(&f);
}

TEST(resolve_has_a_budget_of_octets)
{
	struct fake f;
	struct decider d = { .label = "big", .wanted = 5 };

	fake_start(&f);
	run(&f, &d);
	CHECK_INT(d.found, BUDGET_OCTETS / FAKE_BIG);
	CHECK_INT(d.found + d.trouble, 5);
	fake_stop(&f);
}

TEST(resolve_has_a_budget_of_time)
{
	struct fake f;
	struct decider d = { .label = "silent", .wanted = 5 };

	fake_start(&f);
	dns_budget_init(&d.budget, clock_monotonic_ms() - BUDGET_MS + 100);
	run(&f, &d);
	CHECK_INT(d.trouble, 5);
	fake_stop(&f);
}

/* The dead cost what they may cost together, not each. */
TEST(resolve_waits_for_the_dead_only_once)
{
	struct fake f;
	struct decider d = { .label = "silent", .wanted = 20 };
	int64_t began = clock_monotonic_ms();

	fake_start(&f);
	dns_budget_init(&d.budget, began);
	d.budget.fruitless_ms = 100;
	run(&f, &d);
	CHECK_INT(d.trouble, 20);
	CHECK_INT(d.budget.questions, BUDGET_QUESTIONS - 1);
	fake_stop(&f);
}

TEST(resolve_gives_up_who_asks_for_ever)
{
	struct fake f;
	struct decider d = { .label = "n", .wanted = UINT32_MAX };

	fake_start(&f);
	run(&f, &d);
	CHECK(d.resolve.gave_up);
	CHECK_INT(d.at, BUDGET_QUESTIONS + BUDGET_REFUSED);
	fake_stop(&f);
}
