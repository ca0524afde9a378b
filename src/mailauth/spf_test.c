/* What the public suites (tests/mailauth) do not ask: identities, limits, troubles. */
#include "mailauth/spf.h"

#include "base/test.h"
#include "mailauth/test_zone.h"

static const struct zone_record zone[] = {
	{ "a.test", DNS_TXT,
	  "v=spf1 ip4:192.0.2.0/24 include:b.test -all exp=why.a.test" },
	{ "b.test", DNS_TXT, "v=spf1 ip6:2001:db8::/32 ?all" },
	{ "why.a.test", DNS_TXT, "%{l} %{h} %{r} %{t}" },
	{ "mx.a.test", DNS_TXT, "v=spf1 a -all" },
	{ "mx.a.test", DNS_A, "192.0.2.7" },
	{ "xn--bcher-kva.test", DNS_TXT, "v=spf1 exists:%{l}.%{o} ?all" },
	{ "xn--bcher-kva.test", DNS_A, "192.0.2.7" },
	{ "joe.xn--bcher-kva.test", DNS_A, "127.0.0.1" },
	{ "down.test", DNS_TXT, NULL },
	{ "loop.test", DNS_TXT, "v=spf1 include:loop.test" },
	{ "deep.test", DNS_TXT, "v=spf1 include:fail.test -include:pass.test" },
	{ "pass.test", DNS_TXT, "v=spf1 all" },
	{ "fail.test", DNS_TXT, "v=spf1 -all" },
	{ "void.test", DNS_TXT, "v=spf1 mx:a.test ptr a:n.test all" },
	{ 0 },
};

struct run {
	struct dns_answers known;
	struct arena arena;
	struct spf_verdict v;
	unsigned questions;
};

static void run(struct run *r, const char *helo, const char *local, const char *domain,
		const char *address)
{
	struct spf_request request = {
		.helo = slice_of(helo),
		.local = slice_of(local),
		.domain = slice_of(domain),
		.receiver = S("us.test"),
		.now = 7,
	};
	struct dns_question q;

	CHECK(ip_parse(slice_of(address), &request.ip));
	dns_answers_init(&r->known);
	arena_init(&r->arena, SPF_ARENA_MAX);
	r->questions = 0;
	while (!spf_check(&request, &r->known, &r->arena, &r->v, &q)) {
		CHECK(!dns_answers_find(&r->known, q));
		zone_answer(zone, q, &r->known);
		arena_reset(&r->arena);
		r->questions++;
	}
}

static void end(struct run *r)
{
	dns_answers_done(&r->known);
	arena_done(&r->arena);
}

TEST(spf_results)
{
	static const struct {
		const char *helo, *local, *domain, *address;
		enum spf_result want;
		const char *mechanism, *problem;
	} t[] = {
		{ "x", "joe", "a.test", "192.0.2.3", SPF_PASS, "ip4:192.0.2.0/24", "" },
		{ "x", "joe", "A.Test.", "2001:db8::1", SPF_PASS, "include:b.test", "" },
		{ "x", "joe", "a.test", "::ffff:192.0.2.3", SPF_PASS, "ip4:192.0.2.0/24",
		  "" },
		{ "x", "joe", "a.test", "10.0.0.1", SPF_FAIL, "all", "" },
		{ "mx.a.test", "", "", "192.0.2.7", SPF_PASS, "a", "" },
		{ "[192.0.2.7]", "", "", "192.0.2.7", SPF_NONE, "",
		  "there is no SPF record" },
		{ "x", "joe",
		  "b\xc3\xbc"
		  "cher.test",
		  "192.0.2.7", SPF_PASS, "exists:%{l}.%{o}", "" },
		{ "x", "jo\xc3\xab",
		  "b\xc3\xbc"
		  "cher.test",
		  "192.0.2.7", SPF_NEUTRAL, "all", "" },
		{ "x", "joe", "[192.0.2.1]", "192.0.2.7", SPF_NONE, "",
		  "there is no SPF record" },
		{ "x", "joe", "down.test", "192.0.2.7", SPF_TEMPERROR, "",
		  "the DNS does not answer" },
		{ "x", "joe", "loop.test", "192.0.2.7", SPF_PERMERROR, "",
		  "too many look-ups" },
		{ "x", "joe", "deep.test", "192.0.2.7", SPF_FAIL, "include:pass.test",
		  "" },
		{ "x", "joe", "void.test", "192.0.2.7", SPF_PERMERROR, "",
		  "too many look-ups without an answer" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct run r;

		run(&r, t[i].helo, t[i].local, t[i].domain, t[i].address);
		CHECK_INT(r.v.result, t[i].want);
		CHECK_SLICE(r.v.mechanism, slice_of(t[i].mechanism));
		CHECK_SLICE(r.v.problem, slice_of(t[i].problem));
		end(&r);
	}
}

TEST(spf_explanation_of_a_fail)
{
	struct run r;

	run(&r, "helo.test", "joe", "a.test", "10.0.0.1");
	CHECK_SLICE(r.v.explanation, S("joe helo.test us.test 7"));
	CHECK_SLICE(r.v.domain, S("a.test"));
	CHECK_INT(r.questions, 3);
	end(&r);
	run(&r, "helo\r\nX: y", "joe", "a.test", "10.0.0.1");
	CHECK_INT(r.v.result, SPF_FAIL);
	CHECK_SLICE(r.v.explanation, S(""));
	end(&r);
}

TEST(spf_helo_identity)
{
	struct spf_request request = { .identity = SPF_HELO,
				       .helo = S("mx.a.test"),
				       .local = S("joe"),
				       .domain = S("down.test") };
	struct dns_answers known;
	struct spf_verdict v;
	struct dns_question q;
	struct arena arena;

	CHECK(ip_parse(S("192.0.2.8"), &request.ip));
	dns_answers_init(&known);
	arena_init(&arena, SPF_ARENA_MAX);
	while (!spf_check(&request, &known, &arena, &v, &q))
		zone_answer(zone, q, &known);
	CHECK_INT(v.result, SPF_FAIL);
	CHECK_SLICE(v.domain, S("mx.a.test"));
	CHECK_SLICE(spf_result_name(v.result), S("fail"));
	dns_answers_done(&known);
	arena_done(&arena);
}

TEST(spf_does_not_judge_by_a_part_of_an_answer)
{
	struct dns_record other = { .data = S("not ours") };
	struct dns_answer txt = {
		.status = DNS_FOUND, .truncated = true, .records = &other, .count = 1
	};
	struct spf_request request = { .local = S("joe"), .domain = S("a.test") };
	struct dns_answers known;
	struct spf_verdict v;
	struct dns_question q;
	struct arena arena;

	dns_answers_init(&known);
	arena_init(&arena, SPF_ARENA_MAX);
	CHECK(dns_answers_add(&known, (struct dns_question){ DNS_TXT, S("a.test") },
			      &txt));
	CHECK(spf_check(&request, &known, &arena, &v, &q));
	CHECK_INT(v.result, SPF_PERMERROR);
	CHECK_SLICE(v.problem, S("too many TXT records"));
	CHECK_SLICE(v.culprit, S("a.test"));
	dns_answers_done(&known);
	arena_done(&arena);
}
