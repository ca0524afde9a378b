#include <stdlib.h>

#include "jmap/placement.h"
#include "jmap/write_test.h"
#include "store/email_view.h"
#include "store/object_id.h"

/* A call of Email/set that creates one email "k". */
static void create(struct test_drive *d, const char *object)
{
	char call[8000];

	snprintf(call, sizeof(call),
		 "[['Email/set', {'accountId': '$A', 'create': {'k': %s}}, 'a']]",
		 object);
	jmap_ask(d, call);
}

static void check_message(struct test_drive *d, const char *object, const char *want)
{
	slice message;

	create(d, object);
	CHECK_AT(d, "/0/1/notCreated", "null");
	message = write_test_message(d, "/0/1/created/k/id");
	CHECK_SLICE(message, slice_of(want));
	CHECK_INT(json_integer_value(jmap_at(d, "/0/1/created/k/size")), message.n);
	free((char *)(uintptr_t)message.p);
}

#define HEAD                                                                             \
	"'mailboxIds': {'$drafts': true}, 'messageId': ['1@a.test'], "                   \
	"'sentAt': '2026-01-01T12:00:00+01:00', "
#define HEAD_TEXT "Message-ID: <1@a.test>\r\nDate: Thu, 1 Jan 2026 12:00:00 +0100\r\n"

TEST(email_set_text)
{
	struct test_drive d;

	write_test_init(&d);
	check_message(
		&d,
		"{" HEAD "'from': [{'name': 'Jo', 'email': 'jo@example.test'}],"
		"'to': [{'email': 'ann@b.test'}], 'subject': 'Gr\\u00fc\\u00dfe',"
		"'keywords': {'$seen': true, '$draft': true},"
		"'bodyValues': {'1': {'value': 'Hello\\nAnn', 'isTruncated': false}},"
		"'textBody': [{'partId': '1', 'type': 'text/plain'}]}",
		HEAD_TEXT "From: Jo <jo@example.test>\r\nTo: ann@b.test\r\n"
			  "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\nMIME-Version: 1.0\r\n"
			  "Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\nAnn");
	test_drive_done(&d);
}

/* What nobody gave is there. */
TEST(email_set_completes)
{
	struct test_drive d;
	slice message;

	write_test_init(&d);
	create(&d, "{'mailboxIds': {'$drafts': true}, 'header:X-A': ' b'}");
	message = write_test_message(&d, "/0/1/created/k/id");
	write_test_field(message, "Date", " Thu, 1 Jan 2026 00:00:00 +0000");
	write_test_field(message, "MIME-Version", " 1.0");
	write_test_field(message, "X-A", " b");
	CHECK(slice_find(message, S("@example.test>\r\n")) < message.n);
	free((char *)(uintptr_t)message.p);
	test_drive_done(&d);
}

static bool has_in_order(slice text, const char *const *pieces)
{
	for (; *pieces; pieces++) {
		size_t at = slice_find(text, slice_of(*pieces));

		if (at == text.n) {
			print_error("no %s in\n%.*s\n", *pieces, FMT(text));
			return false;
		}
		text = slice_skip(text, at);
	}
	return true;
}

static void check_pieces(struct test_drive *d, const char *object,
			 const char *const *pieces)
{
	slice message;

	create(d, object);
	CHECK_AT(d, "/0/1/notCreated", "null");
	message = write_test_message(d, "/0/1/created/k/id");
	CHECK(has_in_order(message, pieces));
	free((char *)(uintptr_t)message.p);
}

TEST(email_set_lists)
{
	static const char *const pieces[] = {
		"Content-Type: multipart/mixed;",
		"Content-Type: multipart/alternative;",
		"Content-Type: text/plain; charset=utf-8\r\n\r\nplain",
		"Content-Type: multipart/related;",
		"Content-Type: text/html; charset=utf-8\r\n\r\n<p>",
		"Content-ID: <pic@x>\r\nContent-Disposition: inline\r\n"
		"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		"iVBORw==\r\n",
		"Content-Disposition: attachment; filename*=utf-8''%C3%A4.txt\r\n"
		"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nfile",
		NULL,
	};
	struct test_drive d;

	write_test_init(&d);
	write_test_upload(&d, "png", S("\x89PNG"));
	write_test_upload(&d, "txt", S("file"));
	check_pieces(&d,
		     "{'mailboxIds': {'$drafts': true},"
		     "'bodyValues': {'t': {'value': 'plain'}, 'h': {'value': '<p>'}},"
		     "'textBody': [{'partId': 't', 'type': 'text/plain'}],"
		     "'htmlBody': [{'partId': 'h', 'type': 'text/html'}],"
		     "'attachments': [{'blobId': '$png', 'type': 'image/png',"
		     "'cid': 'pic@x'}, {'blobId': '$txt', 'type': 'text/plain',"
		     "'charset': 'iso-8859-1', 'name': '\\u00e4.txt', 'size': 4}]}",
		     pieces);
	test_drive_done(&d);
}

