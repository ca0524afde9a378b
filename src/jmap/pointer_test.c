#include "jmap/pointer.h"

#include "base/test.h"

static void check(const char *document, const char *path, const char *want)
{
	json_t *value = json_loads(document, JSON_DECODE_ANY, NULL), *expected = NULL;
	size_t budget = 1000;
	json_t *got = pointer_follow(value, slice_of(path), &budget);

	if (want) expected = json_loads(want, JSON_DECODE_ANY, NULL);
	if (want ? !got || !json_equal(got, expected) : !!got)
		fail_msg("%s of %s", path, document);
	json_decref(value);
	json_decref(got);
	json_decref(expected);
}

/* RFC 6901 5 */
TEST(pointers_of_rfc_6901)
{
	static const char document[] =
		"{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2,"
		" \"e^f\": 3, \"g|h\": 4, \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7,"
		" \"m~n\": 8}";
	static const char *const rows[][2] = {
		{ "", document },        { "/foo", "[\"bar\", \"baz\"]" },
		{ "/foo/0", "\"bar\"" }, { "/", "0" },
		{ "/a~1b", "1" },        { "/c%d", "2" },
		{ "/e^f", "3" },         { "/g|h", "4" },
		{ "/i\\j", "5" },        { "/k\"l", "6" },
		{ "/ ", "7" },           { "/m~0n", "8" },
		{ "foo", NULL },         { "/foo/2", NULL },
		{ "/foo/-", NULL },      { "/foo/00", NULL },
		{ "/foo/+1", NULL },     { "/foo/", NULL },
		{ "/m~n", NULL },        { "/m~2n", NULL },
		{ "/foo/0/0", NULL },    { "/foo/4294967296", NULL },
	};

	for (size_t i = 0; i < countof(rows); i++)
		check(document, rows[i][0], rows[i][1]);
}

/* RFC 8620 3.7 */
TEST(pointers_through_all_of_an_array)
{
	static const char document[] =
		"{\"list\": [{\"id\": \"a\", \"of\": [\"1\", \"2\"]},"
		" {\"id\": \"b\", \"of\": []}, {\"id\": \"c\", \"of\": [\"3\", "
		"[\"4\"]]}],"
		" \"*\": {\"*\": 5}, \"none\": [], \"uneven\": [{\"x\": 1}, {}],"
		" \"nested\": [[[1], [2]], [[3]]]}";
	static const char *const rows[][2] = {
		{ "/list/*/id", "[\"a\", \"b\", \"c\"]" },
		{ "/list/*/of", "[\"1\", \"2\", \"3\", [\"4\"]]" },
		{ "/list/*/of/*", "[\"1\", \"2\", \"3\", \"4\"]" },
		{ "/*/*", "5" },
		{ "/none/*", "[]" },
		{ "/none/*/id", "[]" },
		{ "/uneven/*/x", NULL },
		{ "/nested/*", "[[1], [2], [3]]" },
		{ "/nested/*/*", "[1, 2, 3]" },
		{ "/list/*/id/*", NULL },
		{ "/list/**", NULL },
	};

	for (size_t i = 0; i < countof(rows); i++)
		check(document, rows[i][0], rows[i][1]);
}

TEST(a_pointer_has_a_budget)
{
	json_t *value = json_loads("[[1, 2, 3], [4, 5, 6]]", 0, NULL), *got;
	size_t budget = 100;

	got = pointer_follow(value, S("/*/0"), &budget);
	CHECK(got && budget < 100);
	json_decref(got);
	budget = 5;
	CHECK(!pointer_follow(value, S("/*/0"), &budget));
	json_decref(value);
}
