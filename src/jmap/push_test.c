#include "jmap/push.h"

#include <stdio.h>

#include "base/test.h"
#include "jmap/test_drive.h"
#include "store/document.h"

/* RFC 8291 5 */
#define P256DH                                                                           \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRp" \
	"kNtoIAiw4"
#define KEYS "{'p256dh': '" P256DH "', 'auth': 'BTBZMqHH6r4Tts7J_aSIgg'}"

/* As RFC 8620 7.2.3 creates one. */
static void begin(struct test_drive *d)
{
	test_drive_init(d);
	jmap_ask(d, "[['PushSubscription/set', {'create': {'4f29': {"
		    " 'deviceClientId': 'a889-ffea-910',"
		    " 'url': 'https://example.com/push/?device=X8980fc&client=12c6d086',"
		    " 'types': null}}}, '0']]");
	jmap_keep(d, "id", "/0/1/created/4f29/id");
}

struct seen {
	struct test_drive *drive;
	struct jmap_push p;
	unsigned count;
	char code[64], types[64], signer[64], known[400];
};

static void copy_text(char *room, size_t size, slice text)
{
	snprintf(room, size, "%.*s", FMT(text));
}

static void see(void *context, const struct jmap_push *p)
{
	struct seen *s = context;

	s->p = *p;
	s->count++;
	copy_text(s->code, sizeof(s->code), p->code);
	copy_text(s->types, sizeof(s->types), p->types);
	copy_text(s->signer, sizeof(s->signer), p->signer);
	copy_text(s->known, sizeof(s->known), p->known);
}

static struct seen look(struct test_drive *d)
{
	struct seen s = { .drive = d };

	CHECK_INT(jmap_pushes_each(test_account(&d->accounts, TEST_ACCOUNT), see, &s),
		  ERR_NONE);
	return s;
}

static void ask_with(struct test_drive *d, const char *form, const char *argument)
{
	char calls[1000];

	snprintf(calls, sizeof(calls), form, argument);
	jmap_ask(d, calls);
}

/* RFC 8620 7.2.3 */
TEST(push_is_made_verified_and_prolonged)
{
	struct test_drive d;
	struct seen s;

	begin(&d);
	CHECK_AT(&d, "/0/1/created",
		 "{'4f29': {'id': '$id', 'keys': null, 'verificationCode': null,"
		 " 'expires': '2026-01-15T00:00:00Z'}}");
	CHECK_AT(&d, "/0/1/accountId", "absent");
	CHECK_AT(&d, "/0/1/newState", "absent");
	CHECK_INT(d.push_changes, 1);
	s = look(&d);
	CHECK(s.count == 1 && !s.p.is_verified && s.p.credential == 5 && !s.p.key.n);
	CHECK_SLICE(slice_of(s.types), S("*"));
	CHECK_SLICE(slice_of(s.signer), S("BA1Hxzyi"));
	ask_with(&d,
		 "[['PushSubscription/set', {'update': {'$id': {'verificationCode':"
		 " '%s'}}}, '0'], ['PushSubscription/get', {'ids': null}, '1']]",
		 s.code);
	CHECK_AT(&d, "/0/1/updated", "{'$id': null}");
	CHECK_AT(&d, "/1/1/list/0/expires", "'2026-01-15T00:00:00Z'");
	CHECK_SLICE(slice_of(jmap_text_at(&d, "/1/1/list/0/verificationCode")),
		    slice_of(s.code));
	s = look(&d);
	CHECK(s.p.is_verified);
	CHECK_SLICE(slice_head(slice_of(s.known), 9), S("{\"Email\":"));
	d.now += 2 * 24 * 3600;
	jmap_ask(&d, "[['PushSubscription/set', {'update': {'$id': {'expires':"
		     " '2026-08-13T00:00:00Z', 'types': ['Email', 'Todo']}}}, '0']]");
	CHECK_AT(&d, "/0/1/updated", "{'$id': {'expires': '2026-01-17T00:00:00Z'}}");
	CHECK_SLICE(slice_of(look(&d).types), S("Email,Todo"));
	test_drive_done(&d);
}

