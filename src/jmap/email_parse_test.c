/* Email/parse over whole requests, and what its properties share with Email/get. */
#include "base/test.h"
#include "jmap/email_fixture_test.h"

static const char message[] =
	"Received: x\r\n"
	"From: \"Jo\" <jo@a.test>\r\n"
	"To: b@a.test, c@a.test\r\n"
	"Subject: =?utf-8?q?J=C3=B6?=\r\n"
	"Date: Tue, 1 Jul 2003 10:52:37 +0200\r\n"
	"Message-ID: <1@a.test>\r\n"
	"List-Post: <mailto:l@a.test>\r\n"
	"Content-Type: multipart/mixed; boundary=o\r\n\r\n"
	"--o\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
	"--a\r\n\r\nhello\r\nyou\r\n"
	"--a\r\nContent-Type: text/html\r\n\r\n<b>hello</b>\r\n--a--\r\n"
	"--o\r\nContent-Type: message/rfc822\r\n\r\n"
	"Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
	"--i\r\nContent-Type: text/x; name=n\r\n\r\ninner text\r\n--i--\r\n\r\n"
	"--o\r\nContent-Type: image/png\r\nContent-Disposition: "
	"attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"AAECAw==\r\n--o--\r\n";

/* A drive with that one message, whose blob is $blob, and some of its parts. */
static void drive_init(struct test_drive *d)
{
	static const char *const parts[] = { "", "_1", "_2", "_4", "_4_1", "_7", "_99" };
	char name[32];
	int64_t email;

	test_drive_init(d);
	email = test_email(d, "email", slice_of(message));
	for (size_t i = 0; i < countof(parts); i++) {
		snprintf(name, sizeof(name), "blob%s", parts[i]);
		test_keep(d, name, "BM%x-%jx%s", TEST_ACCOUNT, (intmax_t)email, parts[i]);
	}
}

static void ask(struct test_drive *d, const char *arguments)
{
	test_call(d, "Email/parse", arguments);
}

/* What the only object has at that place. */
#define CHECK_PARSED(drive, place, json)                                                 \
	check_parsed(drive, place, json, __FILE__, __LINE__)
static void check_parsed(struct test_drive *d, const char *place, const char *json,
			 const char *file, int line)
{
	json_t *parsed = jmap_at(d, "/0/1/parsed");
	char pointer[300];

	snprintf(pointer, sizeof(pointer), "/0/1/parsed/%s%s",
		 json_object_iter_key(json_object_iter(parsed)), place);
	jmap_check_at(d, pointer, json, file, line);
}

TEST(email_parse_defaults)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'blobIds': ['$blob']");
	CHECK_AT(&d, "/0/0", "'Email/parse'");
	CHECK_AT(&d, "/0/1/accountId", "'$A'");
	CHECK_AT(&d, "/0/1/notParsable", "null");
	CHECK_AT(&d, "/0/1/notFound", "null");
	CHECK_PARSED(&d, "/messageId", "['1@a.test']");
	CHECK_PARSED(&d, "/inReplyTo", "null");
	CHECK_PARSED(&d, "/from", "[{'name': 'Jo', 'email': 'jo@a.test'}]");
	CHECK_PARSED(&d, "/cc", "null");
	CHECK_PARSED(&d, "/subject", "'J\xc3\xb6'");
	CHECK_PARSED(&d, "/sentAt", "'2003-07-01T10:52:37+02:00'");
	CHECK_PARSED(&d, "/hasAttachment", "true");
	CHECK_PARSED(&d, "/preview", "'hello you'");
	CHECK_PARSED(&d, "/bodyValues", "{}");
	CHECK_PARSED(&d, "/textBody/0/partId", "'2'");
	CHECK_PARSED(&d, "/textBody/1", "absent");
	CHECK_PARSED(&d, "/htmlBody/0/type", "'text/html'");
	CHECK_PARSED(&d, "/attachments/0/type", "'message/rfc822'");
	CHECK_PARSED(&d, "/attachments/1/size", "4");
	CHECK_PARSED(&d, "/attachments/1/headers", "absent");
	CHECK_PARSED(&d, "/id", "absent");
	CHECK_PARSED(&d, "/bodyStructure", "absent");
	test_drive_done(&d);
}

