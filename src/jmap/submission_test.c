#include "jmap/write_test.h"

/* A draft with these header properties is "$email". */
static void make_draft(struct test_drive *d, const char *fields)
{
	char call[2000];

	snprintf(call, sizeof(call),
		 "[['Email/set', {'accountId': '$A', 'create': {'k': {"
		 "'mailboxIds': {'$drafts': true}, 'keywords': {'$draft': true}, %s}}},"
		 "'a']]",
		 fields);
	jmap_ask(d, call);
	jmap_keep(d, "email", "/0/1/created/k/id");
}

#define FROM "'from': [{'email': 'jo@example.test'}]"
#define TO                                                                               \
	"'to': [{'email': 'ann@b.test'}], 'cc': [{'email': 'Ann@b.test'},"               \
	" {'email': 'ann@B.test'}], 'bcc': [{'name': 'C', 'email': 'cy@c.test'}]"

/* Sends "$email"; further members of the submission begin with a comma. */
static void submit(struct test_drive *d, const char *further, const char *arguments)
{
	char call[3000];

	snprintf(call, sizeof(call),
		 "[['EmailSubmission/set', {'accountId': '$A', 'create': {'s': {"
		 "'identityId': '$identity', 'emailId': '$email'%s}}%s}, 'b']]",
		 further, arguments);
	jmap_ask(d, call);
}

static struct test_mail *only_mail(struct test_drive *d)
{
	CHECK_INT(d->mail_count, 1);
	return &d->mails[0];
}

TEST(submission_of_the_header)
{
	struct test_drive d;
	struct test_mail *m;

	write_test_init(&d);
	make_draft(&d, FROM ", " TO);
	submit(&d, "", "");
	CHECK_AT(&d, "/0/1/notCreated", "null");
	CHECK_AT(&d, "/0/1/created/s/undoStatus", "'final'");
	CHECK_AT(&d, "/0/1/created/s/sendAt", "'2026-01-01T00:00:00Z'");
	CHECK_AT(&d, "/0/1/created/s/envelope/mailFrom",
		 "{'email': 'jo@example.test', 'parameters': null}");
	CHECK_AT(&d, "/0/1/created/s/envelope/rcptTo/2/email", "'cy@c.test'");
	CHECK_AT(&d, "/0/1/created/s/deliveryStatus/cy@c.test",
		 "{'smtpReply': '250 2.0.0 queued', 'delivered': 'queued',"
		 "'displayed': 'unknown'}");
	CHECK_AT(&d, "/0/1/created/s/emailId", "absent");
	m = only_mail(&d);
	CHECK_SLICE(buf_slice(&m->reverse_path), S("jo@example.test"));
	CHECK_SLICE(buf_slice(&m->recipients), S("ann@b.test\nAnn@b.test\ncy@c.test\n"));
	write_test_field(buf_slice(&m->message), "Bcc", NULL);
	write_test_field(buf_slice(&m->message), "To", " ann@b.test");
	test_drive_done(&d);
}

TEST(submission_of_an_envelope)
{
	struct test_drive d;
	struct test_mail *m;

	write_test_init(&d);
	make_draft(&d, FROM);
	submit(&d,
	       ", 'envelope': {'mailFrom': {'email': 'x@jo.example.test', 'parameters': {"
	       "'envid': 'a b+c', 'RET': 'HDRS', 'SIZE': '100', 'BODY': '8BITMIME',"
	       "'SMTPUTF8': null, 'HOLDFOR': '60'}}, 'rcptTo': [{'email': 'ann@b.test',"
	       "'parameters': {'NOTIFY': 'NEVER', 'ORCPT': 'rfc822;a+b@b.test'}},"
	       "{'email': 'ann@B.test'}, {'email': 'cy@c.test', 'parameters': null}]}",
	       "");
	CHECK_AT(&d, "/0/1/notCreated", "null");
	CHECK_AT(&d, "/0/1/created/s/undoStatus", "'pending'");
	CHECK_AT(&d, "/0/1/created/s/sendAt", "'2026-01-01T00:01:00Z'");
	CHECK_AT(&d, "/0/1/created/s/envelope", "absent");
	m = only_mail(&d);
	CHECK_SLICE(buf_slice(&m->reverse_path), S("x@jo.example.test"));
	CHECK_SLICE(buf_slice(&m->recipients), S("ann@b.test\ncy@c.test\n"));
	CHECK_SLICE(buf_slice(&m->envelope_id), S("a+20b+2Bc"));
	CHECK_SLICE(buf_slice(&m->ret), S("HDRS"));
	CHECK_SLICE(buf_slice(&m->notify), S("NEVER\n\n"));
	CHECK_SLICE(buf_slice(&m->originals), S("rfc822;a+2Bb@b.test\n\n"));
	CHECK_SLICE(buf_slice(&m->hold), S("for;60"));
	CHECK_INT(m->release_at, d.now + 60);
	test_drive_done(&d);
}

