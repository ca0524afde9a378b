#include "jmap/set.h"

#include "base/test.h"
#include "jmap/test_drive.h"

static void check(const char *object, const char *patch, const char *want)
{
	const struct test_drive none = { 0 };
	json_t *before = jmap_json(&none, object), *how = jmap_json(&none, patch);
	struct set_outcome o = { 0 };
	json_t *got = set_patched(before, how, &o), *expected;

	if (want) {
		expected = jmap_json(&none, want);
		if (!got || !json_equal(got, expected)) fail_msg("%s", patch);
		json_decref(expected);
	} else {
		CHECK(!got);
		CHECK_SLICE(slice_of(o.error), S("invalidPatch"));
	}
	json_decref(before);
	json_decref(how);
	json_decref(got);
	json_decref(o.properties);
}

/* RFC 8620 5.3, and the update of 5.7 */
TEST(patches)
{
	static const char todo[] =
		"{'title': 'Practise Piano', 'keywords': {'music': true},"
		" 'neuralNetworkTimeEstimation': {'a': [1, 2]}, 'subTodoIds': null}";
	static const char *const rows[][2] = {
		{ "{}", todo },
		{ "{'title': 'x', 'subTodoIds': null}",
		  "{'title': 'x', 'keywords': {'music': true},"
		  " 'neuralNetworkTimeEstimation': {'a': [1, 2]}}" },
		{ "{'keywords/beethoven': true, 'keywords/music': null}",
		  "{'title': 'Practise Piano', 'keywords': {'beethoven': true},"
		  " 'neuralNetworkTimeEstimation': {'a': [1, 2]},"
		  " 'subTodoIds': null}" },
		{ "{'keywords/a~1b~0': true, 'keywords': null}", NULL },
		{ "{'keywords/none': null, 'title': null, 'subTodoIds': [1]}",
		  "{'keywords': {'music': true},"
		  " 'neuralNetworkTimeEstimation': {'a': [1, 2]},"
		  " 'subTodoIds': [1]}" },
		{ "{'neuralNetworkTimeEstimation/a/0': 3}", NULL },
		{ "{'nothing/a': 3}", NULL },
		{ "{'subTodoIds/a': 3}", NULL },
		{ "{'title/a': 3}", NULL },
		{ "{'keywords/music/x': 3}", NULL },
		{ "{'keywords/~2': 3}", NULL },
		{ "{'keywords/x': {}, 'keywords/x/y': 1}", NULL },
	};

	for (size_t i = 0; i < countof(rows); i++)
		check(todo, rows[i][0], rows[i][1]);
}

/* What the client calls "#p" is told by its id (RFC 8620 5.3), and as it was written
 * where nothing is called so. */
TEST(set_tells_failures_by_their_ids)
{
	struct test_drive d;

	test_drive_init(&d);
	jmap_ask(&d, "[['Mailbox/set', {'accountId': '$A', 'create': {'p': {'name': 'P'},"
		     " 'c': {'name': 'C', 'parentId': '#p'}}}, 'a'],"
		     " ['Mailbox/set', {'accountId': '$A', 'destroy': ['#p', '#q'],"
		     " 'update': {'#c': {'name': 5}}}, 'b']]");
	jmap_keep(&d, "p", "/0/1/created/p/id");
	jmap_keep(&d, "c", "/0/1/created/c/id");
	CHECK_AT(&d, "/1/1/notDestroyed",
		 "{'$p': {'type': 'mailboxHasChild'}, '#q': {'type': 'notFound'}}");
	CHECK_AT(&d, "/1/1/notUpdated",
		 "{'$c': {'type': 'invalidProperties', 'properties': ['name'],"
		 " 'description': 'a mailbox needs a name'}}");
	test_drive_done(&d);
}
