#include "mailauth/dkim.h"

#include <string.h>

#include "base/test.h"
#include "mailauth/fixture_test.h"

/* RFC 8463 A.3, with a signature of each kind. */
static const slice rfc8463 =
	SLICE_INIT("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
		   " d=football.example.com; i=@football.example.com;\r\n"
		   " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
		   " subject : date : message-id : from : subject : date;\r\n"
		   " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
		   " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
		   " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
		   "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
		   " d=football.example.com; i=@football.example.com;\r\n"
		   " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
		   " date : message-id : from : subject : date;\r\n"
		   " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
		   " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
		   " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
		   " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
		   "From: Joe SixPack <joe@football.example.com>\r\n"
		   "To: Suzie Q <suzie@shopping.example.net>\r\n"
		   "Subject: Is dinner ready?\r\n"
		   "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
		   "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
		   "\r\n"
		   "Hi.\r\n"
		   "\r\n"
		   "We lost the game.  Are you hungry yet?\r\n"
		   "\r\n"
		   "Joe.\r\n");

/* RFC 6376 A.2, with the white space that it was signed with: the RFC prints another. */
static const slice rfc6376 =
	SLICE_INIT("DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
		   "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
		   "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
		   "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
		   "      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
		   "      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
		   "      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
		   "      4bmp/YzhwvcubU4=;\r\n"
		   "Received: from client1.football.example.com  [192.0.2.1]\r\n"
		   "      by submitserver.example.com with SUBMISSION;\r\n"
		   "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"
		   "From: Joe SixPack <joe@football.example.com>\r\n"
		   "To: Suzie Q <suzie@shopping.example.net>\r\n"
		   "Subject: Is dinner ready?\r\n"
		   "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
		   "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
		   "\r\n"
		   "Hi.\r\n"
		   "\r\n"
		   "We lost the game. Are you hungry yet?\r\n"
		   "\r\n"
		   "Joe.\r\n");

