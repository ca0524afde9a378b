#include "base/test.h"
#include "jmap/email_fixture_test.h"
#include "store/email_view.h"

static const char message[] = "From: jo@a.test\r\n"
			      "Subject: one\r\nSubject: two\r\n"
			      "Date: Tue, 1 Jul 2003 10:52:37 +0200\r\n\r\n"
			      "hello\r\n";

/* A drive with that one message: $email, its part $text, $thread, $inbox. */
static void drive_init(struct test_drive *d)
{
	struct account *a;
	struct email_view e;
	struct arena arena;
	int64_t id;

	test_drive_init(d);
	id = test_email(d, "email", slice_of(message));
	a = test_account(&d->accounts, TEST_ACCOUNT);
	arena_init(&arena, 100'000);
	CHECK(!email_view_get(a, id, 0, &arena, &e));
	test_keep(d, "text", "BM%x-%jx_0", TEST_ACCOUNT, (intmax_t)id);
	test_keep(d, "thread", "T%x-%jx", TEST_ACCOUNT, (intmax_t)e.thread);
	test_keep(d, "inbox", "F%x-%jx", TEST_ACCOUNT, (intmax_t)e.places[0].mailbox);
	arena_done(&arena);
}

static void ask(struct test_drive *d, const char *arguments)
{
	test_call(d, "Email/get", arguments);
}

static void set_flags(struct test_drive *d, int64_t email, uint64_t flags)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);

	CHECK(!account_begin(a, JOB_WRITES));
	CHECK(!email_change_flags(a, email, FLAGS_ADD, flags));
	CHECK(!account_commit(a));
}

static uint64_t make_keyword(struct test_drive *d, slice name)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	uint64_t bit = 0;

	CHECK(!account_begin(a, JOB_WRITES));
	CHECK(!keyword_bit(a, name, true, &bit));
	CHECK(!account_commit(a));
	return bit;
}

TEST(email_get_defaults)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'ids': ['$email']");
	CHECK_AT(&d, "/0/0", "'Email/get'");
	CHECK_AT(&d, "/0/1/notFound", "[]");
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$email', 'blobId': 'B$email', 'threadId': '$thread', "
		 "'mailboxIds': {'$inbox': true}, 'keywords': {}, 'size': 92, "
		 "'receivedAt': '2026-01-01T00:00:00Z', 'messageId': null, "
		 "'inReplyTo': null, 'references': null, 'sender': null, "
		 "'from': [{'name': null, 'email': 'jo@a.test'}], 'to': null, "
		 "'cc': null, 'bcc': null, 'replyTo': null, 'subject': 'two', "
		 "'sentAt': '2003-07-01T10:52:37+02:00', 'hasAttachment': false, "
		 "'preview': 'hello', 'bodyValues': {}, 'attachments': [], "
		 "'textBody': [{'partId': '0', 'blobId': '$text', 'size': 7, "
		 "'name': null, 'type': 'text/plain', 'charset': 'us-ascii', "
		 "'disposition': null, 'cid': null, 'language': null, "
		 "'location': null}], "
		 "'htmlBody': [{'partId': '0', 'blobId': '$text', 'size': 7, "
		 "'name': null, 'type': 'text/plain', 'charset': 'us-ascii', "
		 "'disposition': null, 'cid': null, 'language': null, "
		 "'location': null}]}]");
	test_drive_done(&d);
}

TEST(email_get_keywords)
{
	struct test_drive d;
	int64_t email;
	uint64_t own;

	test_drive_init(&d);
	email = test_email(&d, "email", slice_of(message));
	own = make_keyword(&d, S("$Forwarded"));
	set_flags(&d, email, FLAG_SEEN | FLAG_FLAGGED | FLAG_ANSWERED | FLAG_DRAFT | own);
	ask(&d, "'ids': ['$email'], 'properties': ['keywords']");
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$email', 'keywords': {'$seen': true, '$flagged': true, "
		 "'$answered': true, '$draft': true, '$forwarded': true}}]");
	test_drive_done(&d);
}

/* As IMAP does it: of its only message. */
static void set_deleted(struct test_drive *d, int64_t email)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	struct interval_set uids = { 0 };
	struct email_view e;
	struct arena arena;

	arena_init(&arena, 100'000);
	CHECK(!email_view_get(a, email, 0, &arena, &e));
	interval_set_add(&uids, e.places[0].uid);
	CHECK(!account_begin(a, JOB_WRITES));
	CHECK(!message_change_flags(a, e.places[0].mailbox, &uids, FLAGS_ADD,
				    FLAG_DELETED, UINT64_MAX, NULL, NULL, NULL));
	CHECK(!account_commit(a));
	interval_set_done(&uids);
	arena_done(&arena);
}

