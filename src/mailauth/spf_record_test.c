#include "mailauth/spf_record.h"

#include "base/test.h"

TEST(spf_record_walks_over_its_directives)
{
	slice text = S("v=spf1 a:%{d}/24//64 -ip6:2001:db8::/32 unknown=%{c} "
		       "?INCLUDE:x.test redirect=y.test  ~all exp=z.test ");
	struct spf_record r;
	struct spf_directive d;
	slice fault;

	CHECK(spf_record_parse(text, &r, &fault));
	CHECK_SLICE(r.redirect, S("y.test"));
	CHECK_SLICE(r.exp, S("z.test"));
	CHECK(r.has_all);

	CHECK(take_spf_directive(&r.terms, &d));
	CHECK_INT(d.mechanism, SPF_A);
	CHECK_INT(d.qualifier, SPF_PASS);
	CHECK_SLICE(d.domain_spec, S("%{d}"));
	CHECK(d.bits4 == 24 && d.bits6 == 64);

	CHECK(take_spf_directive(&r.terms, &d));
	CHECK_INT(d.mechanism, SPF_IP6);
	CHECK_INT(d.qualifier, SPF_FAIL);
	CHECK_SLICE(d.text, S("ip6:2001:db8::/32"));
	CHECK_INT(d.bits6, 32);

	CHECK(take_spf_directive(&r.terms, &d));
	CHECK_INT(d.mechanism, SPF_INCLUDE);
	CHECK_INT(d.qualifier, SPF_NEUTRAL);

	CHECK(take_spf_directive(&r.terms, &d));
	CHECK_INT(d.mechanism, SPF_ALL);
	CHECK_INT(d.qualifier, SPF_SOFTFAIL);
	CHECK(!take_spf_directive(&r.terms, &d));
}

TEST(spf_record_faults_are_named)
{
	static const struct {
		const char *text, *fault;
	} t[] = {
		{ "v=spf10 -all", "v=spf10 -all" },
		{ "v=spf1 a b -all", "b" },
		{ "v=spf1 -all moo", "moo" },
		{ "v=spf1 a:museum", "a:museum" },
		{ "v=spf1 a/33", "a/33" },
		{ "v=spf1 a/24/64", "a/24/64" },
		{ "v=spf1 a/", "a/" },
		{ "v=spf1 a//129", "a//129" },
		{ "v=spf1 mx/024", "mx/024" },
		{ "v=spf1 ip4:192.0.2.1//32", "ip4:192.0.2.1//32" },
		{ "v=spf1 ip4:2001:db8::1", "ip4:2001:db8::1" },
		{ "v=spf1 ip6:192.0.2.1", "ip6:192.0.2.1" },
		{ "v=spf1 include", "include" },
		{ "v=spf1 all:x.test", "all:x.test" },
		{ "v=spf1 ptr/24", "ptr/24" },
		{ "v=spf1 redirect=a.test redirect=b.test", "redirect=b.test" },
		{ "v=spf1 exp=", "exp=" },
		{ "v=spf1 x=%", "x=%" },
		{ "v=spf1 1x=y", "1x=y" },
		{ "v=spf1 -redirect=a.test", "-redirect=a.test" },
		{ "v=spf1 a\tmx", "a\tmx" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct spf_record r = { .has_all = true };
		slice fault;

		CHECK(!spf_record_parse(slice_of(t[i].text), &r, &fault));
		CHECK_SLICE(fault, slice_of(t[i].fault));
		CHECK(r.has_all);
	}
}

TEST(spf_record_of_nothing)
{
	struct spf_record r;
	struct spf_directive d;
	slice fault;

	CHECK(spf_record_parse(S("V=SPF1"), &r, &fault));
	CHECK(!take_spf_directive(&r.terms, &d));
	CHECK(is_spf_record(S("v=spf1 ")));
	CHECK(!is_spf_record(S("v=spf")));
}