/* RFC 8621 7.5 */
TEST(submission_refuses)
{
#define ENVELOPE(from, to)                                                               \
	", 'envelope': {'mailFrom': {'email': " from "}, 'rcptTo': [" to "]}"
	static const struct {
		const char *fields, *further, *type;
	} t[] = {
		{ FROM, "", "'noRecipients'" },
		{ FROM, ENVELOPE("'jo@example.test'", ""), "'noRecipients'" },
		{ FROM ", 'to': [{'email': 'half'}]", "", "'invalidRecipients'" },
		{ FROM, ENVELOPE("'jo@example.test'", "{'email': 'a b@c.test'}"),
		  "'invalidRecipients'" },
		{ FROM, ENVELOPE("'ann@b.test'", "{'email': 'ann@b.test'}"),
		  "'forbiddenMailFrom'" },
		{ FROM, ENVELOPE("'jo'", "{'email': 'ann@b.test'}"),
		  "'invalidProperties'" },
		{ FROM,
		  ENVELOPE("'jo@example.test', 'parameters': {'AUTH': '<>'}",
			   "{'email': 'ann@b.test'}"),
		  "'invalidProperties'" },
		{ FROM,
		  ENVELOPE("'jo@example.test', 'parameters': {'HOLDFOR': '99999999'}",
			   "{'email': 'ann@b.test'}"),
		  "'invalidProperties'" },
		{ FROM,
		  ENVELOPE("'jo@example.test'",
			   "{'email': 'ann@b.test', 'parameters': {'NOTIFY': 'X'}}"),
		  "'invalidProperties'" },
		{ FROM, ", 'envelope': {}", "'invalidProperties'" },
		{ FROM, ", 'sendAt': '2026-01-01T00:00:00Z'", "'invalidProperties'" },
		{ "'from': [{'email': 'ann@b.test'}], 'to': [{'email': 'a@b.test'}]", "",
		  "'forbiddenFrom'" },
		{ "'to': [{'email': 'a@b.test'}]", "", "'invalidEmail'" },
		{ "'from': [{'email': 'jo@example.test'}, {'email': "
		  "'x@jo.example.test'}],"
		  "'to': [{'email': 'a@b.test'}]",
		  "", "'invalidEmail'" },
		{ "'header:From:all': [' jo@example.test', ' jo@example.test'],"
		  "'to': [{'email': 'a@b.test'}]",
		  "", "'invalidEmail'" },
	};
	struct test_drive d;

	write_test_init(&d);
	for (size_t i = 0; i < countof(t); i++) {
		make_draft(&d, t[i].fields);
		submit(&d, t[i].further, "");
		CHECK_AT(&d, "/0/1/created", "null");
		CHECK_AT(&d, "/0/1/notCreated/s/type", t[i].type);
	}
	CHECK_INT(d.mail_count, 0);
	test_drive_done(&d);
}

TEST(submission_of_nothing)
{
	struct test_drive d;

	write_test_init(&d);
	jmap_ask(&d, "[['EmailSubmission/set', {'accountId': '$A', 'create': {'s': {"
		     "'identityId': 'I2-99', 'emailId': 'M2-99'}, 't': {}}}, 'a']]");
	CHECK_AT(&d, "/0/1/notCreated/s/type", "'invalidProperties'");
	CHECK_AT(&d, "/0/1/notCreated/s/properties", "['identityId', 'emailId']");
	CHECK_AT(&d, "/0/1/notCreated/t/properties", "['identityId', 'emailId']");
	test_drive_done(&d);
}

/* The identity's address stands in for one that it may not use. */
TEST(submission_identity)
{
	struct test_drive d;

	write_test_init(&d);
	make_draft(&d, "'from': [{'email': 'x@jo.example.test'}],"
		       "'to': [{'email': 'a@b.test'}]");
	submit(&d, "", "");
	CHECK_AT(&d, "/0/1/created/s/envelope/mailFrom/email", "'jo@example.test'");
	test_drive_done(&d);
}

