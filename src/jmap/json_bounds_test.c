#include "jmap/json_bounds.h"

#include "base/test.h"

TEST(bounds_of_json)
{
	static const struct {
		slice text;
		size_t depth, values;
	} rows[] = {
		{ SLICE_INIT(""), 0, 1 },
		{ SLICE_INIT("1"), 0, 1 },
		{ SLICE_INIT("[1, 2, {\"a\": []}]"), 3, 6 },
		{ SLICE_INIT("[\"[[[,,\", \"\\\"[[\"]"), 1, 3 },
		{ SLICE_INIT("]]["), 1, 2 },
		{ SLICE_INIT("[\"\\"), 1, 2 },
		{ SLICE_INIT("[\"open"), 1, 2 },
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct json_bounds got = json_bounds(rows[i].text);

		CHECK_INT(got.depth, rows[i].depth);
		CHECK_INT(got.values, rows[i].values);
	}
}
