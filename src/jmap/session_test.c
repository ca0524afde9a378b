#include "base/test.h"
#include "jmap/test_drive.h"

static json_t *session_of(struct test_drive *d)
{
	struct buf out;
	json_t *session;

	buf_init(&out, 100'000);
	jmap_session_write(&d->user, S("https://mail.example.test"), &out);
	session = json_loadb(buf_slice(&out).p, out.n, JSON_REJECT_DUPLICATES, NULL);
	buf_done(&out);
	CHECK(session);
	return session;
}

static const char *text_of(const json_t *session, const char *name)
{
	return json_string_value(json_object_get(session, name));
}

/* RFC 8620 2, RFC 8621 1.3 */
TEST(session_resource)
{
	static const char *const core[] = {
		"maxSizeUpload",         "maxConcurrentUpload", "maxSizeRequest",
		"maxConcurrentRequests", "maxCallsInRequest",   "maxObjectsInGet",
		"maxObjectsInSet",
	};
	struct test_drive d;
	json_t *session, *accounts, *capabilities;

	test_drive_init(&d);
	session = session_of(&d);
	capabilities = json_object_get(json_object_get(session, "capabilities"),
				       "urn:ietf:params:jmap:core");
	for (size_t i = 0; i < countof(core); i++)
		CHECK(json_integer_value(json_object_get(capabilities, core[i])) >= 4);
	accounts = json_object_get(session, "accounts");
	CHECK_INT(json_object_size(accounts), 1);
	CHECK_INT(json_object_size(json_object_get(json_object_get(accounts, "A2"),
						   "accountCapabilities")),
		  3);
	CHECK_SLICE(slice_of(text_of(session, "username")), S("jo@example.test"));
	CHECK_SLICE(slice_of(text_of(session, "apiUrl")),
		    S("https://mail.example.test/jmap/api"));
	jmap_ask(&d, "[]");
	CHECK_SLICE(slice_of(text_of(d.answer, "sessionState")),
		    slice_of(text_of(session, "state")));
	json_decref(session);
	test_drive_done(&d);
}

/* RFC 9749 3; of a sandbox there is none. */
TEST(session_has_the_key_of_pushes)
{
	static const char name[] = "urn:ietf:params:jmap:webpush-vapid";
	struct test_drive d;
	json_t *session, *vapid;

	test_drive_init(&d);
	d.using =
		"[\"urn:ietf:params:jmap:core\", \"urn:ietf:params:jmap:webpush-vapid\"]";
	jmap_ask(&d, "[['Core/echo', {}, 'a']]");
	CHECK_AT(&d, "/0/0", "'Core/echo'");
	session = session_of(&d);
	vapid = json_object_get(json_object_get(session, "capabilities"), name);
	CHECK_SLICE(slice_of(text_of(vapid, "applicationServerKey")), S("BA1Hxzyi"));
	CHECK(!json_object_get(json_object_get(session, "primaryAccounts"), name));
	json_decref(session);
	d.user.push_key = S("");
	session = session_of(&d);
	CHECK(!json_object_get(json_object_get(session, "capabilities"), name));
	jmap_ask_raw(&d, S("{\"using\": [\"urn:ietf:params:jmap:webpush-vapid\"],"
			   " \"methodCalls\": []}"));
	CHECK_INT(d.status, 400);
	json_decref(session);
	test_drive_done(&d);
}

TEST(session_state_changes_with_what_it_tells)
{
	struct test_drive d;
	json_t *before, *after;

	test_drive_init(&d);
	before = session_of(&d);
	d.user.may_send = false;
	after = session_of(&d);
	CHECK(!slice_eq(slice_of(text_of(before, "state")),
			slice_of(text_of(after, "state"))));
	CHECK_INT(json_object_size(json_object_get(after, "primaryAccounts")), 1);
	json_decref(before);
	json_decref(after);
	test_drive_done(&d);
}

TEST(states_of_the_types_that_are_asked_for)
{
	static const slice one[] = { SLICE_INIT("EmailDelivery"), SLICE_INIT("x") };
	struct test_drive d;
	struct buf before, after, all;
	struct account *a;

	test_drive_init(&d);
	a = test_account(&d.accounts, TEST_ACCOUNT);
	buf_init(&before, 1000);
	buf_init(&after, 1000);
	buf_init(&all, 1000);
	CHECK(!jmap_states_write(a, one, countof(one), &before));
	CHECK_SLICE(buf_slice(&before), S("{\"EmailDelivery\":\"0\"}"));
	test_drive_deliver(&d, S("Subject: a\r\n\r\nb\r\n"));
	CHECK(!jmap_states_write(a, one, countof(one), &after));
	CHECK(!slice_eq(buf_slice(&before), buf_slice(&after)));
	CHECK(!jmap_states_write(a, NULL, 0, &all));
	CHECK(slice_find(buf_slice(&all), S("\"EmailSubmission\"")) < all.n);
	buf_done(&before);
	buf_done(&after);
	buf_done(&all);
	test_drive_done(&d);
}
