#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "jmap/test_drive.h"
#include "store/email_view.h"

static const char message[] = "From: jo@a.test\r\n"
			      "Subject: one\r\nSubject: two\r\n"
			      "Date: Tue, 1 Jul 2003 10:52:37 +0200\r\n\r\n"
			      "hello\r\n";

static bool keep_ids(void *context, const struct email_view *e)
{
	struct email_view *kept = context;

	*kept = *e;
	kept->places = NULL;
	return false;
}

static void keep(struct test_drive *d, const char *name, const char *kind, int64_t id,
		 const char *behind)
{
	char call[200];

	snprintf(call, sizeof(call), "[['Core/echo', {'id': '%s%x-%jx%s'}, 'a']]", kind,
		 TEST_ACCOUNT, (intmax_t)id, behind);
	jmap_ask(d, call);
	jmap_keep(d, name, "/0/1/id");
}

static bool keep_place(void *context, const struct email_view *e)
{
	*(int64_t *)context = e->places[0].mailbox;
	return false;
}

/* A drive with that one message: $email, its part $text, $thread, $inbox. */
static void drive_init(struct test_drive *d)
{
	struct email_view e = { 0 };
	struct account *a;
	int64_t inbox = 0;

	test_drive_init(d);
	test_drive_deliver(d, slice_of(message));
	a = test_account(&d->accounts, TEST_ACCOUNT);
	CHECK(!email_view_each(a, 0, 0, keep_ids, &e));
	CHECK(!email_view_each(a, 0, 0, keep_place, &inbox));
	keep(d, "email", "M", e.id, "");
	keep(d, "text", "BM", e.id, "_0");
	keep(d, "thread", "T", e.thread, "");
	keep(d, "inbox", "F", inbox, "");
}

static void ask(struct test_drive *d, const char *arguments)
{
	struct buf call;

	buf_init(&call, 100'000);
	buf_addf(&call, "[['Email/get', {'accountId': '$A', %s}, 'a']]%c", arguments, 0);
	jmap_ask(d, buf_slice(&call).p);
	buf_done(&call);
}

static void set_flags(struct test_drive *d, uint64_t flags)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	struct email_view e;

	CHECK(!account_begin(a, JOB_WRITES));
	CHECK(!email_view_each(a, 0, 0, keep_ids, &e));
	CHECK(!email_change_flags(a, e.id, FLAGS_ADD, flags));
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
	uint64_t own;

	drive_init(&d);
	own = make_keyword(&d, S("$Forwarded"));
	set_flags(&d, FLAG_SEEN | FLAG_FLAGGED | FLAG_ANSWERED | FLAG_DRAFT | own);
	ask(&d, "'ids': ['$email'], 'properties': ['keywords']");
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$email', 'keywords': {'$seen': true, '$flagged': true, "
		 "'$answered': true, '$draft': true, '$forwarded': true}}]");
	test_drive_done(&d);
}

TEST(email_get_of_nothing)
{
	struct test_drive d;

	drive_init(&d);
	ask(&d, "'ids': ['x', '$email', 'M2-999', '$email'], 'properties': []");
	CHECK_AT(&d, "/0/1/list", "[{'id': '$email'}]");
	CHECK_AT(&d, "/0/1/notFound", "['x', 'M2-999']");
	ask(&d, "'ids': null");
	CHECK_AT(&d, "/0/1/type", "'requestTooLarge'");
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