TEST(email_parse_properties)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'blobIds': ['$blob', '$blob'], 'properties': ['id', 'blobId', "
		"'threadId', 'mailboxIds', 'keywords', 'receivedAt', 'size', "
		"'header:LIST-POST:asURLs', 'header:to:asAddresses:all', "
		"'bodyStructure'], 'bodyProperties': ['type']");
	CHECK_PARSED(&d, "",
		     "{'id': null, 'blobId': '$blob', 'threadId': null, "
		     "'mailboxIds': null, 'keywords': null, 'receivedAt': null, "
		     "'size': 629, 'header:LIST-POST:asURLs': ['mailto:l@a.test'], "
		     "'header:to:asAddresses:all': [[{'name': null, 'email': "
		     "'b@a.test'}, {'name': null, 'email': 'c@a.test'}]], "
		     "'bodyStructure': {'type': 'multipart/mixed', 'subParts': ["
		     "{'type': 'multipart/alternative', 'subParts': ["
		     "{'type': 'text/plain'}, {'type': 'text/html'}]}, "
		     "{'type': 'message/rfc822'}, {'type': 'image/png'}]}}");
	test_drive_done(&d);
}

TEST(email_parse_values)
{
	static const struct {
		const char *arguments, *values;
	} t[] = {
		{ "'fetchTextBodyValues': true",
		  "{'2': {'isEncodingProblem': false, 'isTruncated': false, "
		  "'value': 'hello\\nyou'}}" },
		{ "'fetchHTMLBodyValues': true, 'maxBodyValueBytes': 10",
		  "{'3': {'isEncodingProblem': false, 'isTruncated': true, "
		  "'value': '<b>hello'}}" },
		{ "'fetchAllBodyValues': true, 'maxBodyValueBytes': 1",
		  "{'2': {'isEncodingProblem': false, 'isTruncated': true, "
		  "'value': 'h'}, "
		  "'3': {'isEncodingProblem': false, 'isTruncated': true, "
		  "'value': ''}}" },
	};
	struct test_drive d;
	char arguments[200];

	drive_init(&d);
	for (size_t i = 0; i < countof(t); i++) {
		snprintf(arguments, sizeof(arguments),
			 "'blobIds': ['$blob'], 'properties': ['bodyValues'], %s",
			 t[i].arguments);
		ask(&d, arguments);
		CHECK_PARSED(&d, "/bodyValues", t[i].values);
	}
	test_drive_done(&d);
}

TEST(email_parse_of_parts)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'blobIds': ['$blob_4', '$blob_2', '$blob_7', '$blob_1', '$blob_99', "
		"'x'], 'properties': ['subject', 'attachments'], 'bodyProperties': "
		"['blobId', 'name']");
	CHECK_PARSED(&d, "",
		     "{'subject': 'inner', 'attachments': "
		     "[{'blobId': '$blob_4_1', 'name': 'n'}]}");
	CHECK_AT(&d, "/0/1/notParsable", "['$blob_2', '$blob_7']");
	CHECK_AT(&d, "/0/1/notFound", "['$blob_1', '$blob_99', 'x']");
	ask(&d, "'blobIds': ['$blob_99']");
	CHECK_AT(&d, "/0/1/parsed", "null");
	test_drive_done(&d);
}

TEST(email_parse_refuses)
{
	static const char *const bad[] = {
		"'blobIds': null",
		"'blobIds': [1]",
		"'blobIds': {}",
		"'properties': []",
		"'blobIds': [], 'further': 1",
		"'blobIds': [], 'properties': ['nothing']",
		"'blobIds': [], 'properties': ['header:From:asDate']",
		"'blobIds': [], 'properties': [null]",
		"'blobIds': [], 'bodyProperties': ['subject']",
		"'blobIds': [], 'bodyProperties': ['header:To:asText']",
		"'blobIds': [], 'maxBodyValueBytes': -1",
		"'blobIds': [], 'fetchTextBodyValues': 1",
	};
	struct test_drive d;

	test_drive_init(&d);
	for (size_t i = 0; i < countof(bad); i++) {
		ask(&d, bad[i]);
		CHECK_AT(&d, "/0/0", "'error'");
		CHECK_AT(&d, "/0/1/type", "'invalidArguments'");
	}
	ask(&d, "'blobIds': []");
	CHECK_AT(&d, "/0/1/parsed", "null");
	test_drive_done(&d);
}
