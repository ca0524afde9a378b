#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "jmap/test_drive.h"
#include "store/email_view.h"
#include "store/object_id.h"

static void deliver(struct test_drive *d, const char *subject, const char *headers)
{
	struct buf text;

	buf_init(&text, 10000);
	buf_addf(&text,
		 "From: Ann <a@x>\r\nTo: b@x\r\nSubject: %s\r\n%s\r\nThe body is "
		 "here.\r\n",
		 subject, headers);
	d->now += 60;
	test_drive_deliver(d, buf_slice(&text));
	buf_done(&text);
}

/* Four mails, from "$m1" on by arrival; m3 answers m1. */
static void begin(struct test_drive *d)
{
	test_drive_init(d);
	deliver(d, "One", "Message-ID: <1@x>\r\n");
	deliver(d, "Two", "");
	deliver(d, "Re: One", "In-Reply-To: <1@x>\r\n");
	deliver(d, "Four", "X-A: \r\n");
	jmap_ask(d, "[['Email/query', {'accountId': '$A', "
		    "'sort': [{'property': 'receivedAt'}]}, 'a']]");
	jmap_keep(d, "m1", "/0/1/ids/0");
	jmap_keep(d, "m2", "/0/1/ids/1");
	jmap_keep(d, "m3", "/0/1/ids/2");
	jmap_keep(d, "m4", "/0/1/ids/3");
	jmap_keep(d, "state", "/0/1/queryState");
}

static void ask(struct test_drive *d, const char *method, const char *arguments)
{
	char calls[1500];

	snprintf(calls, sizeof(calls), "[['Email/%s', {'accountId': '$A', %s}, 'a']]",
		 method, arguments);
	jmap_ask(d, calls);
}

static void check_ids(struct test_drive *d, const char *arguments, const char *ids)
{
	ask(d, "query", arguments);
	CHECK_AT(d, "/0/1/ids", ids);
}

TEST(email_queries)
{
	/* clang-format off */
	static const struct { const char *arguments, *ids; } rows[] = {
		{ "'filter': null", "['$m4', '$m3', '$m2', '$m1']" },
		{ "'filter': {}, 'sort': []", "['$m4', '$m3', '$m2', '$m1']" },
		{ "'filter': {'subject': 'one'}", "['$m3', '$m1']" },
		{ "'filter': {'subject': 'one'}, 'collapseThreads': true", "['$m3']" },
		{ "'filter': {'text': 'body \\u0022is here\\u0022'}, 'limit': 2", "['$m4', '$m3']" },
		{ "'filter': {'body': '\\u0027here body\\u0027'}", "[]" },
		{ "'filter': {'header': ['X-A']}", "['$m4']" },
		{ "'filter': {'header': ['Subject', 'FOUR']}", "['$m4']" },
		{ "'filter': {'operator': 'NOT', 'conditions': [{'subject': 'one'},"
		  " {'subject': 'two'}]}", "['$m4']" },
		{ "'sort': [{'property': 'subject'}]", "['$m4', '$m3', '$m1', '$m2']" },
		{ "'sort': [{'property': 'subject', 'isAscending': false},"
		  " {'property': 'receivedAt'}]", "['$m2', '$m1', '$m3', '$m4']" },
		{ "'anchor': '$m2', 'anchorOffset': -1, 'limit': 2", "['$m3', '$m2']" },
		{ "'position': -1", "['$m1']" },
		{ "'position': 10", "[]" },
		{ "'filter': {'inMailbox': 'F2-ffff'}", "[]" },
		{ "'filter': {'after': '2026-01-01T00:02:00Z',"
		  " 'before': '2026-01-01T00:04:00Z'}", "['$m3', '$m2']" },
	};
	/* clang-format on */
	struct test_drive d;

	begin(&d);
	for (size_t i = 0; i < countof(rows); i++)
		check_ids(&d, rows[i].arguments, rows[i].ids);
	ask(&d, "query", "'calculateTotal': true, 'limit': 0");
	CHECK_AT(&d, "/0/1/total", "4");
	CHECK_AT(&d, "/0/1/canCalculateChanges", "true");
	CHECK_AT(&d, "/0/1/queryState", "'$state'");
	test_drive_done(&d);
}

