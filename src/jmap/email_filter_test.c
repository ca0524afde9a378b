#include "jmap/email_filter.h"

#include "base/test.h"
#include "jmap/email_sort.h"

enum { ACCOUNT = 7 };

/* "type" of the fault, or "" */
static void check(const char *filter, const char *want)
{
	json_t *json = json_loads(filter, JSON_DECODE_ANY, NULL);
	struct query_fault fault = { .type = "" };
	struct email_filter f;
	struct arena arena;
	bool good;

	CHECK(json != NULL);
	arena_init(&arena, FILTER_ARENA_MAX);
	good = email_filter_parse(json, ACCOUNT, &arena, &f, &fault);
	CHECK(good == !want[0]);
	CHECK_SLICE(slice_of(fault.type), slice_of(want));
	arena_done(&arena);
	json_decref(json);
}

TEST(filters_are_read_or_refused)
{
	/* clang-format off */
	static const struct { const char *filter, *fault; } rows[] = {
		{ "null", "" },
		{ "{}", "" },
		{ "{\"inMailbox\": \"F7-1\"}", "" },
		{ "{\"inMailbox\": \"none of ours\"}", "" },
		{ "{\"inMailbox\": null}", "invalidArguments" },
		{ "{\"inMailboxOtherThan\": [\"F7-1\", \"x\"]}", "" },
		{ "{\"inMailboxOtherThan\": [1]}", "invalidArguments" },
		{ "{\"inMailboxOtherThan\": \"F7-1\"}", "invalidArguments" },
		{ "{\"before\": \"2014-10-30T06:12:00Z\"}", "" },
		{ "{\"after\": \"yesterday\"}", "invalidArguments" },
		{ "{\"minSize\": 0, \"maxSize\": 9007199254740991}", "" },
		{ "{\"minSize\": -1}", "invalidArguments" },
		{ "{\"maxSize\": \"1\"}", "invalidArguments" },
		{ "{\"hasKeyword\": \"$seen\", \"notKeyword\": \"\"}", "" },
		{ "{\"hasKeyword\": true}", "invalidArguments" },
		{ "{\"hasAttachment\": false}", "" },
		{ "{\"hasAttachment\": \"no\"}", "invalidArguments" },
		{ "{\"text\": \"a b\", \"body\": \"\"}", "" },
		{ "{\"text\": [\"a\"]}", "invalidArguments" },
		{ "{\"header\": [\"X-A\"]}", "" },
		{ "{\"header\": [\"X-A\", \"b\"]}", "" },
		{ "{\"header\": []}", "invalidArguments" },
		{ "{\"header\": [\"X-A\", \"b\", \"c\"]}", "invalidArguments" },
		{ "{\"header\": [\"X-A\", null]}", "invalidArguments" },
		{ "{\"colour\": \"red\"}", "unsupportedFilter" },
		{ "[]", "invalidArguments" },
		{ "\"AND\"", "invalidArguments" },
		{ "{\"operator\": \"AND\", \"conditions\": []}", "" },
		{ "{\"operator\": \"NOT\", \"conditions\": [{}, {\"from\": \"a\"}]}", "" },
		{ "{\"operator\": \"XOR\", \"conditions\": []}", "invalidArguments" },
		{ "{\"operator\": null, \"conditions\": []}", "invalidArguments" },
		{ "{\"operator\": \"OR\"}", "invalidArguments" },
		{ "{\"operator\": \"OR\", \"conditions\": {}}", "invalidArguments" },
		{ "{\"operator\": \"OR\", \"conditions\": [null]}", "invalidArguments" },
		{ "{\"operator\": \"OR\", \"conditions\": [], \"from\": \"a\"}",
		  "invalidArguments" },
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(rows); i++)
		check(rows[i].filter, rows[i].fault);
}

static void check_nested(int depth, const char *want)
{
	struct buf filter;

	buf_init(&filter, 100000);
	for (int i = 0; i < depth; i++)
		buf_add(&filter, S("{\"operator\":\"NOT\",\"conditions\":["));
	buf_add(&filter, S("{\"from\":\"a\"}"));
	for (int i = 0; i < depth; i++)
		buf_add(&filter, S("]}"));
	buf_add_char(&filter, '\0');
	check(filter.p + filter.start, want);
	buf_done(&filter);
}

static void check_repeated(const char *condition, int count, const char *want)
{
	struct buf filter;

	buf_init(&filter, 1000000);
	buf_add(&filter, S("{\"operator\":\"OR\",\"conditions\":[{}"));
	for (int i = 0; i < count; i++)
		buf_addf(&filter, ",%s", condition);
	buf_add(&filter, S("]}"));
	buf_add_char(&filter, '\0');
	check(filter.p + filter.start, want);
	buf_done(&filter);
}

TEST(filters_have_bounds)
{
	check_nested(FILTER_DEPTH_MAX, "");
	check_nested(FILTER_DEPTH_MAX + 1, "unsupportedFilter");
	check_repeated("{\"minSize\":1}", FILTER_SETS_MAX, "");
	check_repeated("{\"minSize\":1}", FILTER_SETS_MAX + 1, "unsupportedFilter");
	check_repeated("{\"minSize\":1,\"subject\":\"a\"}", FILTER_SETS_MAX / 2 - 1, "");
	check_repeated("{\"minSize\":1,\"subject\":\"a\"}", FILTER_SETS_MAX / 2,
		       "unsupportedFilter");
	check_repeated("{\"body\":\"a\"}", SEARCH_TEXTS_MAX, "");
	check_repeated("{\"body\":\"a\"}", SEARCH_TEXTS_MAX + 1, "unsupportedFilter");
	check_repeated("{}", FILTER_NODES_MAX, "unsupportedFilter");
}

static void check_sort(const char *sort, const char *want)
{
	json_t *json = json_loads(sort, JSON_DECODE_ANY, NULL);
	struct query_fault fault = { .type = "" };
	struct email_filter f = { 0 };
	struct email_sort s;
	struct arena arena;

	CHECK(json != NULL);
	arena_init(&arena, FILTER_ARENA_MAX);
	CHECK(email_sort_parse(json, &f, &arena, &s, &fault) == !want[0]);
	CHECK_SLICE(slice_of(fault.type), slice_of(want));
	arena_done(&arena);
	json_decref(json);
}

TEST(sorts_are_read_or_refused)
{
	/* clang-format off */
	static const struct { const char *sort, *fault; } rows[] = {
		{ "null", "" },
		{ "[]", "" },
		{ "[{\"property\": \"receivedAt\", \"isAscending\": false}]", "" },
		/* RFC 8621 4.4.2's example */
		{ "[{\"property\": \"someInThreadHaveKeyword\", \"keyword\": \"$flagged\","
		  "  \"isAscending\": false},"
		  " {\"property\": \"subject\", \"collation\": \"i;ascii-casemap\"},"
		  " {\"property\": \"receivedAt\", \"isAscending\": false}]", "" },
		{ "{}", "invalidArguments" },
		{ "[1]", "invalidArguments" },
		{ "[{}]", "invalidArguments" },
		{ "[{\"property\": \"colour\"}]", "unsupportedSort" },
		{ "[{\"property\": \"size\", \"isAscending\": 1}]", "invalidArguments" },
		{ "[{\"property\": \"to\", \"collation\": \"i;klingon\"}]", "unsupportedSort" },
		{ "[{\"property\": \"hasKeyword\"}]", "invalidArguments" },
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(rows); i++)
		check_sort(rows[i].sort, rows[i].fault);
}
