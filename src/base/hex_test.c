#include "base/hex.h"

#include "base/test.h"

TEST(hex_both_ways)
{
	static const slice bad[] = { SLICE_INIT("0"), SLICE_INIT("0g"),
				     SLICE_INIT("0 ") };
	struct buf b;

	buf_init(&b, 10);
	CHECK(hex_encode(&b, S("\x00\x7f\xff")));
	CHECK_SLICE(buf_slice(&b), S("007fff"));
	buf_reset(&b);
	CHECK(hex_decode(&b, S("007fFf")));
	CHECK_SLICE(buf_slice(&b), S("\x00\x7f\xff"));
	for (size_t i = 0; i < countof(bad); i++)
		CHECK(!hex_decode(&b, bad[i]));
	CHECK_INT(b.n, 3);
	buf_done(&b);
}

TEST(percent_encoding)
{
	static const struct {
		slice text, octets;
		bool is_whole;
	} rows[] = {
		{ SLICE_INIT("jo%40example.org"), SLICE_INIT("jo@example.org"), true },
		{ SLICE_INIT("%2f%2F%25"), SLICE_INIT("//%"), true },
		{ SLICE_INIT("%4"), SLICE_INIT("%4"), false },
		{ SLICE_INIT("100%"), SLICE_INIT("100%"), false },
		{ SLICE_INIT("%g0%41"), SLICE_INIT("%g0A"), false },
		{ SLICE_INIT("0123456789abcdefg"), SLICE_INIT("0123456789abcdef"),
		  false },
	};
	struct buf out;

	buf_init(&out, 16);
	for (size_t i = 0; i < countof(rows); i++) {
		buf_reset(&out);
		CHECK_INT(percent_decode(rows[i].text, &out), rows[i].is_whole);
		CHECK_SLICE(buf_slice(&out), rows[i].octets);
	}
	buf_done(&out);
}