/* RFC 8620 7.2.1 */
TEST(push_get_tells_no_url_and_no_code)
{
	struct test_drive d;

	begin(&d);
	jmap_ask(&d, "[['PushSubscription/get', {}, '0'],"
		     " ['PushSubscription/get', {'ids': ['$id', 'P2-99', 'x'],"
		     " 'properties': ['types']}, '1'],"
		     " ['PushSubscription/get', {'properties': ['id', 'url']}, '2'],"
		     " ['PushSubscription/get', {'properties': ['keys']}, '3'],"
		     " ['PushSubscription/get', {'accountId': '$A'}, '4'],"
		     " ['PushSubscription/get', {'properties': ['x']}, '5']]");
	CHECK_AT(&d, "/0/1",
		 "{'list': [{'id': '$id', 'deviceClientId': 'a889-ffea-910',"
		 " 'verificationCode': null, 'expires': '2026-01-15T00:00:00Z',"
		 " 'types': null}], 'notFound': []}");
	CHECK_AT(&d, "/1/1",
		 "{'list': [{'id': '$id', 'types': null}], 'notFound': ['P2-99', 'x']}");
	CHECK_AT(&d, "/2/1/type", "'forbidden'");
	CHECK_AT(&d, "/3/1/type", "'forbidden'");
	CHECK_AT(&d, "/4/1/type", "'invalidArguments'");
	CHECK_AT(&d, "/5/1/type", "'invalidArguments'");
	test_drive_done(&d);
}

TEST(push_is_seen_with_its_credential_until_it_ends)
{
	static const char calls[] =
		"[['PushSubscription/get', {'ids': ['$id']}, '0'],"
		" ['PushSubscription/set', {'update': {'$id': {'types': []}}}, '1'],"
		" ['PushSubscription/set', {'destroy': ['$id']}, '2']]";
	struct test_drive d;

	begin(&d);
	d.user.credential = 6;
	jmap_ask(&d, calls);
	CHECK_AT(&d, "/0/1/notFound", "['$id']");
	CHECK_AT(&d, "/1/1/notUpdated/$id/type", "absent");
	CHECK_AT(&d, "/1/1/updated", "null");
	CHECK_AT(&d, "/2/1/destroyed", "null");
	d.user.credential = 5;
	d.now += JMAP_PUSH_LIFE_S;
	jmap_ask(&d, calls);
	CHECK_AT(&d, "/0/1/notFound", "['$id']");
	d.now--;
	jmap_ask(&d, calls);
	CHECK_AT(&d, "/1/1/updated", "{'$id': null}");
	CHECK_AT(&d, "/2/1/destroyed", "['$id']");
	CHECK_INT(look(&d).count, 0);
	test_drive_done(&d);
}

#define OTHERS "'deviceClientId': 'd', 'url': 'https://a.test/x'"

TEST(push_set_refuses)
{
	static const struct {
		const char *object, *want;
	} rows[] = {
		{ "", "['deviceClientId', 'url']" },
		{ "'deviceClientId': '', 'url': 'http://a.test/'",
		  "['deviceClientId', 'url']" },
		{ "'deviceClientId': 'd', 'url': 'https://'", "['url']" },
		{ "'deviceClientId': 'd', 'url': 'https://a.test/x y'", "['url']" },
		{ "'deviceClientId': 'd', 'url': 'https://-a.test/'", "['url']" },
		{ "'deviceClientId': 'd', 'url': 'https://u:p@a.test/'", "['url']" },
		{ "'deviceClientId': 'd', 'url': 'https://a.test/#x'", "['url']" },
		{ "'deviceClientId': 'd', 'url': 'https://a.test?x'", "['url']" },
		{ "'deviceClientId': 'd', 'url': 'https://a.test\\r\\nX: y/'",
		  "['url']" },
		{ OTHERS ", 'id': 'x'", "['id']" },
		{ OTHERS ", 'verificationCode': 'x'", "['verificationCode']" },
		{ OTHERS ", 'expires': 'soon'", "['expires']" },
		{ OTHERS ", 'expires': '2025-12-31T23:59:59Z'", "['expires']" },
		{ OTHERS ", 'types': 'Email'", "['types']" },
		{ OTHERS ", 'types': ['Email', 1]", "['types']" },
		{ OTHERS ", 'types': ['a,b']", "['types']" },
		{ OTHERS ", 'keys': {}", "['keys']" },
		{ OTHERS ", 'keys': {'p256dh': '" P256DH "'}", "['keys']" },
		{ OTHERS ", 'keys': {'p256dh': '" P256DH "', 'auth': 'AAAA'}",
		  "['keys']" },
		{ OTHERS ", 'keys': {'p256dh': 'AAAA', 'auth': "
			 "'BTBZMqHH6r4Tts7J_aSIgg'}",
		  "['keys']" },
		{ OTHERS ", 'keys': {'p256dh': '" P256DH "', 'more': 1, 'auth': "
			 "'BTBZMqHH6r4Tts7J_aSIgg'}",
		  "['keys']" },
	};
	struct test_drive d;

	test_drive_init(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		ask_with(&d, "[['PushSubscription/set', {'create': {'k': {%s}}}, 'a']]",
			 rows[i].object);
		CHECK_AT(&d, "/0/1/notCreated/k/properties", rows[i].want);
		CHECK_AT(&d, "/0/1/notCreated/k/type", "'invalidProperties'");
	}
	CHECK_INT(look(&d).count, 0);
	test_drive_done(&d);
}

