#include "base/varint.h"

#include "base/test.h"

TEST(varint_both_ways)
{
	static const struct {
		uint64_t value;
		slice text;
	} t[] = {
		{ 0, SLICE_INIT("\0") },
		{ 127, SLICE_INIT("\x7f") },
		{ 128, SLICE_INIT("\x80\x01") },
		{ 624485, SLICE_INIT("\xe5\x8e\x26") },
		{ UINT64_MAX, SLICE_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < countof(t); i++) {
		uint64_t value = 1;
		slice in;

		buf_reset(&b);
		CHECK(buf_add_varint(&b, t[i].value));
		CHECK_SLICE(buf_slice(&b), t[i].text);
		in = buf_slice(&b);
		CHECK(take_varint(&in, &value));
		CHECK(value == t[i].value);
		CHECK_INT(in.n, 0);
	}
	buf_done(&b);
}

TEST(varint_refuses_and_changes_nothing)
{
	static const slice bad[] = {
		SLICE_INIT(""),
		SLICE_INIT("\x80"),
		SLICE_INIT("\x80\x00"),
		SLICE_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
		SLICE_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
	};

	for (size_t i = 0; i < countof(bad); i++) {
		slice in = bad[i];
		uint64_t value = 42;

		CHECK(!take_varint(&in, &value));
		CHECK(value == 42 && in.p == bad[i].p && in.n == bad[i].n);
	}
}
