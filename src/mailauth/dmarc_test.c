#include "mailauth/dmarc.h"

#include "base/test.h"
#include "mailauth/dmarc_walk.h"
#include "mailauth/test_zone.h"

static const struct zone_record zone[] = {
	{ "_dmarc.example.com", DNS_TXT,
	  "v=DMARC1; p=reject; sp=quarantine; np=none; t=n" },
	{ "mail.example.com", DNS_A, "192.0.2.1" },
	{ "_dmarc.dept.example.com", DNS_TXT, "v=DMARC1; p=none; psd=n" },
	{ "_dmarc.strict.test", DNS_TXT, "v=DMARC1; p=reject; adkim=s; aspf=s" },
	{ "_dmarc.testing.test", DNS_TXT, "v=DMARC1; p=reject; t=y" },
	{ "_dmarc.bank", DNS_TXT, "v=DMARC1; p=reject; sp=quarantine; psd=y" },
	{ "_dmarc.twice.test", DNS_TXT, "v=DMARC1; p=reject" },
	{ "_dmarc.twice.test", DNS_TXT, "v=DMARC1; p=none" },
	{ "_dmarc.broken.test", DNS_TXT, "v=DMARC1; p=rejekt" },
	{ "_dmarc.down.test", DNS_TXT, NULL },
	{ "_dmarc.half.test", DNS_TXT, "v=DMARC1; p=reject" },
	{ "_dmarc.x.half.test", DNS_TXT, NULL },
	{ "_dmarc.xn--bcher-kva.test", DNS_TXT, "v=DMARC1; p=quarantine" },
	{ 0 },
};

struct run {
	struct dns_answers known;
	struct arena arena;
	struct dmarc_verdict v;
	unsigned questions;
};