TEST(email_set_structure)
{
	static const char *const pieces[] = {
		"X-Top: a\r\nX-Part: b\r\n",
		"Content-Type: multipart/mixed;",
		"Content-Language: de, en\r\n",
		"Content-Location: http://a/\r\n",
		"Content-Type: text/plain; format=flowed; charset=utf-8\r\n\r\nplain",
		"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nInside",
		NULL,
	};
	struct test_drive d;

	write_test_init(&d);
	write_test_upload(&d, "mail", S("Subject: x\r\n\r\nInside"));
	check_pieces(&d,
		     "{'mailboxIds': {'$drafts': true}, 'header:X-Top': ' a',"
		     "'bodyValues': {'t': {'value': 'plain'}},"
		     "'bodyStructure': {'type': 'multipart/mixed', 'header:X-Part': ' b',"
		     "'subParts': [{'partId': 't', 'language': ['de', 'en'],"
		     "'location': 'http://a/',"
		     "'header:Content-Type': ' text/plain; format=flowed; charset=x'},"
		     "{'blobId': '$mail', 'type': 'message/rfc822'}]}}",
		     pieces);
	test_drive_done(&d);
}

#define DRAFT "'mailboxIds': {'$drafts': true}"
#define TEXT "'bodyValues': {'t': {'value': 'a'}}"

static const struct {
	const char *object, *properties;
} refused[] = {
	{ "{}", "['mailboxIds']" },
	{ "{'mailboxIds': {}}", "['mailboxIds']" },
	{ "{'mailboxIds': {'$drafts': false}}", "['mailboxIds']" },
	{ "{'mailboxIds': {'F2-99': true}}", "['mailboxIds']" },
	{ "{'mailboxIds': ['$drafts']}", "['mailboxIds']" },
	{ "{" DRAFT ", 'keywords': {'a b': true}}", "['keywords']" },
	{ "{" DRAFT ", 'keywords': {'a': false}}", "['keywords']" },
	{ "{" DRAFT ", 'keywords': ['a']}", "['keywords']" },
	{ "{" DRAFT ", 'receivedAt': 'now'}", "['receivedAt']" },
	{ "{" DRAFT ", 'id': 'x'}", "['id']" },
	{ "{" DRAFT ", 'headers': []}", "['headers']" },
	{ "{" DRAFT ", 'size': 4, 'preview': ''}", "['size', 'preview']" },
	{ "{" DRAFT ", 'from': 'jo'}", "['from']" },
	{ "{" DRAFT ", 'from': [{'email': 'a@b'}], 'header:From': ' a@b'}",
	  "['from', 'header:From']" },
	{ "{" DRAFT ", 'header:X': ' a', 'header:x:asText': 'b'}",
	  "['header:X', 'header:x:asText']" },
	{ "{" DRAFT ", 'header:From:asDate': '2026-01-01T00:00:00Z'}",
	  "['header:From:asDate']" },
	{ "{" DRAFT ", 'header:Content-Type': ' text/plain'}",
	  "['header:Content-Type']" },
	{ "{" DRAFT ", 'header:X': 'a\\r\\nb: c'}", "['header:X']" },
	{ "{" DRAFT ", 'header:MIME-Version': ' 1.0'}", "['header:MIME-Version']" },
	{ "{" DRAFT ", 'textBody': []}", "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't', 'type': 'text/html'}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'htmlBody': [{'partId': 't', 'type': 'text/plain'}]}",
	  "['htmlBody']" },
	{ "{" DRAFT ", 'textBody': [{'partId': 't', 'type': 'text/plain'}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't', 'blobId': 'x'}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'type': 'text/plain'}]}", "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't', 'charset': 'utf-8'}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't', 'size': 1}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't', 'headers': []}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't',"
	  "'header:Content-Transfer-Encoding': ' 8bit'}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'textBody': [{'partId': 't', 'type': 'text/plain',"
	  "'header:Content-Type': ' text/plain'}]}",
	  "['textBody']" },
	{ "{" DRAFT ", " TEXT ", 'bodyStructure': {'partId': 't'},"
	  "'textBody': [{'partId': 't'}]}",
	  "['bodyStructure']" },
	{ "{" DRAFT ", " TEXT ", 'subject': 'a',"
	  "'bodyStructure': {'partId': 't', 'header:Subject': ' b'}}",
	  "['subject', 'bodyStructure']" },
	{ "{" DRAFT ", 'bodyStructure': {'type': 'multipart/mixed', 'subParts': []}}",
	  "['bodyStructure']" },
	{ "{" DRAFT ", " TEXT ", 'bodyStructure': {'type': 'text/plain',"
	  "'subParts': [{'partId': 't'}]}}",
	  "['bodyStructure']" },
	{ "{" DRAFT ", 'bodyValues': {'t': {'value': 'a', 'isTruncated': true}}}",
	  "['bodyValues']" },
	{ "{" DRAFT ", 'bodyValues': {'t': {'value': 'a', "
	  "'isEncodingProblem': true}}}",
	  "['bodyValues']" },
	{ "{" DRAFT ", 'bodyValues': {'t': {}}}", "['bodyValues']" },
	{ "{'keywords': 3, 'subject': 4, 'nothing': null}",
	  "['subject', 'nothing', 'mailboxIds', 'keywords']" },
};

