#include "http/query.h"

#include "base/test.h"

TEST(query_values)
{
	static const struct {
		slice query, name, value;
		bool found;
	} rows[] = {
		{ SLICE_INIT("a=1&b=2"), SLICE_INIT("b"), SLICE_INIT("2"), true },
		{ SLICE_INIT("ab=1&a=2&a=3"), SLICE_INIT("a"), SLICE_INIT("2"), true },
		{ SLICE_INIT("to=a%2Bb%40c+d"), SLICE_INIT("to"), SLICE_INIT("a+b@c d"),
		  true },
		{ SLICE_INIT("a="), SLICE_INIT("a"), SLICE_INIT(""), true },
		{ SLICE_INIT("a"), SLICE_INIT("a"), SLICE_INIT(""), false },
		{ SLICE_INIT("a=%4"), SLICE_INIT("a"), SLICE_INIT(""), false },
		{ SLICE_INIT("a=0123456789abcdefg"), SLICE_INIT("a"), SLICE_INIT(""),
		  false },
		{ SLICE_INIT(""), SLICE_INIT("a"), SLICE_INIT(""), false },
	};
	struct buf out;

	buf_init(&out, 16);
	for (size_t i = 0; i < countof(rows); i++) {
		buf_reset(&out);
		CHECK_INT(http_query_value(rows[i].query, rows[i].name, &out),
			  rows[i].found);
		if (rows[i].found) CHECK_SLICE(buf_slice(&out), rows[i].value);
	}
	buf_done(&out);
}