TEST(email_queries_that_are_refused)
{
	/* clang-format off */
	static const struct { const char *arguments, *type; } rows[] = {
		{ "'colour': 1", "'invalidArguments'" },
		{ "'collapseThreads': 1", "'invalidArguments'" },
		{ "'limit': -1", "'invalidArguments'" },
		{ "'filter': []", "'invalidArguments'" },
		{ "'filter': {'colour': 'red'}", "'unsupportedFilter'" },
		{ "'sort': [{'property': 'colour'}]", "'unsupportedSort'" },
		{ "'sort': [{'property': 'subject', 'collation': 'i;x'}]", "'unsupportedSort'" },
		{ "'anchor': 'M2-fff'", "'anchorNotFound'" },
	};
	/* clang-format on */
	struct test_drive d;

	begin(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		ask(&d, "query", rows[i].arguments);
		CHECK_AT(&d, "/0/0", "'error'");
		CHECK_AT(&d, "/0/1/type", rows[i].type);
	}
	test_drive_done(&d);
}

/* --- changes --- */

static struct account *begin_changes(struct test_drive *d)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);

	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	return a;
}

static int64_t number_of(const char *id)
{
	slice in = slice_of(id);
	int64_t number = -1;

	CHECK(take_object_id(&in, OBJECT_EMAIL, TEST_ACCOUNT, &number));
	return number;
}

TEST(email_changes)
{
	struct test_drive d;
	struct account *a;
	int64_t first;

	begin(&d);
	jmap_ask(&d, "[['Email/query', {'accountId': '$A', 'position': -1}, 'a']]");
	first = number_of(jmap_text_at(&d, "/0/1/ids/0"));
	a = begin_changes(&d);
	CHECK_INT(email_change_flags(a, first, FLAGS_ADD, FLAG_SEEN), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	ask(&d, "changes", "'sinceState': '$state'");
	CHECK_AT(&d, "/0/1/updated", "['$m1']");
	CHECK_AT(&d, "/0/1/created", "[]");
	CHECK_AT(&d, "/0/1/destroyed", "[]");
	CHECK_AT(&d, "/0/1/hasMoreChanges", "false");
	ask(&d, "changes", "'sinceState': 'x'");
	CHECK_AT(&d, "/0/1/type", "'cannotCalculateChanges'");
	test_drive_done(&d);
}

TEST(email_query_changes)
{
	struct test_drive d;

	begin(&d);
	deliver(&d, "Re: One", "In-Reply-To: <1@x>\r\n");
	jmap_ask(&d, "[['Email/query', {'accountId': '$A', 'limit': 1}, 'a']]");
	jmap_keep(&d, "m5", "/0/1/ids/0");
	ask(&d, "queryChanges", "'sinceQueryState': '$state', 'calculateTotal': true");
	CHECK_AT(&d, "/0/1/removed", "[]");
	CHECK_AT(&d, "/0/1/added", "[{'id': '$m5', 'index': 0}]");
	CHECK_AT(&d, "/0/1/total", "5");
	ask(&d, "queryChanges", "'sinceQueryState': '$state', 'collapseThreads': true");
	CHECK_AT(&d, "/0/1/removed", "['$m1', '$m3']");
	CHECK_AT(&d, "/0/1/added", "[{'id': '$m5', 'index': 0}]");
	CHECK_AT(&d, "/0/1/total", "absent");
	ask(&d, "queryChanges", "'sinceQueryState': '$state', 'maxChanges': 0");
	CHECK_AT(&d, "/0/1/type", "'tooManyChanges'");
	ask(&d, "queryChanges", "'sinceQueryState': '99999999'");
	CHECK_AT(&d, "/0/1/type", "'cannotCalculateChanges'");
	ask(&d, "queryChanges", "'filter': null");
	CHECK_AT(&d, "/0/1/type", "'invalidArguments'");
	ask(&d, "queryChanges",
	    "'sinceQueryState': '$state', 'upToId': '$m3',"
	    "'sort': [{'property': 'receivedAt'}]");
	CHECK_AT(&d, "/0/1/added", "[]");
	test_drive_done(&d);
}
