#include "dns/dns.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/test.h"
#include "dns/fake_test.h"

static void expect(struct fake *f, const char *name, int64_t wait_ms,
		   enum dns_status status)
{
	struct dns_answer *a = fake_ask(f, DNS_A, name, wait_ms);

	CHECK_INT(a->status, status);
	free(a);
}

static long resolver_of(struct fake *f)
{
	struct dns_answer *a = fake_ask(f, DNS_TXT, "pid.test", 0);
	uint64_t pid = 0;
	slice text = a->count ? a->records[0].data : S("");

	CHECK(take_u64(&text, &pid));
	free(a);
	return (long)pid;
}

TEST(dns_answers_and_remembers)
{
	const struct dns_question q = { DNS_A, S("found.test") };
	struct fake f;

	fake_start(&f);
	CHECK(!dns_known(f.dns, q));
	struct dns_answer *a = fake_ask(&f, DNS_A, "found.test", 0);
	CHECK(a->status == DNS_FOUND && a->count == 1 && !a->secure);
	CHECK_SLICE(a->records[0].data, S("\xc0\0\2\1"));
	free(a);
	a = dns_known(f.dns, q);
	CHECK(a && a->status == DNS_FOUND && a->ttl <= 300);
	free(a);
	expect(&f, "found.test", 0, DNS_FOUND);
	expect(&f, "gone.test", 0, DNS_NO_NAME);
	fake_stop(&f);
}

TEST(dns_names_that_cannot_exist)
{
	struct fake f;

	fake_start(&f);
	expect(&f, "a..test", 0, DNS_NO_NAME);
	expect(&f, ".", 0, DNS_NO_NAME);
	fake_stop(&f);
}

TEST(dns_deadline)
{
	struct fake f;
	int64_t began = clock_monotonic_ms();

	fake_start(&f);
	expect(&f, "silent.test", 50, DNS_TROUBLE);
	CHECK(clock_monotonic_ms() - began < DNS_QUESTION_MS);
	fake_stop(&f);
}

/* Whoever has less time is answered first; the question goes on for the other. */
TEST(dns_deadlines_are_each_ones_own)
{
	struct fake f;
	struct asked late, early;

	fake_start(&f);
	asked_start(&f, &late, DNS_A, "silent.test", 400);
	asked_start(&f, &early, DNS_A, "SILENT.test", 50);
	free(asked_wait(&early));
	CHECK_INT(late.done, 0);
	free(asked_wait(&late));
	fake_stop(&f);
}

TEST(dns_asks_the_next_resolver)
{
	struct fake f;
	struct asked waiting;

	fake_start(&f);
	long first = resolver_of(&f);
	asked_start(&f, &waiting, DNS_A, "silent.test", 4000);
	CHECK_INT(kill((pid_t)first, SIGKILL), 0);
	CHECK(resolver_of(&f) != first);
	CHECK_INT(waiting.done, 0);
	fake_stop(&f); /* which answers it */
	CHECK_INT(waiting.done, 1);
	CHECK_INT(waiting.answer->status, DNS_TROUBLE);
	free(waiting.answer);
}

/* A question that kills resolvers, or makes them talk nonsense, is not asked for ever. */
TEST(dns_gives_up_a_deadly_question)
{
	struct fake f;

	fake_start(&f);
	expect(&f, "die.test", 0, DNS_TROUBLE);
	expect(&f, "bad.test", 0, DNS_TROUBLE);
	expect(&f, "found.test", 0, DNS_FOUND);
	fake_stop(&f);
}

TEST(dns_has_a_limit_of_questions)
{
	enum { MORE = DNS_PENDING_MAX + 10 };
	static struct asked all[MORE];
	static char names[MORE][20];
	struct fake f;
	int answered = 0;

	fake_start(&f);
	for (int i = 0; i < MORE; i++) {
		snprintf(names[i], sizeof(names[i]), "silent%d.test", i);
		asked_start(&f, &all[i], DNS_A, names[i], 0);
	}
	for (int i = DNS_PENDING_MAX; i < MORE; i++)
		wait_until(&all[i].done, 1);
	for (int i = 0; i < MORE; i++)
		answered += all[i].done;
	CHECK_INT(answered, MORE - DNS_PENDING_MAX);
	fake_stop(&f);
	for (int i = 0; i < MORE; i++) {
		CHECK(all[i].done && all[i].answer->status == DNS_TROUBLE);
		free(all[i].answer);
	}
}

TEST(dns_without_a_resolver)
{
	static char nothing[] = "/nonexistent";
	static char *const command[] = { nothing, NULL };
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	const struct dns_settings s = { .mode = DNS_FORWARD };
	struct fake f = { .loop = loop_new(), .dns = dns_new(&s, command, &fault) };

	CHECK(f.dns && loop_start(f.loop));
	expect(&f, "found.test", 100, DNS_TROUBLE);
	fake_stop(&f);
}

TEST(dns_settings_that_make_no_sense)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	struct dns_settings s = { .mode = DNS_TRUST_AD };

	CHECK(!dns_new(&s, NULL, &fault));
	CHECK_SLICE(buf_slice(&fault), S("mode trust-ad needs a server to trust"));
	buf_reset(&fault);
	s = (struct dns_settings){ .trust_anchors = S("/nonexistent/anchors") };
	CHECK(!dns_new(&s, NULL, &fault));
	CHECK_SLICE(buf_slice(&fault),
		    S("/nonexistent/anchors: No such file or directory"));
}
