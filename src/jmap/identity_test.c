#include "base/test.h"
#include "jmap/test_drive.h"

static void begin(struct test_drive *d)
{
	test_drive_init(d);
	jmap_ask(d, "[['Identity/get', {'accountId': '$A'}, '0']]");
	jmap_keep(d, "own", "/0/1/list/0/id");
	jmap_keep(d, "state", "/0/1/state");
}

/* RFC 8621 6.4 */
TEST(identity_get_has_the_user_s_own)
{
	struct test_drive d;

	begin(&d);
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$own', 'name': '', 'email': 'jo@example.test',"
		 " 'replyTo': null, 'bcc': null, 'textSignature': '',"
		 " 'htmlSignature': '', 'mayDelete': false}]");
	CHECK_AT(&d, "/0/1/notFound", "[]");
	jmap_ask(&d, "[['Identity/get', {'accountId': '$A', 'ids': ['$own', 'I2-99'],"
		     " 'properties': ['email']}, '0']]");
	CHECK_AT(&d, "/0/1/list", "[{'id': '$own', 'email': 'jo@example.test'}]");
	CHECK_AT(&d, "/0/1/notFound", "['I2-99']");
	CHECK_AT(&d, "/0/1/state", "'$state'");
	d.user.may_send = false;
	jmap_ask(&d, "[['Identity/get', {'accountId': '$A'}, '0']]");
	CHECK_AT(&d, "/0/1/type", "'accountNotSupportedByMethod'");
	test_drive_done(&d);
}

TEST(identity_set)
{
	struct test_drive d;

	begin(&d);
	jmap_ask(&d, "[['Identity/set', {'accountId': '$A', 'create': {'k': {"
		     " 'email': '*@jo.example.test', 'name': 'Jo',"
		     " 'bcc': [{'name': null, 'email': 'a@b.test'}]}}}, 'a'],"
		     " ['Identity/set', {'accountId': '$A', 'update': {'#k': {"
		     " 'textSignature': '-- Jo', 'bcc': null,"
		     " 'email': '*@jo.example.test'}}}, 'b'],"
		     " ['Identity/changes', {'accountId': '$A', 'sinceState': '$state'},"
		     " 'c']]");
	jmap_keep(&d, "k", "/0/1/created/k/id");
	CHECK_AT(&d, "/0/1/created",
		 "{'k': {'id': '$k', 'mayDelete': true, 'replyTo': null,"
		 " 'textSignature': '', 'htmlSignature': ''}}");
	CHECK_AT(&d, "/1/1/updated", "{'$k': null}");
	CHECK_AT(&d, "/2/1/created", "['$k']");
	jmap_ask(&d, "[['Identity/get', {'accountId': '$A', 'ids': ['$k']}, '0'],"
		     " ['Identity/set', {'accountId': '$A', 'destroy': ['$k', '$own']},"
		     " '1']]");
	CHECK_AT(&d, "/0/1/list/0/bcc", "null");
	CHECK_AT(&d, "/0/1/list/0/textSignature", "'-- Jo'");
	CHECK_AT(&d, "/1/1/destroyed", "['$k']");
	CHECK_INT(json_object_size(jmap_at(&d, "/1/1/notDestroyed")), 1);
	test_drive_done(&d);
}

TEST(identity_set_refuses)
{
	static const struct {
		const char *arguments, *want;
	} rows[] = {
		{ "'create': {'k': {}}", "['email']" },
		{ "'create': {'k': {'email': 'x'}}", "['email']" },
		{ "'create': {'k': {'email': 'jo@example.test', 'name': 1,"
		  " 'bcc': [{'name': 'x'}]}}",
		  "['name', 'bcc']" },
		{ "'create': {'k': {'email': 'jo@example.test', 'mayDelete': true}}",
		  "['mayDelete']" },
		{ "'create': {'k': {'email': 'ann@example.test'}}", "absent" },
	};
	struct test_drive d;
	char calls[400];

	begin(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		snprintf(calls, sizeof(calls),
			 "[['Identity/set', {'accountId': '$A', %s}, 'a']]",
			 rows[i].arguments);
		jmap_ask(&d, calls);
		CHECK_AT(&d, "/0/1/notCreated/k/properties", rows[i].want);
	}
	CHECK_AT(&d, "/0/1/notCreated/k/type", "'forbiddenFrom'");
	jmap_ask(&d, "[['Identity/set', {'accountId': '$A', 'update': {'$own': {"
		     " 'email': 'jo.b@example.test', 'x': 1}}}, 'a']]");
	CHECK_SLICE(slice_of(json_string_value(json_array_get(
			    json_object_get(json_object_iter_value(json_object_iter(
						    jmap_at(&d, "/0/1/notUpdated"))),
					    "properties"),
			    0))),
		    S("email"));
	test_drive_done(&d);
}

/* RFC 8620 6.3 */
TEST(blob_copy_within_the_account)
{
	struct test_drive d;

	begin(&d);
	test_drive_deliver(&d, S("Subject: a\r\n\r\nb\r\n"));
	jmap_ask(&d, "[['Email/query', {'accountId': '$A'}, '0'],"
		     " ['Email/get', {'accountId': '$A', '#ids': {'resultOf': '0',"
		     " 'name': 'Email/query', 'path': '/ids'},"
		     " 'properties': ['blobId']}, '1']]");
	jmap_keep(&d, "blob", "/1/1/list/0/blobId");
	jmap_ask(&d, "[['Blob/copy', {'accountId': '$A', 'fromAccountId': '$A',"
		     " 'blobIds': ['$blob', 'nothing']}, '0'],"
		     " ['Blob/copy', {'accountId': '$A', 'fromAccountId': 'A7',"
		     " 'blobIds': ['$blob']}, '1'],"
		     " ['Blob/copy', {'accountId': '$A', 'fromAccountId': '$A'}, '2']]");
	CHECK_AT(&d, "/0/1/copied", "{'$blob': '$blob'}");
	CHECK_AT(&d, "/0/1/notCopied", "{'nothing': {'type': 'notFound'}}");
	CHECK_AT(&d, "/1/1/type", "'fromAccountNotFound'");
	CHECK_AT(&d, "/2/1/type", "'invalidArguments'");
	test_drive_done(&d);
}