/* RFC 8621 4.6: what is wrong is named. */
TEST(email_set_refuses)
{
	struct test_drive d;

	write_test_init(&d);
	for (size_t i = 0; i < countof(refused); i++) {
		create(&d, refused[i].object);
		CHECK_AT(&d, "/0/1/created", "null");
		CHECK_AT(&d, "/0/1/notCreated/k/type", "'invalidProperties'");
		CHECK_AT(&d, "/0/1/notCreated/k/properties", refused[i].properties);
	}
	test_drive_done(&d);
}

/* Which is told even where more is wrong (RFC 8620 5.3). */
TEST(email_set_blob_not_found)
{
	struct test_drive d;

	write_test_init(&d);
	create(&d, "{'attachments': [{'blobId': 'U2-99', 'type': 'image/png'},"
		   "{'blobId': 'x', 'type': 'text/plain'},"
		   "{'blobId': 'U2-99', 'type': 'image/png'}]}");
	CHECK_AT(&d, "/0/1/notCreated/k/type", "'blobNotFound'");
	CHECK_INT(json_array_size(jmap_at(&d, "/0/1/notCreated/k/notFound")), 2);
	test_drive_done(&d);
}

TEST(email_set_too_large)
{
	struct test_drive d;

	write_test_init(&d);
	d.user.message_max = 100;
	create(&d, "{'mailboxIds': {'$drafts': true}}");
	CHECK_AT(&d, "/0/1/notCreated/k/type", "'tooLarge'");
	test_drive_done(&d);
}