static void make_zone(struct dns_answers *zone)
{
	dns_answers_init(zone);
	test_zone_add(zone, S("brisbane._domainkey.football.example.com"),
		      S("v=DKIM1; k=ed25519; "
			"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
	test_zone_add(
		zone, S("test._domainkey.football.example.com"),
		S("v=DKIM1; k=rsa; p="
		  "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
		  "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
		  "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
		  "Ip3G+2kryOTIKT+l/K4w3QIDAQAB"));
	test_zone_add(zone, S("brisbane._domainkey.example.com"),
		      S("v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ"
			"KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt"
			"IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v"
			"/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi"
			"tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"));
}

static void check_verdicts(slice text, struct dns_answers *zone, int64_t now,
			   const char *want)
{
	char got[100];

	test_dkim_verdicts(text, zone, now, got);
	CHECK_SLICE(slice_of(got), slice_of(want));
}

TEST(dkim_examples)
{
	struct dns_answers zone;

	make_zone(&zone);
	check_verdicts(rfc8463, &zone, 0, "pass pass");
	check_verdicts(rfc6376, &zone, 0, "pass");
	dns_answers_done(&zone);
}

/* What it asks, and what it says of each signature. */
TEST(dkim_restarts)
{
	static const char *const asked[] = { "brisbane._domainkey.football.example.com",
					     "test._domainkey.football.example.com" };
	struct dns_answers whole, known;
	struct dns_question lacking;
	struct dkim_verifier *v;
	struct dkim_result r;
	struct test_mail m;

	make_zone(&whole);
	dns_answers_init(&known);
	test_mail_init(&m, rfc8463);
	v = dkim_verifier_new(&m.list, m.hashes);
	test_mail_hash(&m, 1000);
	for (size_t i = 0; i < countof(asked); i++) {
		CHECK(!dkim_verifier_step(v, &known, 0, &lacking));
		CHECK_INT(lacking.type, DNS_TXT);
		CHECK_SLICE(lacking.name, slice_of(asked[i]));
		CHECK(dns_answers_add(&known, lacking,
				      dns_answers_find(&whole, lacking)));
	}
	CHECK(dkim_verifier_step(v, &known, 0, &lacking));
	CHECK_INT(dkim_verifier_count(v), 2);
	CHECK(!dkim_verifier_left_out(v));
	r = dkim_verifier_result(v, 1);
	CHECK_INT(r.finding.verdict, DKIM_PASS);
	CHECK_SLICE(r.domain, S("football.example.com"));
	CHECK_SLICE(r.selector, S("test"));
	CHECK_SLICE(r.identity, S("@football.example.com"));
	CHECK_SLICE(r.algorithm, S("rsa-sha256"));
	CHECK(slice_starts(r.signature, S("F45dVWDf")));
	CHECK_INT(r.signed_at, 1528637909);
	CHECK_INT(r.key_bits, 1024);
	CHECK(r.whole_body && !r.testing);
	dkim_verifier_free(v);
	test_mail_done(&m);
	dns_answers_done(&known);
	dns_answers_done(&whole);
}

TEST(dkim_dns_trouble)
{
	static const struct {
		enum dns_status status;
		const char *want;
	} t[] = {
		{ DNS_NO_DATA, "permerror permerror" },
		{ DNS_NO_NAME, "permerror permerror" },
		{ DNS_TROUBLE, "temperror temperror" },
		{ DNS_BOGUS, "temperror temperror" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct dns_answers zone;

		dns_answers_init(&zone);
		test_zone_fail(&zone, S("brisbane._domainkey.football.example.com"),
			       t[i].status);
		test_zone_fail(&zone, S("test._domainkey.football.example.com"),
			       t[i].status);
		check_verdicts(rfc8463, &zone, 0, t[i].want);
		dns_answers_done(&zone);
	}
}

static uint32_t count_passes(slice text, struct dns_answers *zone)
{
	slice got;
	uint32_t count = 0;
	char room[100];

	test_dkim_verdicts(text, zone, 0, room);
	got = slice_of(room);
	for (size_t at; (at = slice_find(got, S("pass"))) < got.n; count++)
		got = slice_skip(got, at + 4);
	return count;
}

/* Whatever octet is changed, no signature over it holds. */
TEST(dkim_tampering)
{
	size_t fields = slice_find(rfc8463, S("\r\nFrom:")) + 2;
	struct dns_answers zone;
	char copy[2000];

	make_zone(&zone);
	CHECK(rfc8463.n < sizeof(copy));
	memcpy(copy, rfc8463.p, rfc8463.n);
	for (size_t i = 0; i < rfc8463.n; i++) {
		copy[i] = (char)(copy[i] ^ 1);
		if (count_passes((slice){ copy, rfc8463.n }, &zone) > (i < fields))
			fail_msg("octet %zu", i);
		copy[i] = (char)(copy[i] ^ 1);
	}
	dns_answers_done(&zone);
}

static const slice plain_mail = SLICE_INIT("Received: from a.test\n"
					   "From: Jo <jo@a.test>\n"
					   "To: b@b.test,\n c@b.test\n"
					   "Subject: one\n  two   three \n"
					   "MIME-Version: 1.0\n"
					   "List-Unsubscribe: <https://a.test/u>\n"
					   "\n"
					   "Hello  there \n\n\n");

struct pair { /* of keys, with their records */
	struct signing_key *keys[2];
	struct dns_answers zone;
};

static void make_key(struct pair *p, enum key_type type, slice name)
{
	struct buf pem, record;

	buf_init(&pem, SIGNING_PEM_MAX);
	buf_init(&record, 10000);
	CHECK_INT(signing_key_generate(type, &pem), ERR_NONE);
	p->keys[type] = signing_key_read(buf_slice(&pem));
	CHECK_INT(signing_key_record(p->keys[type], &record), ERR_NONE);
	test_zone_add(&p->zone, name, buf_slice(&record));
	buf_wipe(&pem);
	buf_done(&record);
}

static void make_pair(struct pair *p)
{
	dns_answers_init(&p->zone);
	make_key(p, KEY_RSA, S("rsa._domainkey.a.test"));
	make_key(p, KEY_ED25519, S("ed._domainkey.a.test"));
}

static void free_pair(struct pair *p)
{
	signing_key_free(p->keys[0]);
	signing_key_free(p->keys[1]);
	dns_answers_done(&p->zone);
}

/* The message, as it is on the wire, below a signature with each key. */
static void sign(const struct pair *p, slice text, struct buf *out)
{
	struct dkim_signing s = { .domain = SLICE_INIT("a.test"), .now = 1000 };
	struct test_mail m;
	int place;

	test_mail_init(&m, text);
	place = body_hashes_want(m.hashes, CANON_RELAXED, BODY_WHOLE);
	test_mail_hash(&m, 5);
	s.key = p->keys[KEY_RSA];
	s.selector = S("rsa");
	CHECK_INT(dkim_sign(&s, &m.list, body_hashes_get(m.hashes, place), out),
		  ERR_NONE);
	s.key = p->keys[KEY_ED25519];
	s.selector = S("ed");
	s.identity = S("jo@mail.a.test");
	s.lifetime_s = 500;
	CHECK_INT(dkim_sign(&s, &m.list, body_hashes_get(m.hashes, place), out),
		  ERR_NONE);
	buf_add(out, m.header);
	buf_add(out, S("\r\n"));
	buf_add(out, m.body);
	test_mail_done(&m);
}

static void check_lines(slice field)
{
	slice line;

	while (take_line(&field, &line)) {
		CHECK(line.n <= 76);
		CHECK(slice_trim(line).n);
	}
	CHECK_INT(field.n, 0);
}

TEST(dkim_sign_and_verify)
{
	struct pair p;
	struct buf out;
	slice head;

	make_pair(&p);
	buf_init(&out, 10000);
	sign(&p, plain_mail, &out);
	head = slice_head(buf_slice(&out), slice_find(buf_slice(&out), S("Received:")));
	check_lines(head);
	CHECK(slice_find(head, S("h=From:From:Reply-To:Subject:Subject:")) < head.n);
	CHECK(slice_find(head, S("Received")) == head.n);
	check_verdicts(buf_slice(&out), &p.zone, 1500, "pass pass");
	check_verdicts(buf_slice(&out), &p.zone, 1501, "pass fail"); /* x= is over */
	buf_done(&out);
	free_pair(&p);
}

/* A field on top: harmless, or one that is signed or signed as absent. */
TEST(dkim_added_fields)
{
	static const struct {
		const char *field, *want;
	} t[] = {
		{ "Received: by c.test\r\n", "pass pass" },
		{ "X-Spam: no\r\n", "pass pass" },
		{ "List-Id: <l.c.test>\r\n", "pass pass" },
		{ "From: Eve <eve@a.test>\r\n", "fail fail" },
		{ "subject : other\r\n", "fail fail" },
		{ "Cc: d@d.test\r\n", "fail fail" },
		{ "Reply-To: eve@e.test\r\n", "fail fail" },
		{ "Content-Type: text/html\r\n", "fail fail" },
	};
	struct buf out, mail;
	struct pair p;

	make_pair(&p);
	buf_init(&out, 10000);
	buf_init(&mail, 10000);
	sign(&p, plain_mail, &out);
	for (size_t i = 0; i < countof(t); i++) {
		buf_reset(&mail);
		buf_add(&mail, slice_of(t[i].field));
		buf_add(&mail, buf_slice(&out));
		check_verdicts(buf_slice(&mail), &p.zone, 1000, t[i].want);
	}
	buf_done(&out);
	buf_done(&mail);
	free_pair(&p);
}

TEST(dkim_sign_refuses)
{
	struct dkim_signing s = { .domain = SLICE_INIT("a.test"),
				  .selector = SLICE_INIT("ed") };
	struct body_hash hash = { .octets = { 0 } };
	struct test_mail m;
	struct pair p;
	struct buf out;

	make_pair(&p);
	s.key = p.keys[KEY_ED25519];
	buf_init(&out, 200);
	buf_add(&out, S("before"));
	test_mail_init(&m, S("To: b@b.test\n\nbody"));
	CHECK_INT(dkim_sign(&s, &m.list, &hash, &out), ERR_MALFORMED);
	test_mail_done(&m);
	test_mail_init(&m, plain_mail);
	CHECK_INT(dkim_sign(&s, &m.list, &hash, &out), ERR_LIMIT);
	CHECK_SLICE(buf_slice(&out), S("before"));
	test_mail_done(&m);
	buf_done(&out);
	free_pair(&p);
}

TEST(dkim_too_many_signatures)
{
	struct dns_answers zone;
	struct dkim_verifier *v;
	struct test_mail m;
	struct buf text;

	make_zone(&zone);
	buf_init(&text, 10000);
	for (int i = 0; i < DKIM_SIGNATURES_MAX; i++)
		buf_add(&text, S("DKIM-Signature: v=1\r\n"));
	buf_add(&text, rfc8463);
	test_mail_init(&m, buf_slice(&text));
	v = dkim_verifier_new(&m.list, m.hashes);
	CHECK_INT(dkim_verifier_count(v), DKIM_SIGNATURES_MAX);
	CHECK(dkim_verifier_left_out(v));
	dkim_verifier_free(v);
	dkim_verifier_free(NULL);
	test_mail_done(&m);
	buf_done(&text);
	dns_answers_done(&zone);
}

/* However the body is cut, the results are the same. */
TEST(dkim_body_pieces)
{
	struct dns_answers zone;

	make_zone(&zone);
	for (size_t piece = 1; piece < 70; piece++) {
		struct dkim_verifier *v;
		struct test_mail m;

		test_mail_init(&m, rfc8463);
		v = dkim_verifier_new(&m.list, m.hashes);
		test_mail_hash(&m, piece);
		test_dkim_run(v, &zone, 0);
		CHECK_INT(dkim_verifier_result(v, 0).finding.verdict, DKIM_PASS);
		dkim_verifier_free(v);
		test_mail_done(&m);
	}
	dns_answers_done(&zone);
}
