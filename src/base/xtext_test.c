#include "base/test.h"
#include "base/xtext.h"

TEST(xtext)
{
	static const struct {
		const char *text, *octets; /* NULL: no xtext */
	} t[] = {
		{ "", "" },
		{ "jo@example.org", "jo@example.org" },
		{ "jo+2Btag@example.org", "jo+tag@example.org" },
		{ "QQ314159+3D+20", "QQ314159= " },
		{ "+0D+0a", "\r\n" },
		{ "+c3+A9", "\xc3\xa9" },
		{ "+", NULL },
		{ "+2", NULL },
		{ "+2g", NULL },
		{ "+g2", NULL },
		{ "a=b", NULL },
		{ "a b", NULL },
		{ "\xc3\xa9", NULL },
		{ "\177", NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 100);
		buf_add(&out, S("x"));
		CHECK(xtext_read(&out, slice_of(t[i].text)) == (t[i].octets != NULL));
		CHECK_SLICE(slice_skip(buf_slice(&out), 1), slice_of(t[i].octets));
		buf_done(&out);
	}
}

TEST(xtext_reads_what_it_writes)
{
	char all[256];
	struct buf text, octets;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	buf_init(&text, 3 * sizeof(all));
	buf_init(&octets, sizeof(all));
	CHECK(xtext_write(&text, (slice){ all, sizeof(all) }));
	CHECK(xtext_read(&octets, buf_slice(&text)));
	CHECK_SLICE(buf_slice(&octets), ((slice){ all, sizeof(all) }));
	CHECK(!xtext_read(&octets, S("x"))); /* it is full */
	CHECK_SLICE(buf_slice(&octets), ((slice){ all, sizeof(all) }));
	buf_done(&text);
	buf_done(&octets);
}

TEST(xtext_into_an_arena)
{
	struct arena memory;
	slice got = { 0 };

	arena_init(&memory, 8);
	CHECK(!xtext_copy(&memory, S("a+2"), &got));
	CHECK(!xtext_copy(&memory, S("abcdefgh"), &got));
	CHECK(!got.p);
	CHECK(xtext_copy(&memory, S("a+2B"), &got));
	CHECK_SLICE(got, S("a+"));
	arena_done(&memory);
}