TEST(push_with_keys_and_what_its_host_says)
{
	static const char calls[] = "[['PushSubscription/set', {'create': {'k': {" OTHERS
				    ", 'keys': " KEYS "}}}, 'a']]";
	static const struct {
		enum err says;
		const char *want;
	} rows[] = {
		{ ERR_DENIED, "'invalidProperties'" },
		{ ERR_MALFORMED, "'invalidProperties'" },
		{ ERR_LIMIT, "'rateLimit'" },
	};
	struct test_drive d;

	test_drive_init(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		d.push = rows[i].says;
		jmap_ask(&d, calls);
		CHECK_AT(&d, "/0/1/notCreated/k/type", rows[i].want);
	}
	d.push = ERR_NONE;
	d.user.may_push = false;
	jmap_ask(&d, calls);
	CHECK_AT(&d, "/0/1/notCreated/k/type", "'forbidden'");
	d.user.may_push = true;
	jmap_ask(&d, calls);
	CHECK_INT(look(&d).p.key.n, PUSH_KEY_OCTETS);
	CHECK_INT(look(&d).p.secret.n, PUSH_SECRET_OCTETS);
	test_drive_done(&d);
}

TEST(push_has_a_limit)
{
	struct test_drive d;

	test_drive_init(&d);
	for (int i = 0; i <= JMAP_PUSHES_MAX; i++)
		jmap_ask(&d, "[['PushSubscription/set', {'create': {'k': {" OTHERS
			     "}}}, 'a']]");
	CHECK_AT(&d, "/0/1/notCreated/k/type", "'overQuota'");
	CHECK_INT(look(&d).count, JMAP_PUSHES_MAX);
	test_drive_done(&d);
}

/* The paths of a patch, and what must stay (RFC 8620 5.3, 7.2.2). */
TEST(push_update_refuses)
{
	static const struct {
		const char *patch, *want;
	} rows[] = {
		{ "'verificationCode': 'guess'", "['verificationCode']" },
		{ "'verificationCode': 1", "['verificationCode']" },
		{ "'url': 'https://b.test/'", "['url']" },
		{ "'keys': " KEYS, "['keys']" },
		{ "'deviceClientId': 'e'", "['deviceClientId']" },
		{ "'expires': '2025-12-31T23:59:59Z'", "['expires']" },
		{ "'expires': 'x'", "['expires']" },
		{ "'types': [1]", "['types']" },
		{ "'x': 1", "['x']" },
	};
	struct test_drive d;
	char id[40];

	begin(&d);
	copy_text(id, sizeof(id), slice_of(jmap_text_at(&d, "/0/1/created/4f29/id")));
	for (size_t i = 0; i < countof(rows); i++) {
		char pointer[100];

		ask_with(&d, "[['PushSubscription/set', {'update': {'$id': {%s}}}, 'a']]",
			 rows[i].patch);
		CHECK_AT(&d, "/0/1/updated", "null");
		snprintf(pointer, sizeof(pointer), "/0/1/notUpdated/%s/properties", id);
		CHECK_AT(&d, pointer, rows[i].want);
	}
	jmap_ask(&d, "[['PushSubscription/set', {'update': {'$id': {"
		     " 'deviceClientId': 'a889-ffea-910', 'expires': null,"
		     " 'verificationCode': null}}}, 'a']]");
	CHECK_AT(&d, "/0/1/updated", "{'$id': {'expires': '2026-01-15T00:00:00Z'}}");
	CHECK(!look(&d).p.is_verified);
	test_drive_done(&d);
}

TEST(push_is_asked_and_removed)
{
	struct test_drive d;
	struct account *a;
	struct seen s;
	struct buf out;

	begin(&d);
	a = test_account(&d.accounts, TEST_ACCOUNT);
	s = look(&d);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	CHECK_INT(jmap_push_asked(a, s.p.id), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	CHECK(look(&d).p.was_asked);
	buf_init(&out, 1000);
	s.p.code = S("da1f");
	jmap_push_verification_write(TEST_ACCOUNT, &s.p, &out);
	CHECK(slice_find(buf_slice(&out), S("\"verificationCode\":\"da1f\"}")) < out.n);
	CHECK_SLICE(slice_head(buf_slice(&out), 28),
		    S("{\"@type\":\"PushVerification\","));
	buf_done(&out);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	CHECK_INT(jmap_push_remove(a, s.p.id), ERR_NONE);
	CHECK_INT(jmap_push_remove(a, s.p.id), ERR_NOT_FOUND);
	CHECK_INT(account_commit(a), ERR_NONE);
	CHECK_INT(look(&d).count, 0);
	test_drive_done(&d);
}
