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