static const struct {
	enum err outcome;
	const char *reply, *type;
} outcomes[] = {
	{ ERR_DENIED, "", "'forbiddenFrom'" },
	{ ERR_LIMIT, "", "'rateLimit'" },
	{ ERR_LATER, "", "'serverFail'" },
	{ ERR_LATER, "451 4.3.0 Local trouble", "'serverFail'" },
	{ ERR_LATER, "450 4.7.1 Too many messages for now", "'rateLimit'" },
	{ ERR_DENIED, "550 5.7.1 No", "'forbiddenToSend'" },
	{ ERR_DENIED, "550 5.1.1 nobody", "'invalidRecipients'" },
	{ ERR_DENIED, "552 5.3.4 too big", "'tooLarge'" },
	{ ERR_NONE, "550 5.1.1 nobody", "'invalidRecipients'" },
};

TEST(submission_that_the_host_refuses)
{
	struct test_drive d;

	write_test_init(&d);
	make_draft(&d, FROM ", " TO);
	for (size_t i = 0; i < countof(outcomes); i++) {
		d.sent.outcome = outcomes[i].outcome;
		d.reply = outcomes[i].reply;
		d.is_slow = i % 2;
		submit(&d, "", "");
		CHECK_AT(&d, "/0/1/notCreated/s/type", outcomes[i].type);
	}
	test_drive_done(&d);
}

/* RFC 8621 7.5.1 */
TEST(submission_success)
{
	struct test_drive d;

	write_test_init(&d);
	make_draft(&d, FROM ", " TO);
	submit(&d, "",
	       ", 'onSuccessUpdateEmail': {'#s': {'mailboxIds/$drafts': null,"
	       "'mailboxIds/$inbox': true, 'keywords/$draft': null},"
	       "'#other': {'keywords/$seen': true}}, 'onSuccessDestroyEmail': ['S2-99']");
	CHECK_AT(&d, "/0/0", "'EmailSubmission/set'");
	CHECK_AT(&d, "/1/0", "'Email/set'");
	CHECK_AT(&d, "/1/2", "'b'");
	CHECK_AT(&d, "/1/1/updated", "{'$email': null}");
	submit(&d, "", ", 'onSuccessDestroyEmail': ['#s']");
	CHECK_AT(&d, "/1/1/destroyed", "['$email']");
	submit(&d, "", ", 'onSuccessDestroyEmail': ['#s']");
	CHECK_AT(&d, "/1", "absent");
	test_drive_done(&d);
}

/* Nothing goes out that the client may not mean. */
TEST(submission_checks_first)
{
	static const struct {
		const char *arguments, *type;
	} t[] = {
		{ ", 'ifInState': 'x'", "'stateMismatch'" },
		{ ", 'nothing': 1", "'invalidArguments'" },
		{ ", 'onSuccessUpdateEmail': {'#s': 1}", "'invalidArguments'" },
		{ ", 'onSuccessDestroyEmail': 3", "'invalidArguments'" },
		{ ", 'destroy': {}", "'invalidArguments'" },
	};
	struct test_drive d;

	write_test_init(&d);
	make_draft(&d, FROM ", " TO);
	for (size_t i = 0; i < countof(t); i++) {
		submit(&d, "", t[i].arguments);
		CHECK_AT(&d, "/0/1/type", t[i].type);
	}
	CHECK_INT(d.mail_count, 0);
	test_drive_done(&d);
}

static void submit_held(struct test_drive *d)
{
	make_draft(d, FROM ", " TO);
	submit(d,
	       ", 'envelope': {'mailFrom': {'email': 'jo@example.test', 'parameters': {"
	       "'HOLDUNTIL': '2026-01-01T01:00:00Z'}}, 'rcptTo': [{'email': "
	       "'a@b.test'}]}",
	       "");
	jmap_keep(d, "sent", "/0/1/created/s/id");
}

static void cancel(struct test_drive *d, const char *patch)
{
	char call[1000];

	snprintf(call, sizeof(call),
		 "[['EmailSubmission/set', {'accountId': '$A', 'update': {'$sent': %s}},"
		 "'a'], ['EmailSubmission/get', {'accountId': '$A', 'ids': ['$sent']}, "
		 "'b']]",
		 patch);
	jmap_ask(d, call);
}

TEST(submission_cancel)
{
	struct test_drive d;

	write_test_init(&d);
	submit_held(&d);
	cancel(&d, "{'undoStatus': 'canceled', 'emailId': '$email'}");
	CHECK_AT(&d, "/0/1/updated", "{'$sent': null}");
	CHECK_INT(d.recalled, 1);
	CHECK_AT(&d, "/1/1/list/0/undoStatus", "'canceled'");
	CHECK_AT(&d, "/1/1/list/0/deliveryStatus/a@b.test/delivered", "'no'");
	test_drive_done(&d);
}

