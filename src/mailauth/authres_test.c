#include "mailauth/authres.h"

#include "base/test.h"

TEST(authres_fields)
{
	const struct spf_verdict spf = { .result = SPF_PASS, .domain = S("example.net") };
	const struct dmarc_verdict dmarc = { .result = DMARC_FAIL,
					     .author = S("example.com"),
					     .policy_domain = S("example.com"),
					     .policy = DMARC_QUARANTINE };
	struct ip ip = { 0 };
	struct authres w;
	struct buf out;

	buf_init(&out, 4096);
	CHECK(ip_parse(S("2001:db8::1"), &ip));
	authres_begin(&w, &out, S("Authentication-Results: "), S("mx.example.org"));
	authres_add_spf(&w, &spf, SPF_MAIL_FROM);
	authres_add(&w, S("dkim"), S("permerror"));
	authres_add_reason(&w, S("no \"key\"\r\nX: y"));
	authres_add_property(&w, S("header.d"), S("a.very.long.domain.name.example.com"));
	authres_add_dmarc(&w, &dmarc);
	authres_add_iprev(&w, IPREV_PASS, ip);
	CHECK(authres_end(&w));
	CHECK_SLICE(buf_slice(&out),
		    S("Authentication-Results: mx.example.org;\r\n"
		      "\tspf=pass smtp.mailfrom=example.net;\r\n"
		      "\tdkim=permerror reason=\"no \\\"key\\\"?"
		      "?X: y\"\r\n"
		      "\theader.d=a.very.long.domain.name.example.com;\r\n"
		      "\tdmarc=fail header.from=example.com policy.dmarc=quarantine;\r\n"
		      "\tiprev=pass policy.iprev=\"2001:db8::1\"\r\n"));
	buf_done(&out);
}

TEST(authres_signatures)
{
	const struct dkim_result pass = { .domain = S("a.test"),
					  .selector = S("s1"),
					  .identity = S("jo@a.test"),
					  .algorithm = S("rsa-sha256"),
					  .signature = S("F45d\r\n VWDfMbQD") };
	const struct dkim_result unread = { .finding = { DKIM_NEUTRAL,
							 "the tags are malformed" } };
	const struct arc_result chain = { .status = ARC_PASS, .oldest_pass = 2 };
	const struct arc_result broken = { .status = ARC_FAIL,
					   .reason = "a set is incomplete" };
	struct authres w;
	struct buf out;

	buf_init(&out, 4096);
	authres_begin(&w, &out, S(""), S("mx.test"));
	authres_add_dkim(&w, &pass);
	authres_add_dkim(&w, &unread);
	authres_add_arc(&w, &chain);
	authres_add_arc(&w, &broken);
	CHECK(authres_end(&w));
	CHECK_SLICE(buf_slice(&out),
		    S("mx.test;\r\n"
		      "\tdkim=pass header.d=a.test header.s=s1 header.i=\"jo@a.test\"\r\n"
		      "\theader.a=rsa-sha256 header.b=F45dVWDf;\r\n"
		      "\tdkim=neutral reason=\"the tags are malformed\";\r\n"
		      "\tarc=pass header.oldest-pass=2;\r\n"
		      "\tarc=fail reason=\"a set is incomplete\"\r\n"));
	buf_done(&out);
}

TEST(authres_without_results)
{
	struct authres w;
	struct buf out;

	buf_init(&out, 100);
	authres_begin(&w, &out, S("ARC-Authentication-Results: i=1; "), S("a b"));
	CHECK(authres_end(&w));
	CHECK_SLICE(buf_slice(&out),
		    S("ARC-Authentication-Results: i=1; \"a b\"; none\r\n"));
	buf_done(&out);
}

TEST(authres_claims)
{
	static const struct {
		const char *value;
		bool claims;
	} t[] = {
		{ "mx.example.org; spf=pass", true },
		{ " MX.Example.org 1; none", true },
		{ "\r\n\t(a (nested) \\) comment) mx.example.org", true },
		{ "\"mx.example.org\"; spf=pass", true },
		{ "\"mx.exam\\ple.org\"; spf=pass", true },
		{ "mx.example.org/x; spf=pass", true }, /* nothing else may follow */
		{ "mx.example.com; spf=pass smtp.mailfrom=mx.example.org", false },
		{ "mx.example.com 1 ; none", false },
		{ "mx.example.com 2; none", true },
		{ "mx.example.com", false },
		{ "b\xc3\xbc"
		  "cher.example; none",
		  false },
		{ "", true },
		{ "; none", true },
		{ "(endless mx.example.com; none", true },
		{ "\"endless", true },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(authres_claims(slice_of(t[i].value), S("mx.example.org")),
			  t[i].claims);
	CHECK(authres_claims(S("b\xc3\xbc"
			       "cher.example; none"),
			     S("xn--bcher-kva.example")));
}

TEST(authres_forged_fields_are_found)
{
	slice message = S("Received: x\r\n"
			  "Authentication-Results: mx.example.org;\r\n spf=pass\r\n"
			  "authentication-results: other.example; spf=pass\r\n"
			  "AUTHENTICATION-RESULTS:mx.example.org; dkim=pass\r\n"
			  "\r\nAuthentication-Results: mx.example.org; x=y\r\n");
	struct octet_range range;
	struct arena arena;
	uint32_t cursor = 0;

	arena_init(&arena, MIME_ARENA_MAX);
	const struct mime *m = mime_parse(&arena, message);
	CHECK(m);
	CHECK(authres_next_forged(m->parts, S("mx.example.org"), &cursor, &range));
	CHECK_INT(range.start, 13);
	CHECK_INT(range.end, 13 + 41 + 11);
	CHECK(authres_next_forged(m->parts, S("mx.example.org"), &cursor, &range));
	CHECK(slice_starts(slice_skip(message, range.start), S("AUTH")));
	CHECK(!authres_next_forged(m->parts, S("mx.example.org"), &cursor, &range));
	arena_done(&arena);
}