/* Email/get gives what Email/set was given. */
TEST(email_set_is_read_back)
{
	static const struct {
		const char *property, *value;
	} t[] = {
		{ "from",
		  "[{'name': 'J\\u00f6, \\\\\\'x', 'email': 'jo@example.test'}]" },
		{ "sender", "[{'name': null, 'email': '\\'j o\\'@example.test'}]" },
		{ "to",
		  "[{'name': 'Long long long name of somebody who has a name', 'email':"
		  "'long@long.example.test'}, {'name': null, 'email': 'half'}]" },
		{ "cc", "[{'name': '=?utf-8?q?x?=', 'email': 'x@y.test'}]" },
		{ "replyTo", "[{'name': 'A <b@c>', 'email': 'x@y.test'}]" },
		{ "subject",
		  "'\\u65e5\\u672c\\u8a9e \\ud83d\\ude00 and some more of it, so "
		  "that there are lines to fold, and then some more'" },
		{ "messageId", "['a@b']" },
		{ "references", "['a@b', 'c@d']" },
		{ "inReplyTo", "null" },
		{ "sentAt", "'2026-01-01T12:00:00+05:30'" },
		{ "header:X-A", "' raw  value'" },
		{ "header:X-B:asText", "'two  blanks \\u00e4'" },
		{ "header:X-C:asGroupedAddresses",
		  "[{'name': 'Us', 'addresses': [{'name':"
		  "null, 'email': 'a@b.test'}]}]" },
		{ "header:X-D:asText:all", "['a', 'b']" },
		{ "header:List-Help:asURLs", "['mailto:x@y.test']" },
		{ "receivedAt", "'2020-02-03T04:05:06Z'" },
		{ "keywords", "{'$seen': true, 'other': true}" },
	};
	struct test_drive d;
	struct buf object;
	char call[300], pointer[100];

	buf_init(&object, 8000);
	write_test_init(&d);
	buf_add(&object, S("{'mailboxIds': {'$drafts': true}"));
	for (size_t i = 0; i < countof(t); i++)
		buf_addf(&object, ", '%s': %s", t[i].property, t[i].value);
	buf_add(&object, S("}"));
	buf_add_char(&object, '\0');
	create(&d, buf_slice(&object).p);
	CHECK_AT(&d, "/0/1/notCreated", "null");
	jmap_keep(&d, "email", "/0/1/created/k/id");
	for (size_t i = 0; i < countof(t); i++) {
		snprintf(call, sizeof(call),
			 "[['Email/get', {'accountId': '$A', 'ids': ['$email'],"
			 "'properties': ['%s']}, 'a']]",
			 t[i].property);
		jmap_ask(&d, call);
		snprintf(pointer, sizeof(pointer), "/0/1/list/0/%s", t[i].property);
		CHECK_AT(&d, pointer, t[i].value);
	}
	buf_done(&object);
	test_drive_done(&d);
}

static void update(struct test_drive *d, const char *patch)
{
	char call[2000];

	snprintf(call, sizeof(call),
		 "[['Email/set', {'accountId': '$A', 'update': {'$email': %s}}, 'a']]",
		 patch);
	jmap_ask(d, call);
}

/* "seen flagged a/b in 2": its keywords, and in how many mailboxes it is. */
static void check_email(struct test_drive *d, const char *id, const char *keywords,
			uint32_t places)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	slice in = slice_of(id);
	struct email_view view;
	struct arena arena;
	int64_t number;
	json_t *has, *want = jmap_json(d, keywords);

	arena_init(&arena, 100000);
	CHECK(take_object_id(&in, OBJECT_EMAIL, TEST_ACCOUNT, &number));
	CHECK_INT(email_view_get(a, number, 0, &arena, &view), ERR_NONE);
	CHECK_INT(view.place_count, places);
	CHECK_INT(placement_keywords(a, view.flags, &has), ERR_NONE);
	CHECK(json_equal(has, want));
	json_decref(has);
	json_decref(want);
	arena_done(&arena);
}

TEST(email_set_update)
{
	static const struct {
		const char *patch, *keywords;
		uint32_t places;
	} t[] = {
		{ "{'keywords/$seen': true}", "{'$seen': true}", 1 },
		{ "{'keywords/$SEEN': null, 'keywords/A~1b': true}", "{'a/b': true}", 1 },
		{ "{'keywords': {'$flagged': true, 'X': true}}",
		  "{'$flagged': true, 'x': true}", 1 },
		{ "{'mailboxIds/$inbox': true}", "{'$flagged': true, 'x': true}", 2 },
		{ "{'mailboxIds/$drafts': null, 'keywords': null}", "{}", 1 },
		{ "{'mailboxIds': {'$drafts': true, '$inbox': true}}", "{}", 2 },
		{ "{'mailboxIds': {'$drafts': true}}", "{}", 1 },
		{ "{'id': '$email', 'receivedAt': '2026-01-01T00:00:00Z',"
		  "'subject': 'Hi', 'sender': null, 'from': [{'name': null,"
		  "'email': 'jo@example.test'}], 'preview': '', 'hasAttachment': false,"
		  "'header:X-None': null, 'keywords': {}}",
		  "{}", 1 },
	};
	struct test_drive d;
	char id[100];

	write_test_init(&d);
	create(&d, "{'mailboxIds': {'$drafts': true}, 'subject': 'Hi',"
		   "'from': [{'email': 'jo@example.test'}]}");
	jmap_keep(&d, "email", "/0/1/created/k/id");
	snprintf(id, sizeof(id), "%s", jmap_text_at(&d, "/0/1/created/k/id"));
	for (size_t i = 0; i < countof(t); i++) {
		update(&d, t[i].patch);
		CHECK_AT(&d, "/0/1/notUpdated", "null");
		CHECK_AT(&d, "/0/1/updated", "{'$email': null}");
		check_email(&d, id, t[i].keywords, t[i].places);
	}
	test_drive_done(&d);
}

