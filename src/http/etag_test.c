#include "http/etag.h"

#include "base/test.h"

TEST(what_a_client_has)
{
	static const struct {
		slice name, value;
		bool has, counts;
	} rows[] = {
		{ SLICE_INIT("If-None-Match"), SLICE_INIT("\"a\""), true, true },
		{ SLICE_INIT("If-None-Match"), SLICE_INIT("\"b\", W/\"a\""), true, true },
		{ SLICE_INIT("If-None-Match"), SLICE_INIT("*"), true, true },
		{ SLICE_INIT("If-None-Match"), SLICE_INIT("\"b\",a,"), false, true },
		{ SLICE_INIT("If-None-Match"), SLICE_INIT(""), false, true },
		{ SLICE_INIT("If-Range"), SLICE_INIT("\"a\""), false, true },
		{ SLICE_INIT("If-Range"), SLICE_INIT("W/\"a\""), false, false },
		{ SLICE_INIT("If-Range"), SLICE_INIT("Sat, 29 Oct 1994 19:43:31 GMT"),
		  false, false },
		{ SLICE_INIT("Accept"), SLICE_INIT("\"a\""), false, true },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct http_request r = { .field_count = 1,
					  .fields = { { rows[i].name, rows[i].value } } };

		CHECK_INT(http_has_already(&r, S("\"a\"")), rows[i].has);
		CHECK_INT(http_range_counts(&r, S("\"a\"")), rows[i].counts);
	}
}