/* spf and dkim are the domains that passed, or empty. */
static void run(struct run *r, const char *author, const char *spf, const char *dkim)
{
	const struct dmarc_identifier signatures[] = {
		{ slice_of(author), false },
		{ slice_of(dkim), dkim[0] != '\0' },
	};
	const struct dmarc_request request = {
		.author = slice_of(author),
		.spf = { slice_of(spf), spf[0] != '\0' },
		.dkim = signatures,
		.dkim_count = countof(signatures),
	};
	struct dns_question q;

	dns_answers_init(&r->known);
	arena_init(&r->arena, DMARC_ARENA_MAX);
	r->questions = 0;
	while (!dmarc_check(&request, &r->known, &r->arena, &r->v, &q)) {
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

TEST(dmarc_verdicts)
{
	static const struct {
		const char *author, *spf, *dkim;
		enum dmarc_result result;
		enum dmarc_policy policy;
		const char *policy_domain;
	} t[] = {
		{ "example.com", "example.com", "", DMARC_PASS, DMARC_NONE,
		  "example.com" },
		{ "example.com", "", "EXAMPLE.com", DMARC_PASS, DMARC_NONE,
		  "example.com" },
		{ "news.example.com", "foo.example.com", "", DMARC_PASS, DMARC_NONE,
		  "example.com" },
		{ "example.com", "foo.example.net", "", DMARC_FAIL, DMARC_REJECT,
		  "example.com" },
		{ "mail.example.com", "", "", DMARC_FAIL, DMARC_QUARANTINE,
		  "example.com" },
		{ "nowhere.example.com", "", "", DMARC_FAIL, DMARC_NONE, "example.com" },
		/* psd=n makes an organization of its own. */
		{ "dept.example.com", "", "example.com", DMARC_FAIL, DMARC_NONE,
		  "dept.example.com" },
		{ "a.dept.example.com", "", "b.dept.example.com", DMARC_PASS, DMARC_NONE,
		  "dept.example.com" },
		{ "example.com", "", "dept.example.com", DMARC_FAIL, DMARC_REJECT,
		  "example.com" },
		{ "strict.test", "a.strict.test", "b.strict.test", DMARC_FAIL,
		  DMARC_REJECT, "strict.test" },
		{ "strict.test", "strict.test", "", DMARC_PASS, DMARC_NONE,
		  "strict.test" },
		{ "testing.test", "", "", DMARC_FAIL, DMARC_QUARANTINE, "testing.test" },
		/* psd=y: the public suffix's own policy, and no alignment across it. */
		{ "one.bank", "", "", DMARC_FAIL, DMARC_QUARANTINE, "bank" },
		{ "one.bank", "two.bank", "", DMARC_FAIL, DMARC_QUARANTINE, "bank" },
		{ "a.one.bank", "b.one.bank", "", DMARC_PASS, DMARC_NONE, "bank" },
		{ "bank", "one.bank", "", DMARC_FAIL, DMARC_REJECT, "bank" },
		{ "twice.test", "twice.test", "", DMARC_NO_POLICY, DMARC_NONE, "" },
		{ "broken.test", "broken.test", "", DMARC_NO_POLICY, DMARC_NONE, "" },
		{ "none.test", "none.test", "", DMARC_NO_POLICY, DMARC_NONE, "" },
		{ "down.test", "down.test", "", DMARC_TEMPERROR, DMARC_NONE, "" },
		{ "half.test", "x.half.test", "", DMARC_TEMPERROR, DMARC_NONE,
		  "half.test" },
		{ "half.test", "x.half.test", "half.test", DMARC_PASS, DMARC_NONE,
		  "half.test" },
		{ "b\xc3\xbc"
		  "cher.test",
		  "xn--bcher-kva.test", "", DMARC_PASS, DMARC_NONE,
		  "xn--bcher-kva.test" },
		{ "[192.0.2.1]", "", "", DMARC_NO_POLICY, DMARC_NONE, "" },
		{ "", "", "", DMARC_NO_POLICY, DMARC_NONE, "" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct run r;

		run(&r, t[i].author, t[i].spf, t[i].dkim);
		CHECK_INT(r.v.result, t[i].result);
		CHECK_INT(r.v.policy, t[i].policy);
		CHECK_SLICE(r.v.policy_domain, slice_of(t[i].policy_domain));
		end(&r);
	}
}

TEST(dmarc_asks_no_more_than_it_must)
{
	struct run r;

	run(&r, "example.com", "example.com", "example.com");
	CHECK(r.v.spf_aligned && r.v.dkim_aligned);
	CHECK_INT(r.questions, 1);
	end(&r);
	run(&r, "example.com", "elsewhere.test", "");
	CHECK_INT(r.questions,
		  2); /* the walk up to _dmarc.com, none for elsewhere.test */
	end(&r);
	run(&r, "a.b.c.d.e.f.g.h.i.j.k.l.none.test", "", "");
	CHECK_INT(r.questions, DMARC_WALK_MAX);
	end(&r);
}

static void check_organizational(const char *domain, const char *want)
{
	struct dns_answers known;
	struct arena arena;
	struct dmarc_walk w;
	struct dns_question q;

	dns_answers_init(&known);
	arena_init(&arena, DMARC_ARENA_MAX);
	while (dmarc_walk(slice_of(domain), &known, &arena, &w, &q) == DMARC_LACKING)
		zone_answer(zone, q, &known);
	CHECK_SLICE(dmarc_organizational(&w), slice_of(want));
	dns_answers_done(&known);
	arena_done(&arena);
}

TEST(dmarc_organizational_domains) /* RFC 9989 4.10.2 */
{
	check_organizational("a.mail.example.com", "example.com");
	check_organizational("a.dept.example.com", "dept.example.com");
	check_organizational("a.mail.bank", "mail.bank");
	check_organizational("bank", "bank");
	check_organizational("a.none.test", "a.none.test");
	check_organizational("a.b.c.d.e.f.g.h.i.mail.bank", "mail.bank");
}

TEST(dmarc_walk_takes_eight_steps) /* RFC 9989 4.10 */
{
	static const char *const names[] = {
		"a.b.c.d.e.f.g.h.i.j.mail.example.org",
		"g.h.i.j.mail.example.org",
		"h.i.j.mail.example.org",
		"i.j.mail.example.org",
		"j.mail.example.org",
		"mail.example.org",
		"example.org",
		"org",
	};
	struct dns_answers known;
	struct arena arena;
	struct dmarc_walk w;
	struct dns_question q;

	dns_answers_init(&known);
	arena_init(&arena, DMARC_ARENA_MAX);
	while (dmarc_walk(slice_of(names[0]), &known, &arena, &w, &q) == DMARC_LACKING)
		zone_answer(zone, q, &known);
	CHECK_INT(w.count, countof(names));
	for (size_t i = 0; i < countof(names); i++)
		CHECK_SLICE(w.steps[i].domain, slice_of(names[i]));
	dns_answers_done(&known);
	arena_done(&arena);
}

TEST(dmarc_authors)
{
	static const struct {
		const char *header, *domain; /* NULL: none */
	} t[] = {
		{ "From: Joe <joe@Example.com>\r\n\r\n", "Example.com" },
		{ "Subject: x\r\nfrom: a@x.test, B <b@X.test>\r\n\r\n", "X.test" },
		{ "From: Team: a@x.test;\r\n\r\n", "x.test" },
		{ "From: a@x.test, b@y.test\r\n\r\n", NULL },
		{ "From: a@x.test\r\nFROM: a@x.test\r\n\r\n", NULL },
		{ "From: joe\r\n\r\n", NULL },
		{ "From:\r\n\r\n", NULL },
		{ "Subject: From: a@x.test\r\n\r\n", NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct arena arena;
		slice domain = { 0 };

		arena_init(&arena, MIME_ARENA_MAX);
		const struct mime *m = mime_parse(&arena, slice_of(t[i].header));
		CHECK_INT(dmarc_find_author(m->parts, &arena, &domain),
			  t[i].domain != NULL);
		CHECK_SLICE(domain, slice_of(t[i].domain));
		arena_done(&arena);
	}
}