TEST(submission_cancel_refused)
{
	struct test_drive d;

	write_test_init(&d);
	d.is_slow = true;
	submit_held(&d);
	cancel(&d, "{'undoStatus': 'final'}");
	CHECK_AT(&d, "/0/1/updated", "null");
	d.recall = ERR_DENIED;
	cancel(&d, "{'undoStatus': 'canceled'}");
	CHECK_AT(&d, "/0/1/updated", "null");
	CHECK_INT(d.recalled, 1);
	d.recall = ERR_NONE;
	d.recalled = 0;
	d.now += 3600;
	cancel(&d, "{'undoStatus': 'canceled'}");
	CHECK_AT(&d, "/0/1/updated", "null");
	CHECK_INT(d.recalled, 0);
	CHECK_AT(&d, "/1/1/list/0/undoStatus", "'final'");
	test_drive_done(&d);
}

TEST(submission_get_changes_destroy)
{
	struct test_drive d;

	write_test_init(&d);
	jmap_ask(&d, "[['EmailSubmission/get', {'accountId': '$A', 'ids': null}, 'a']]");
	jmap_keep(&d, "state", "/0/1/state");
	submit_held(&d);
	jmap_ask(&d, "[['EmailSubmission/get', {'accountId': '$A', 'ids': null,"
		     "'properties': ['emailId', 'dsnBlobIds']}, 'a'],"
		     "['EmailSubmission/changes', {'accountId': '$A',"
		     "'sinceState': '$state'}, 'b'],"
		     "['EmailSubmission/get', {'accountId': '$A', 'ids': ['x']}, 'c']]");
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$sent', 'emailId': '$email', 'dsnBlobIds': []}]");
	CHECK_AT(&d, "/1/1/created", "['$sent']");
	CHECK_AT(&d, "/2/1/notFound", "['x']");
	jmap_ask(&d, "[['EmailSubmission/set', {'accountId': '$A', 'destroy': ['$sent',"
		     "'x']}, 'a']]");
	CHECK_AT(&d, "/0/1/destroyed", "['$sent']");
	CHECK_AT(&d, "/0/1/notDestroyed/x/type", "'notFound'");
	test_drive_done(&d);
}

TEST(submission_query)
{
	static const struct {
		const char *arguments, *ids;
	} t[] = {
		{ "", "['$first', '$sent']" },
		{ ", 'filter': {}", "['$first', '$sent']" },
		{ ", 'filter': {'undoStatus': 'pending'}", "['$sent']" },
		{ ", 'filter': {'emailIds': ['$email']}", "['$sent']" },
		{ ", 'filter': {'identityIds': ['x']}", "[]" },
		{ ", 'filter': {'after': '2026-01-01T01:00:00Z'}", "['$sent']" },
		{ ", 'filter': {'before': '2026-01-01T01:00:00Z'}", "['$first']" },
		{ ", 'filter': {'operator': 'NOT', 'conditions': [{'undoStatus': "
		  "'final'},"
		  "{'undoStatus': 'canceled'}]}",
		  "['$sent']" },
		{ ", 'filter': {'operator': 'OR', 'conditions': []}", "[]" },
		{ ", 'sort': [{'property': 'sentAt', 'isAscending': false}]",
		  "['$sent', '$first']" },
		{ ", 'sort': [{'property': 'emailId'}], 'limit': 1", "['$first']" },
	};
	struct test_drive d;
	char call[1000];

	write_test_init(&d);
	make_draft(&d, FROM ", " TO);
	submit(&d, "", "");
	jmap_keep(&d, "first", "/0/1/created/s/id");
	submit_held(&d);
	for (size_t i = 0; i < countof(t); i++) {
		snprintf(call, sizeof(call),
			 "[['EmailSubmission/query', {'accountId': '$A'%s}, 'a']]",
			 t[i].arguments);
		jmap_ask(&d, call);
		CHECK_AT(&d, "/0/1/ids", t[i].ids);
	}
	jmap_ask(&d, "[['EmailSubmission/query', {'accountId': '$A',"
		     "'filter': {'x': 1}}, 'a'], ['EmailSubmission/query',"
		     "{'accountId': '$A', 'sort': [{'property': 'x'}]}, 'b']]");
	CHECK_AT(&d, "/0/1/type", "'unsupportedFilter'");
	CHECK_AT(&d, "/1/1/type", "'unsupportedSort'");
	test_drive_done(&d);
}
