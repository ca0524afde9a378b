#include "mailauth/arc.h"

#include "base/test.h"
#include "mailauth/fixture_test.h"

static const slice start = SLICE_INIT("From: Jo <jo@a.test>\r\n"
				      "To: list@b.test\r\n"
				      "Subject: news\r\n"
				      "\r\n"
				      "Hello.\r\n");

struct chain {
	struct signing_key *key;
	struct dns_answers zone;
	struct buf mail;
};

static void chain_init(struct chain *c)
{
	struct buf pem, record;

	buf_init(&pem, SIGNING_PEM_MAX);
	buf_init(&record, 10000);
	buf_init(&c->mail, 1 << 20);
	dns_answers_init(&c->zone);
	CHECK_INT(signing_key_generate(KEY_ED25519, &pem), ERR_NONE);
	c->key = signing_key_read(buf_slice(&pem));
	CHECK_INT(signing_key_record(c->key, &record), ERR_NONE);
	test_zone_add(&c->zone, S("ed._domainkey.b.test"), buf_slice(&record));
	buf_add(&c->mail, start);
	buf_wipe(&pem);
	buf_done(&record);
}

static void chain_done(struct chain *c)
{
	signing_key_free(c->key);
	dns_answers_done(&c->zone);
	buf_done(&c->mail);
}

static struct arc_result verify(struct chain *c)
{
	struct arc_verifier *v;
	struct arc_result r;
	struct test_mail m;

	test_mail_init(&m, buf_slice(&c->mail));
	v = arc_verifier_new(&m.list, m.hashes);
	test_mail_hash(&m, 9);
	r = test_arc_run(v, &c->zone, 5);
	arc_verifier_free(v);
	test_mail_done(&m);
	return r;
}

static void put_before(struct buf *mail, slice text)
{
	struct buf whole;

	buf_init(&whole, mail->max);
	buf_add(&whole, text);
	buf_add(&whole, buf_slice(mail));
	buf_reset(mail);
	buf_move(mail, &whole);
}

static enum err seal(struct chain *c)
{
	struct arc_sealing s = { .domain = SLICE_INIT("b.test"),
				 .selector = SLICE_INIT("ed"),
				 .key = c->key,
				 .now = 5,
				 .results = SLICE_INIT("mx.b.test;\r\n spf=pass") };
	struct arc_verifier *v;
	struct test_mail m;
	struct buf set;
	enum err e;
	int place;

	buf_init(&set, 10000);
	test_mail_init(&m, buf_slice(&c->mail));
	v = arc_verifier_new(&m.list, m.hashes);
	place = body_hashes_want(m.hashes, CANON_RELAXED, BODY_WHOLE);
	test_mail_hash(&m, 9);
	test_arc_run(v, &c->zone, 5);
	e = arc_seal(&s, v, &m.list, body_hashes_get(m.hashes, place), &set);
	arc_verifier_free(v);
	test_mail_done(&m);
	put_before(&c->mail, buf_slice(&set));
	buf_done(&set);
	return e;
}

static void check_result(struct chain *c, enum arc_status status, uint32_t instances,
			 const char *reason)
{
	struct arc_result got = verify(c);

	CHECK_SLICE(slice_of(got.reason), slice_of(reason));
	CHECK_INT(got.status, status);
	CHECK_INT(got.instances, instances);
}

TEST(arc_no_chain)
{
	struct chain c;

	chain_init(&c);
	check_result(&c, ARC_NONE, 0, NULL);
	put_before(&c.mail, S("ARC-Seal: nonsense\r\n"));
	check_result(&c, ARC_FAIL, 0, "an instance is malformed");
	chain_done(&c);
}

TEST(arc_longest_chain)
{
	struct chain c;

	chain_init(&c);
	for (uint32_t i = 1; i <= ARC_INSTANCES_MAX; i++) {
		CHECK_INT(seal(&c), ERR_NONE);
		if (i < 4 || i == ARC_INSTANCES_MAX) check_result(&c, ARC_PASS, i, NULL);
	}
	CHECK_INT(seal(&c), ERR_DENIED);
	check_result(&c, ARC_PASS, ARC_INSTANCES_MAX, NULL);
	chain_done(&c);
}

