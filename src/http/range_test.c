#include "http/range.h"

#include "base/test.h"

/* RFC 9110 14.1.2, with its examples. */
TEST(ranges_of_ten_thousand_octets)
{
	static const struct {
		slice field;
		enum http_range_fit fit;
		uint64_t first, count;
	} rows[] = {
		{ SLICE_INIT("bytes=0-499"), HTTP_RANGE_PART, 0, 500 },
		{ SLICE_INIT("bytes=500-999"), HTTP_RANGE_PART, 500, 500 },
		{ SLICE_INIT("bytes=-500"), HTTP_RANGE_PART, 9500, 500 },
		{ SLICE_INIT("bytes=9500-"), HTTP_RANGE_PART, 9500, 500 },
		{ SLICE_INIT("Bytes=9999-"), HTTP_RANGE_PART, 9999, 1 },
		{ SLICE_INIT("bytes=0-0"), HTTP_RANGE_PART, 0, 1 },
		{ SLICE_INIT("bytes= 1-2"), HTTP_RANGE_PART, 1, 2 },
		{ SLICE_INIT("bytes=0-20000"), HTTP_RANGE_PART, 0, 10000 },
		{ SLICE_INIT("bytes=-20000"), HTTP_RANGE_PART, 0, 10000 },
		{ SLICE_INIT("bytes=9-99999999999999999999999"), HTTP_RANGE_PART, 9,
		  9991 },
		{ SLICE_INIT("bytes=10000-"), HTTP_RANGE_OUTSIDE, 0, 0 },
		{ SLICE_INIT("bytes=99999999999999999999999-"), HTTP_RANGE_OUTSIDE, 0,
		  0 },
		{ SLICE_INIT("bytes=-0"), HTTP_RANGE_OUTSIDE, 0, 0 },
		{ SLICE_INIT("bytes=5-4"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("bytes=0-0,-1"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("bytes=-"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("bytes="), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("bytes"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("bytes=+1-2"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("bytes=1-2x"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT("lines=1-2"), HTTP_RANGE_WHOLE, 0, 0 },
		{ SLICE_INIT(""), HTTP_RANGE_WHOLE, 0, 0 },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		uint64_t first = 0, count = 0;
		struct http_range r;

		http_range_parse(rows[i].field, &r);
		CHECK_INT(http_range_of(&r, 10000, &first, &count), rows[i].fit);
		CHECK_INT(first, rows[i].first);
		CHECK_INT(count, rows[i].count);
	}
}

TEST(ranges_of_nothing)
{
	uint64_t first, count;
	struct http_range r;

	http_range_parse(S("bytes=0-"), &r);
	CHECK_INT(http_range_of(&r, 0, &first, &count), HTTP_RANGE_OUTSIDE);
	http_range_parse(S("bytes=-5"), &r);
	CHECK_INT(http_range_of(&r, 0, &first, &count), HTTP_RANGE_WHOLE);
}