/* What IMAP has marked as deleted is not to be seen (RFC 8621 4.1.1). */
TEST(email_get_of_what_is_deleted)
{
	struct test_drive d;
	int64_t email;

	test_drive_init(&d);
	email = test_email(&d, "email", slice_of(message));
	set_deleted(&d, email);
	ask(&d, "'ids': ['$email'], 'properties': ['keywords']");
	CHECK_AT(&d, "/0/1/list", "[]");
	CHECK_AT(&d, "/0/1/notFound", "['$email']");
	test_call(&d, "SearchSnippet/get", "'emailIds': ['$email']");
	CHECK_AT(&d, "/0/1/notFound", "['$email']");
	test_drive_done(&d);
}

TEST(email_get_of_nothing)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'ids': ['x', '$email', 'M2-999', '$email'], 'properties': []");
	CHECK_AT(&d, "/0/1/list", "[{'id': '$email'}]");
	CHECK_AT(&d, "/0/1/notFound", "['x', 'M2-999']");
	ask(&d, "'ids': [], 'properties': ['header:To:asDate']");
	CHECK_AT(&d, "/0/1/type", "'invalidArguments'");
	ask(&d, "'ids': [], 'properties': ['Subject']");
	CHECK_AT(&d, "/0/1/type", "'invalidArguments'");
	test_drive_done(&d);
}

/* A header alone is read where no body is asked for: the answers are the same. */
TEST(email_get_of_a_header)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'ids': ['$email'], 'properties': ['header:subject:asText:all', "
		"'subject', 'headers']");
	CHECK_AT(&d, "/0/1/list/0/header:subject:asText:all", "['one', 'two']");
	CHECK_AT(&d, "/0/1/list/0/subject", "'two'");
	CHECK_AT(&d, "/0/1/list/0/headers/0", "{'name': 'From', 'value': ' jo@a.test'}");
	CHECK_AT(&d, "/0/1/list/0/headers/4", "absent");
	test_drive_done(&d);
}

/* More than one slice gives: they are all there, each once. */
TEST(email_get_of_many)
{
	enum { MANY = 300 };
	struct test_drive d;
	struct buf arguments;

	test_drive_init(&d);
	buf_init(&arguments, 100'000);
	buf_add(&arguments, S("'properties': ['textBody'], 'ids': ["));
	for (int i = 0; i < MANY; i++) {
		int64_t email = test_email(&d, "email", slice_of(message));

		buf_addf(&arguments, "'M%x-%jx', 'M%x-%jx', ", TEST_ACCOUNT,
			 (intmax_t)email, TEST_ACCOUNT, (intmax_t)email);
		if (i % 20 == 0) buf_addf(&arguments, "'x%d', ", i);
		json_decref(d.kept[--d.kept_count].value);
	}
	buf_addf(&arguments, "'x']%c", 0);
	ask(&d, buf_slice(&arguments).p);
	CHECK_INT(json_array_size(jmap_at(&d, "/0/1/list")), MANY);
	CHECK_INT(json_array_size(jmap_at(&d, "/0/1/notFound")), MANY / 20 + 1);
	buf_done(&arguments);
	test_drive_done(&d);
}

/* RFC 8620 5.1: as long as there are few. */
TEST(email_get_of_all)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'ids': null, 'properties': []");
	CHECK_AT(&d, "/0/1/list", "[{'id': '$email'}]");
	set_deleted(&d, test_email(&d, "gone", S("Subject: x\r\n\r\ny\r\n")));
	ask(&d, "'properties': []");
	CHECK_AT(&d, "/0/1/list", "[{'id': '$email'}]");
	for (int i = 0; i < JMAP_GET_MAX - 1; i++)
		test_drive_deliver(&d, S("Message-ID: <1@x>\r\nReferences: <0@x>\r\n"
					 "Subject: a\r\n\r\nb\r\n"));
	ask(&d, "'properties': []");
	CHECK_INT(json_array_size(jmap_at(&d, "/0/1/list")), JMAP_GET_MAX);
	test_call(&d, "Thread/get", "'ids': null");
	CHECK_INT(json_array_size(jmap_at(&d, "/0/1/list")), 2);
	test_drive_deliver(&d, S("Subject: one more\r\n\r\nb\r\n"));
	ask(&d, "'properties': []");
	CHECK_AT(&d, "/0/1/type", "'requestTooLarge'");
	test_drive_done(&d);
}
