#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "jmap/test_drive.h"

#define USING "{\"using\": [\"urn:ietf:params:jmap:core\"], "
#define ERROR_TYPE "urn:ietf:params:jmap:error:"

static const char *problem_type(struct test_drive *d, slice content)
{
	json_t *answer = jmap_ask_raw(d, content);

	CHECK_INT(d->status, 400);
	CHECK_INT(json_integer_value(json_object_get(answer, "status")), 400);
	return json_string_value(json_object_get(answer, "type"));
}

TEST(requests_that_are_none)
{
	static const struct {
		slice content;
		const char *type;
	} rows[] = {
		{ SLICE_INIT(""), "notJSON" },
		{ SLICE_INIT("{\"using\": ["), "notJSON" },
		{ SLICE_INIT("{\"a\": 1, \"a\": 2}"), "notJSON" },
		{ SLICE_INIT("{\"a\": \"\xff\"}"), "notJSON" },
		{ SLICE_INIT("{\"a\": \"\\ud800\"}"), "notJSON" },
		{ SLICE_INIT("{} {}"), "notJSON" },
		{ SLICE_INIT("\xef\xbb\xbf{}"), "notJSON" },
		{ SLICE_INIT("[]"), "notRequest" },
		{ SLICE_INIT("\"text\""), "notRequest" },
		{ SLICE_INIT("null"), "notRequest" },
		{ SLICE_INIT("{}"), "notRequest" },
		{ SLICE_INIT("{\"using\": \"urn:ietf:params:jmap:core\", "
			     "\"methodCalls\": []}"),
		  "notRequest" },
		{ SLICE_INIT("{\"using\": [1], \"methodCalls\": []}"), "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": {}}"), "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": [[\"a\", {}]]}"), "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": [[\"a\", [], \"c\"]]}"),
		  "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": [[\"a\", {}, 1]]}"), "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": [[\"a\", {}, \"c\", 1]]}"),
		  "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": [], \"createdIds\": []}"),
		  "notRequest" },
		{ SLICE_INIT(USING "\"methodCalls\": [], \"createdIds\": {\"a\": 1}}"),
		  "notRequest" },
		{ SLICE_INIT("{\"using\": [\"https://example.com/apis/foobar\"], "
			     "\"methodCalls\": []}"),
		  "unknownCapability" },
	};
	struct test_drive d;

	test_drive_init(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		const char *type = problem_type(&d, rows[i].content);

		CHECK(!strncmp(type, ERROR_TYPE, strlen(ERROR_TYPE)));
		CHECK_SLICE(slice_of(type + strlen(ERROR_TYPE)), slice_of(rows[i].type));
	}
	test_drive_done(&d);
}

/* RFC 8620 3.4.1, 4.1 */
TEST(calls_are_answered_in_order)
{
	struct test_drive d;

	test_drive_init(&d);
	jmap_ask(&d, "[['Core/echo', {'hello': true, 'high': 5}, 'b3ff'],"
		     " ['method3', {}, 'c3'], ['Core/echo', {}, 'b3ff'],"
		     " ['Core/echo', {'a': [null, 1.5, -3, 'x']}, '']]");
	CHECK_AT(&d, "/0", "['Core/echo', {'hello': true, 'high': 5}, 'b3ff']");
	CHECK_AT(&d, "/1/0", "'error'");
	CHECK_AT(&d, "/1/1/type", "'unknownMethod'");
	CHECK_AT(&d, "/1/2", "'c3'");
	CHECK_AT(&d, "/2", "['Core/echo', {}, 'b3ff']");
	CHECK_AT(&d, "/3", "['Core/echo', {'a': [null, 1.5, -3, 'x']}, '']");
	CHECK(!json_object_get(d.answer, "createdIds"));
	CHECK(json_string_length(json_object_get(d.answer, "sessionState")) > 0);
	CHECK(d.jobs <= 4); /* one, where the clock lets it; at most one for each call */
	jmap_ask(&d, "[]");
	CHECK_INT(json_array_size(jmap_at(&d, "")), 0);
	test_drive_done(&d);
}

TEST(a_method_needs_its_capability)
{
	struct test_drive d;

	test_drive_init(&d);
	d.using = "[\"urn:ietf:params:jmap:mail\"]";
	jmap_ask(&d, "[['Core/echo', {}, 'a']]");
	CHECK_AT(&d, "/0/1/type", "'unknownMethod'");
	test_drive_done(&d);
}

TEST(created_ids_come_back)
{
	struct test_drive d;

	test_drive_init(&d);
	jmap_ask_raw(&d,
		     S(USING "\"methodCalls\": [], \"createdIds\": {\"k1\": \"F2-1\"},"
			     " \"more\": 1}"));
	CHECK_INT(d.status, 200);
	CHECK_SLICE(slice_of(json_string_value(json_object_get(
			    json_object_get(d.answer, "createdIds"), "k1"))),
		    S("F2-1"));
	test_drive_done(&d);
}