/* A list that changes the subject seals what it made of the message. */
TEST(arc_oldest_pass)
{
	struct chain c;
	slice mail, subject = S("Subject: ");
	struct buf changed;
	size_t at;

	chain_init(&c);
	CHECK_INT(seal(&c), ERR_NONE);
	CHECK_INT(seal(&c), ERR_NONE);
	CHECK_INT(verify(&c).oldest_pass, 0);
	mail = buf_slice(&c.mail);
	at = slice_find(mail, S("\r\nSubject: ")) + 2 + subject.n;
	buf_init(&changed, c.mail.max);
	buf_add(&changed, slice_head(mail, at));
	buf_add(&changed, S("[list] "));
	buf_add(&changed, slice_skip(mail, at));
	buf_reset(&c.mail);
	buf_move(&c.mail, &changed);
	check_result(&c, ARC_FAIL, 2, "the signature is wrong");
	CHECK_INT(verify(&c).failed, 2);
	chain_done(&c);
}

TEST(arc_closed_chain)
{
	struct chain c;

	chain_init(&c);
	CHECK_INT(seal(&c), ERR_NONE);
	buf_add(&c.mail, S("more\r\n"));
	check_result(&c, ARC_FAIL, 1, "the body hash is wrong");
	CHECK_INT(seal(&c), ERR_NONE); /* says so, with cv=fail */
	CHECK(slice_find(buf_slice(&c.mail), S("cv=fail")) < c.mail.n);
	check_result(&c, ARC_FAIL, 2, "the chain came broken");
	CHECK_INT(seal(&c), ERR_DENIED);
	chain_done(&c);
}

TEST(arc_dns_trouble)
{
	struct chain c;
	struct arc_result r;

	chain_init(&c);
	CHECK_INT(seal(&c), ERR_NONE);
	dns_answers_done(&c.zone);
	dns_answers_init(&c.zone);
	test_zone_fail(&c.zone, S("ed._domainkey.b.test"), DNS_TROUBLE);
	r = verify(&c);
	CHECK_INT(r.status, ARC_FAIL);
	CHECK(r.trouble);
	chain_done(&c);
}

TEST(arc_testimony)
{
	struct arc_testimony t;
	struct arc_verifier *v;
	struct test_mail m;
	struct chain c;

	chain_init(&c);
	CHECK_INT(seal(&c), ERR_NONE);
	test_mail_init(&m, buf_slice(&c.mail));
	v = arc_verifier_new(&m.list, m.hashes);
	test_mail_hash(&m, 9);
	CHECK_INT(test_arc_run(v, &c.zone, 5).status, ARC_PASS);
	t = arc_verifier_testimony(v, 1);
	CHECK_SLICE(t.domain, S("b.test"));
	CHECK_SLICE(t.selector, S("ed"));
	CHECK_SLICE(slice_trim(t.results), S("mx.b.test;\r\n spf=pass"));
	arc_verifier_free(v);
	arc_verifier_free(NULL);
	test_mail_done(&m);
	chain_done(&c);
}

/* Whatever octet is changed above the message, the chain breaks. */
TEST(arc_tampering)
{
	struct chain c;
	size_t sets;

	chain_init(&c);
	CHECK_INT(seal(&c), ERR_NONE);
	CHECK_INT(seal(&c), ERR_NONE);
	sets = slice_find(buf_slice(&c.mail), S("From: Jo"));
	for (size_t i = 0; i < sets; i++) {
		char *p = c.mail.p + c.mail.start + i;

		*p = (char)(*p ^ 1);
		if (verify(&c).status == ARC_PASS) fail_msg("octet %zu", i);
		*p = (char)(*p ^ 1);
	}
	check_result(&c, ARC_PASS, 2, NULL);
	chain_done(&c);
}
