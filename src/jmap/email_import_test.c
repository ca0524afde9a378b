#include <stdlib.h>

#include "jmap/write_test.h"

static void import(struct test_drive *d, const char *email)
{
	char call[2000];

	snprintf(call, sizeof(call),
		 "[['Email/import', {'accountId': '$A', 'emails': {'k': %s}}, 'a']]",
		 email);
	jmap_ask(d, call);
}

TEST(email_import)
{
	static const char message[] =
		"Received: by a.test; Thu, 1 Jan 2026 10:00:00 +0100\r\n"
		"Received: by b.test; Thu, 1 Jan 2026 09:00:00 +0000\r\n"
		"Subject: x\r\n\r\nHello\r\n";
	struct test_drive d;
	slice got;

	write_test_init(&d);
	write_test_upload(&d, "blob", slice_of(message));
	import(&d, "{'blobId': '$blob', 'mailboxIds': {'$inbox': true},"
		   "'keywords': {'$seen': true}}");
	CHECK_AT(&d, "/0/0", "'Email/import'");
	CHECK_AT(&d, "/0/1/notCreated", "null");
	CHECK_AT(&d, "/0/1/updated", "absent");
	CHECK_INT(json_integer_value(jmap_at(&d, "/0/1/created/k/size")),
		  sizeof(message) - 1);
	got = write_test_message(&d, "/0/1/created/k/id");
	CHECK_SLICE(got, slice_of(message));
	free((char *)(uintptr_t)got.p);
	test_drive_done(&d);
}

TEST(email_import_refuses)
{
	static const struct {
		const char *email, *type, *properties;
	} t[] = {
		{ "{'blobId': 'U2-99', 'mailboxIds': {'$inbox': true}}",
		  "'invalidProperties'", "['blobId']" },
		{ "{'mailboxIds': {'$inbox': true}}", "'invalidProperties'",
		  "['blobId']" },
		{ "{'blobId': '$blob'}", "'invalidProperties'", "['mailboxIds']" },
		{ "{'blobId': '$blob', 'mailboxIds': {'x': true}, 'keywords': 3}",
		  "'invalidProperties'", "['mailboxIds', 'keywords']" },
		{ "{'blobId': '$blob', 'mailboxIds': {'$inbox': true}, 'subject': 'x'}",
		  "'invalidProperties'", "['subject']" },
		{ "{'blobId': '$none', 'mailboxIds': {'$inbox': true}}", "'invalidEmail'",
		  "absent" },
		{ "{'blobId': '$empty', 'mailboxIds': {'$inbox': true}}",
		  "'invalidEmail'", "absent" },
		{ "{'blobId': '$large', 'mailboxIds': {'$inbox': true}}", "'tooLarge'",
		  "absent" },
	};
	struct test_drive d;

	write_test_init(&d);
	d.user.message_max = 60;
	write_test_upload(&d, "blob", S("Subject: x\r\n\r\n"));
	write_test_upload(&d, "none", S("\x89PNG\r\n\x1a\n\0\0"));
	write_test_upload(&d, "empty", S(""));
	write_test_upload(
		&d, "large",
		S("Subject: "
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"));
	for (size_t i = 0; i < countof(t); i++) {
		import(&d, t[i].email);
		CHECK_AT(&d, "/0/1/created", "null");
		CHECK_AT(&d, "/0/1/notCreated/k/type", t[i].type);
		CHECK_AT(&d, "/0/1/notCreated/k/properties", t[i].properties);
	}
	test_drive_done(&d);
}

TEST(email_import_arguments)
{
	static const struct {
		const char *call, *type;
	} t[] = {
		{ "{'accountId': '$A'}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'emails': []}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'emails': {'k': 3}}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'emails': {}, 'create': {}}",
		  "'invalidArguments'" },
		{ "{'accountId': '$A', 'emails': {}, 'ifInState': 'x'}",
		  "'stateMismatch'" },
	};
	struct test_drive d;
	char call[500];

	write_test_init(&d);
	for (size_t i = 0; i < countof(t); i++) {
		snprintf(call, sizeof(call), "[['Email/import', %s, 'a']]", t[i].call);
		jmap_ask(&d, call);
		CHECK_AT(&d, "/0/0", "'error'");
		CHECK_AT(&d, "/0/1/type", t[i].type);
	}
	test_drive_done(&d);
}

/* There is but one account (RFC 8620 5.4). */
TEST(email_copy)
{
	struct test_drive d;

	write_test_init(&d);
	jmap_ask(&d, "[['Email/copy', {'accountId': '$A', 'fromAccountId': '$A',"
		     "'create': {}}, 'a'], ['Email/copy', {'accountId': '$A',"
		     "'fromAccountId': 'A99', 'create': {}}, 'b']]");
	CHECK_AT(&d, "/0/1/type", "'invalidArguments'");
	CHECK_AT(&d, "/1/1/type", "'fromAccountNotFound'");
	test_drive_done(&d);
}