/* RFC 8620 3.7 */
TEST(result_references)
{
	static const struct {
		const char *second, *pointer, *want;
	} rows[] = {
		{ "{'#ids': {'resultOf': 't0', 'name': 'Core/echo', 'path': '/created'}}",
		  "/1/1", "{'ids': ['f1', 'f4']}" },
		{ "{'#ids': {'resultOf': 't0', 'name': 'Core/echo', 'path': '/list/*/t'},"
		  " 'b': 1}",
		  "/1/1", "{'b': 1, 'ids': ['x', 'y', 'z']}" },
		{ "{'#a': {'resultOf': 't0', 'name': 'Core/echo', 'path': '/created/1'}}",
		  "/1/1", "{'a': 'f4'}" },
		{ "{'#a': {'resultOf': 't0', 'name': 'Core/echo', 'path': '/null'}}",
		  "/1/1", "{'a': null}" },
		{ "{'#a': {'resultOf': 't9', 'name': 'Core/echo', 'path': '/created'}}",
		  "/1/1/type", "'invalidResultReference'" },
		{ "{'#a': {'resultOf': 't1', 'name': 'Core/echo', 'path': ''}}",
		  "/1/1/type", "'invalidResultReference'" },
		{ "{'#a': {'resultOf': 't0', 'name': 'Foo/get', 'path': '/created'}}",
		  "/1/1/type", "'invalidResultReference'" },
		{ "{'#a': {'resultOf': 't0', 'name': 'Core/echo', 'path': '/gone'}}",
		  "/1/1/type", "'invalidResultReference'" },
		{ "{'#a': {'resultOf': 't0', 'name': 'Core/echo'}}", "/1/1/type",
		  "'invalidResultReference'" },
		{ "{'#a': 'x'}", "/1/1/type", "'invalidResultReference'" },
		{ "{'#a': {'resultOf': 't0', 'name': 'Core/echo', 'path': ''}, 'a': 1}",
		  "/1/1/type", "'invalidArguments'" },
	};
	struct test_drive d;
	char calls[1000];

	test_drive_init(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		snprintf(calls, sizeof(calls),
			 "[['Core/echo', {'created': ['f1', 'f4'], 'null': null,"
			 " 'list': [{'t': ['x']}, {'t': ['y', 'z']}]}, 't0'],"
			 " ['Core/echo', %s, 't1']]",
			 rows[i].second);
		jmap_ask(&d, calls);
		CHECK_AT(&d, rows[i].pointer, rows[i].want);
	}
	test_drive_done(&d);
}

TEST(a_reference_finds_the_first_response)
{
	struct test_drive d;

	test_drive_init(&d);
	jmap_ask(&d, "[['Foo/get', {}, 'a'], ['Core/echo', {'x': 1}, 'a'],"
		     " ['Core/echo', {'#y': {'resultOf': 'a', 'name': 'Core/echo',"
		     " 'path': '/x'}}, 'b']]");
	CHECK_AT(&d, "/2/1/type", "'invalidResultReference'");
	test_drive_done(&d);
}

/* --- jobs --- */

/* Nothing of it is there, the next call is done, and what read before and after stays. */
TEST(a_call_whose_commit_fails)
{
	struct test_drive d;

	test_drive_init(&d);
	d.failure = ERR_LATER;
	jmap_ask(&d,
		 "[['Core/echo', {}, '0'], ['Mailbox/set', {'accountId': '$A',"
		 " 'create': {'k': {'name': 'a'}}}, '1'],"
		 " ['Mailbox/query', {'accountId': '$A'}, '2'],"
		 " ['Mailbox/get', {'accountId': '$A', 'ids': [], '#properties':"
		 " {'resultOf': '1', 'name': 'Mailbox/set', 'path': '/created'}}, '3']]");
	CHECK_AT(&d, "/0/0", "'Core/echo'");
	CHECK_AT(&d, "/1/1/type", "'serverUnavailable'");
	CHECK_INT(json_array_size(jmap_at(&d, "/2/1/ids")), 1);
	CHECK_AT(&d, "/3/1/type", "'invalidResultReference'");
	/* What reads, what writes, what reads; each in more turns where the time is
	 * short. */
	CHECK(d.jobs >= 3);
	test_drive_done(&d);
}

