#include "mailauth/spf_macro.h"

#include "base/test.h"

static struct spf_facts facts_of(const char *address)
{
	struct spf_facts f = {
		.local = S("strong-bad"),
		.sender_domain = S("email.example.com"),
		.domain = S("email.example.com"),
		.helo = S("mx.example.org"),
		.now = 1700000000,
	};

	CHECK(ip_parse(slice_of(address), &f.ip));
	return f;
}

static void check_expansion(const struct spf_facts *facts, const char *text,
			    const char *want)
{
	struct buf out;

	buf_init(&out, 1024);
	CHECK(spf_text_valid(slice_of(text), SPF_EXPLANATION));
	CHECK(spf_text_expand(slice_of(text), facts, &out));
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

TEST(spf_macro_examples) /* RFC 7208 7.4, and some more */
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "%{s}", "strong-bad@email.example.com" },
		{ "%{o}", "email.example.com" },
		{ "%{d}", "email.example.com" },
		{ "%{d4}", "email.example.com" },
		{ "%{d3}", "email.example.com" },
		{ "%{d2}", "example.com" },
		{ "%{d1}", "com" },
		{ "%{dr}", "com.example.email" },
		{ "%{d2r}", "example.email" },
		{ "%{l}", "strong-bad" },
		{ "%{l-}", "strong.bad" },
		{ "%{lr}", "strong-bad" },
		{ "%{lr-}", "bad.strong" },
		{ "%{l1r-}", "strong" },
		{ "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com" },
		{ "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com" },
		{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
		  "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
		{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
		  "3.2.0.192.in-addr.strong.lp._spf.example.com" },
		{ "%{d2}.trusted-domains.example.net",
		  "example.com.trusted-domains.example.net" },
		{ "%%%_%-%{c}", "% %20192.0.2.3" },
		{ "%{S}", "strong-bad%40email.example.com" },
		{ "%{D99999999999999999999R}", "com.example.email" },
		{ "%{h} %{r} %{p} %{t}", "mx.example.org unknown unknown 1700000000" },
	};
	struct spf_facts facts = facts_of("192.0.2.3");

	for (size_t i = 0; i < countof(t); i++)
		check_expansion(&facts, t[i].text, t[i].want);
	facts = facts_of("2001:db8::cb01");
	check_expansion(&facts, "%{ir}.%{v}._spf.%{d2}",
			"1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
			"ip6._spf.example.com");
	check_expansion(&facts, "%{c}", "2001:db8::cb01");
}

TEST(spf_macro_parts_may_be_empty)
{
	struct spf_facts facts = facts_of("192.0.2.3");

	facts.local = S("-a--b-");
	check_expansion(&facts, "%{l-}", ".a..b.");
	check_expansion(&facts, "%{lr-}", ".b..a.");
	check_expansion(&facts, "%{l2-}", "b.");
	check_expansion(&facts, "%{l2r-}", "a.");
	facts.local = S("");
	check_expansion(&facts, "<%{lr-}>", "<>");
}

TEST(spf_macro_syntax)
{
	static const struct {
		const char *text;
		bool domain, string, explanation;
	} t[] = {
		{ "example.com", true, true, true },
		{ "example.com.", true, true, true },
		{ "%{d}", true, true, true },
		{ "a.%%", true, true, true },
		{ "example.c-1", true, true, true },
		{ "%{d}.com", true, true, true },
		{ "", false, true, true },
		{ "com", false, true, true },
		{ "com.", false, true, true },
		{ ".", false, true, true },
		{ "example.123", false, true, true },
		{ "example.-com", false, true, true },
		{ "%{d}com", false, true, true },
		{ "%{c}", false, true, true },
		{ "%{R}", false, true, true },
		{ "two words.com", false, false, true },
		{ "%{d", false, false, false },
		{ "%{}", false, false, false },
		{ "%{x}", false, false, false },
		{ "%{d0}", false, false, false },
		{ "%{dr2}", false, false, false },
		{ "%{d:}", false, false, false },
		{ "%d", false, false, false },
		{ "%", false, false, false },
		{ "caf\xc3\xa9.com", false, false, false },
		{ "a\tb.com", false, false, false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice text = slice_of(t[i].text);

		CHECK_INT(spf_text_valid(text, SPF_DOMAIN_SPEC), t[i].domain);
		CHECK_INT(spf_text_valid(text, SPF_MACRO_STRING), t[i].string);
		CHECK_INT(spf_text_valid(text, SPF_EXPLANATION), t[i].explanation);
	}
	CHECK(spf_text_uses(S("x.%{P2}.com"), 'p'));
	CHECK(!spf_text_uses(S("p.%%p.%{d}.com"), 'p'));
}

TEST(spf_macro_expansion_is_bounded)
{
	struct spf_facts facts = facts_of("192.0.2.3");
	struct buf out;

	buf_init(&out, 30);
	CHECK(!spf_text_expand(S("%{d}%{d}"), &facts, &out));
	buf_done(&out);
}