TEST(email_set_update_refuses)
{
	static const struct {
		const char *patch, *error, *properties;
	} t[] = {
		{ "{'keywords/$seen': false}", "'invalidProperties'", "['keywords']" },
		{ "{'keywords/a b': true}", "'invalidProperties'", "['keywords']" },
		{ "{'mailboxIds/$drafts': null}", "'invalidProperties'",
		  "['mailboxIds']" },
		{ "{'mailboxIds': null}", "'invalidProperties'", "['mailboxIds']" },
		{ "{'mailboxIds/F2-99': true}", "'invalidProperties'", "['mailboxIds']" },
		{ "{'id': 'x'}", "'invalidProperties'", "['id']" },
		{ "{'subject': 'x'}", "'invalidProperties'", "['subject']" },
		{ "{'size': 1, 'nothing': 1}", "'invalidProperties'",
		  "['size', 'nothing']" },
		{ "{'keywords': {}, 'keywords/a': true}", "'invalidPatch'", "absent" },
		{ "{'nowhere/a': true}", "'invalidPatch'", "absent" },
	};
	struct test_drive d;
	char pointer[200];

	write_test_init(&d);
	create(&d, "{'mailboxIds': {'$drafts': true}}");
	jmap_keep(&d, "email", "/0/1/created/k/id");
	snprintf(pointer, sizeof(pointer), "/0/1/notUpdated/%s",
		 jmap_text_at(&d, "/0/1/created/k/id"));
	for (size_t i = 0; i < countof(t); i++) {
		char at[300];

		update(&d, t[i].patch);
		snprintf(at, sizeof(at), "%s/type", pointer);
		CHECK_AT(&d, at, t[i].error);
		snprintf(at, sizeof(at), "%s/properties", pointer);
		CHECK_AT(&d, at, t[i].properties);
	}
	test_drive_done(&d);
}

TEST(email_set_destroy)
{
	struct test_drive d;

	write_test_init(&d);
	create(&d, "{'mailboxIds': {'$drafts': true, '$inbox': true}}");
	jmap_keep(&d, "email", "/0/1/created/k/id");
	jmap_ask(&d, "[['Email/set', {'accountId': '$A', 'destroy': ['$email', 'M2-99']},"
		     "'a']]");
	CHECK_AT(&d, "/0/1/destroyed", "['$email']");
	CHECK_AT(&d, "/0/1/notDestroyed/M2-99/type", "'notFound'");
	jmap_ask(&d, "[['Email/set', {'accountId': '$A', 'destroy': ['$email']}, 'a']]");
	CHECK_AT(&d, "/0/1/destroyed", "null");
	test_drive_done(&d);
}

static void mark_deleted(struct test_drive *d, const char *id)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	struct interval_set uids = { 0 };
	slice in = slice_of(id);
	struct email_view view;
	struct arena arena;
	int64_t email;

	arena_init(&arena, 100000);
	CHECK(take_object_id(&in, OBJECT_EMAIL, TEST_ACCOUNT, &email));
	CHECK_INT(email_view_get(a, email, 0, &arena, &view), ERR_NONE);
	interval_set_add(&uids, view.places[0].uid);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	CHECK_INT(message_change_flags(a, view.places[0].mailbox, &uids, FLAGS_ADD,
				       FLAG_DELETED, UINT64_MAX, NULL, NULL, NULL),
		  ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	interval_set_done(&uids);
	arena_done(&arena);
}

/* What IMAP has marked as deleted is not there (RFC 8621 4.1.1). */
TEST(email_set_of_what_is_deleted)
{
	struct test_drive d;

	write_test_init(&d);
	create(&d, "{'mailboxIds': {'$drafts': true}}");
	jmap_keep(&d, "email", "/0/1/created/k/id");
	mark_deleted(&d, jmap_text_at(&d, "/0/1/created/k/id"));
	update(&d, "{'keywords/$seen': true}");
	CHECK_AT(&d, "/0/1/updated", "null");
	test_drive_done(&d);
}