/* The id of the latest that bears the name (RFC 8620 5.3). */
TEST(creation_ids_last_for_the_request)
{
	struct test_drive d;

	test_drive_init(&d);
	jmap_ask_raw(&d,
		     S("{\"using\": [\"urn:ietf:params:jmap:mail\"], \"createdIds\": {},"
		       "\"methodCalls\": ["
		       "[\"Mailbox/set\", {\"accountId\": \"A2\", \"create\": {\"k\":"
		       " {\"name\": \"a\"}}}, \"0\"],"
		       "[\"Mailbox/set\", {\"accountId\": \"A2\", \"create\": {\"l\":"
		       " {\"name\": \"b\", \"parentId\": \"#k\"}, \"k\":"
		       " {\"name\": \"c\"}}}, \"1\"]]}"));
	jmap_keep(&d, "first", "/0/1/created/k/id");
	jmap_keep(&d, "second", "/1/1/created/k/id");
	jmap_keep(&d, "l", "/1/1/created/l/id");
	CHECK_SLICE(slice_of(json_string_value(json_object_get(
			    json_object_get(d.answer, "createdIds"), "k"))),
		    slice_of(jmap_text_at(&d, "/1/1/created/k/id")));
	jmap_ask(&d, "[['Mailbox/get', {'accountId': '$A', 'ids': ['$l'],"
		     " 'properties': ['parentId']}, '0']]");
	CHECK_AT(&d, "/0/1/list/0/parentId", "'$second'");
	test_drive_done(&d);
}

/* The next request goes on where the one before has ended (RFC 8620 3.3). */
TEST(creation_ids_come_with_a_request)
{
	struct test_drive d;

	test_drive_init(&d);
	jmap_ask(&d, "[['Mailbox/query', {'accountId': '$A'}, '0']]");
	CHECK_AT(&d, "/0/1/ids", "['F2-1']");
	jmap_ask_raw(&d, S("{\"using\": [\"urn:ietf:params:jmap:mail\"],"
			   " \"createdIds\": {\"k\": \"F2-1\"}, \"methodCalls\": ["
			   "[\"Mailbox/set\", {\"accountId\": \"A2\", \"create\": {\"l\":"
			   " {\"name\": \"b\", \"parentId\": \"#k\"}}}, \"0\"]]}"));
	CHECK(jmap_at(&d, "/0/1/created/l"));
	CHECK_INT(json_object_size(json_object_get(d.answer, "createdIds")), 2);
	test_drive_done(&d);
}

/* --- hostile requests --- */

static slice repeat(struct buf *out, const char *before, const char *text, size_t times,
		    const char *after)
{
	buf_init(out, JMAP_REQUEST_MAX + 1000);
	buf_add(out, slice_of(before));
	for (size_t i = 0; i < times; i++)
		buf_add(out, slice_of(text));
	buf_add(out, slice_of(after));
	return buf_slice(out);
}

static void check_hostile(const char *before, const char *text, size_t times,
			  const char *after, const char *type, const char *limit)
{
	struct test_drive d;
	struct buf content;
	const char *got;

	test_drive_init(&d);
	got = problem_type(&d, repeat(&content, before, text, times, after));
	CHECK_SLICE(slice_of(got + strlen(ERROR_TYPE)), slice_of(type));
	if (limit)
		CHECK_SLICE(json_is_string(json_object_get(d.answer, "limit"))
				    ? slice_of(json_string_value(
					      json_object_get(d.answer, "limit")))
				    : S(""),
			    slice_of(limit));
	buf_done(&content);
	test_drive_done(&d);
}

TEST(hostile_requests_are_refused)
{
	check_hostile("", "[", 1'000'000, "", "limit", "maxSizeRequest");
	check_hostile("", "[", 1000, "", "notJSON", NULL);
	check_hostile("[1", ",{}", 3'000'000, "]", "limit", "maxSizeRequest");
	check_hostile("[\"", "aaaaaaaaaa", 1'048'577, "\"]", "limit", "maxSizeRequest");
	check_hostile(USING "\"methodCalls\": [[\"a\",{},\"c\"]", ",[\"a\",{},\"c\"]",
		      1000, "]}", "limit", "maxCallsInRequest");
}

/* Each call's arguments hold the response before twice. */
static void write_doubling(struct buf *calls)
{
	buf_init(calls, 1'000'000);
	buf_add(calls, S("[['Core/echo', {'x': '"));
	for (int i = 0; i < 10'000; i++)
		buf_add(calls, S("0123456789"));
	buf_add(calls, S("'}, 'c0']"));
	for (unsigned n = 1; n < JMAP_CALLS_MAX; n++)
		buf_addf(calls,
			 ", ['Core/echo', {'#a': {'resultOf': 'c%u', 'name': 'Core/echo',"
			 " 'path': ''}, '#b': {'resultOf': 'c%u', 'name': 'Core/echo',"
			 " 'path': ''}}, 'c%u']",
			 n - 1, n - 1, n);
	buf_add(calls, S("]"));
	buf_add_char(calls, '\0');
}

TEST(references_cannot_blow_up_an_answer)
{
	struct test_drive d;
	struct buf calls;

	test_drive_init(&d);
	write_doubling(&calls);
	jmap_ask(&d, buf_slice(&calls).p);
	CHECK_AT(&d, "/5/0", "'Core/echo'");
	CHECK_AT(&d, "/9/1/type", "'requestTooLarge'");
	CHECK_AT(&d, "/10/1/type", "'invalidResultReference'");
	CHECK_INT(json_array_size(jmap_at(&d, "")), JMAP_CALLS_MAX);
	buf_done(&calls);
	test_drive_done(&d);
}
