#include "base/utf8.h"

#include "base/test.h"

TEST(utf8_valid)
{
	static const slice good[] = {
		SLICE_INIT(""),
		SLICE_INIT("a\0b"),
		SLICE_INIT("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"),
		SLICE_INIT("\xed\x9f\xbf\xee\x80\x80"),
		SLICE_INIT("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"),
	};

	for (size_t i = 0; i < countof(good); i++)
		CHECK(utf8_valid(good[i]));
}

static const slice bad[] = {
	SLICE_INIT("\x80"),             /* no start */
	SLICE_INIT("\xc0\x80"),         /* overlong NUL */
	SLICE_INIT("\xc1\xbf"),         /* overlong */
	SLICE_INIT("\xe0\x9f\xbf"),     /* overlong */
	SLICE_INIT("\xf0\x8f\xbf\xbf"), /* overlong */
	SLICE_INIT("\xed\xa0\x80"),     /* surrogate */
	SLICE_INIT("\xed\xbf\xbf"),     /* surrogate */
	SLICE_INIT("\xf4\x90\x80\x80"), /* past U+10FFFF */
	SLICE_INIT("\xf8\x88\x80\x80\x80"),
	SLICE_INIT("\xff"),
	SLICE_INIT("\xc3"), /* cut */
	SLICE_INIT("\xe2\x82"),
	SLICE_INIT("\xf0\x9f\x98"),
	SLICE_INIT("\xc3(") /* no continuation */
};

TEST(utf8_refuses)
{
	for (size_t i = 0; i < countof(bad); i++) {
		slice in = bad[i];
		uint32_t c = 42;

		CHECK(!utf8_valid(in));
		CHECK(!take_code_point(&in, &c));
		CHECK(in.p == bad[i].p && in.n == bad[i].n && c == 42);
		CHECK(take_code_point_lenient(&in, &c));
		CHECK(c == UTF8_REPLACEMENT && in.n == bad[i].n - 1);
	}
}

TEST(utf8_both_ways)
{
	struct buf b;

	buf_init(&b, 8);
	for (uint32_t c = 0; c < 0x110000; c += 13) {
		uint32_t got;
		slice in;

		if (!is_code_point(c)) continue;
		buf_reset(&b);
		CHECK(buf_add_code_point(&b, c));
		in = buf_slice(&b);
		CHECK(take_code_point(&in, &got));
		CHECK(got == c && in.n == 0);
	}
	buf_done(&b);
}

TEST(utf8_head_cuts_no_code_point)
{
	static const slice text = SLICE_INIT("a\xe2\x82\xac"
					     "b");

	CHECK_SLICE(utf8_head(text, 0), S(""));
	CHECK_SLICE(utf8_head(text, 1), S("a"));
	CHECK_SLICE(utf8_head(text, 3), S("a"));
	CHECK_SLICE(utf8_head(text, 4), S("a\xe2\x82\xac"));
	CHECK_SLICE(utf8_head(text, 9), text);
}

TEST(utf8_ascii)
{
	CHECK(is_ascii(S("plain\x7f")));
	CHECK(!is_ascii(S("caf\xc3\xa9")));
}
