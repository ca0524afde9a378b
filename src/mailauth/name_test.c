#include "mailauth/name.h"

#include <string.h>

#include "base/test.h"

TEST(name_validity)
{
	static const struct {
		const char *in;
		bool valid;
	} t[] = {
		{ "example.org", true },
		{ "_spf.example.org", true },
		{ "foo:bar/baz.example.com", true },
		{ "a b.example.org", true },
		{ "", false },
		{ "example.org.", false },
		{ ".example.org", false },
		{ "example..org", false },
		{ "ex\\ample.org", false },
		{ "ex\xc3\xa4mple.org", false },
		{ "ex\tample.org", false },
		{ "a23456789012345678901234567890123456789012345678901234567890123.org",
		  true },
		{ "a234567890123456789012345678901234567890123456789012345678901234.org",
		  false },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(name_is_valid(slice_of(t[i].in)), t[i].valid);
}

TEST(name_relations)
{
	CHECK_INT(name_labels(S("a.mail.example.com")), 4);
	CHECK_INT(name_labels(S("")), 0);
	CHECK_SLICE(name_parent(S("a.example.com")), S("example.com"));
	CHECK_SLICE(name_parent(S("com")), S(""));
	CHECK(name_is_within(S("mail.Example.com"), S("example.COM")));
	CHECK(name_is_within(S("example.com"), S("example.com")));
	CHECK(!name_is_within(S("mail.bad-example.com"), S("example.com")));
	CHECK(!name_is_within(S("example.com"), S("mail.example.com")));
}

TEST(name_is_cut_from_the_left)
{
	char text[300];
	slice got;

	memset(text, 'a', sizeof(text));
	for (size_t i = 9; i < sizeof(text); i += 10)
		text[i] = '.';
	got = name_fitted((slice){ text, sizeof(text) });
	CHECK_INT(got.n, 249);
	CHECK(got.p == text + 50);
	CHECK_SLICE(name_fitted(S("example.org.")), S("example.org"));
}

TEST(name_joining_and_a_labels)
{
	struct arena arena;
	slice got;

	arena_init(&arena, 4096);
	CHECK(name_join(S("_dmarc"), S("example.org"), &arena, &got));
	CHECK_SLICE(got, S("_dmarc.example.org"));
	CHECK(!name_join(S("_dmarc"), S(""), &arena, &got));
	CHECK(name_to_ascii(S("b\xc3\xbc"
			      "cher.example"),
			    &arena, &got));
	CHECK_SLICE(got, S("xn--bcher-kva.example"));
	arena_done(&arena);
}
