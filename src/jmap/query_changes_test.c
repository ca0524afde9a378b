/* A client that keeps the results of queries by Email/queryChanges has what it would be
 * told anew. */
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "jmap/test_drive.h"
#include "store/email_view.h"
#include "store/object_id.h"

enum { ROUNDS = 40, EMAILS = 30, FLAGS = 3 };

/* Of mailboxes $in (INBOX) and $box. */
static const char *const queries[] = {
	"'filter': null",
	"'filter': {'inMailbox': '$in'}",
	"'filter': {'inMailboxOtherThan': ['$in']}, 'sort': [{'property': 'size'}]",
	"'filter': {'hasKeyword': '$seen'}",
	("'filter': {'inMailbox': '$box', 'notKeyword': '$flagged'},"
	 " 'sort': [{'property': 'subject'}]"),
	"'filter': {'someInThreadHaveKeyword': '$flagged'}",
	"'filter': {'allInThreadHaveKeyword': '$seen'}, 'collapseThreads': true",
	"'collapseThreads': true",
	("'filter': {'inMailbox': '$in'}, 'collapseThreads': true,"
	 " 'sort': [{'property': 'receivedAt'}]"),
	"'sort': [{'property': 'hasKeyword', 'keyword': '$seen'}]",
	"'sort': [{'property': 'someInThreadHaveKeyword', 'keyword': '$flagged'}]",
	"'filter': {'subject': 'one'}",
};

struct cache {
	char state[32];
	json_t *ids;
};

struct client {
	struct test_drive d;
	struct account *account;
	int64_t mailboxes[2];
	int64_t emails[EMAILS + ROUNDS];
	uint32_t count;
	struct cache caches[countof(queries)];
};

/* --- mail comes, changes and goes --- */

static void deliver(struct client *k)
{
	char text[300];
	uint32_t at = k->count;

	snprintf(text, sizeof(text),
		 "Message-ID: <%u@x>\r\nIn-Reply-To: <%u@x>\r\nSubject: %s\r\n\r\nx\r\n",
		 at, at && rand() % 2 ? (unsigned)rand() % at : at,
		 rand() % 2 ? "One" : "Two");
	k->d.now += 60;
	test_drive_deliver(&k->d, slice_of(text));
}

static bool note_email(void *context, const struct email_view *e)
{
	struct client *k = context;

	k->emails[k->count++] = e->id;
	return true;
}

static void note_emails(struct client *k)
{
	k->count = 0;
	CHECK_INT(email_view_each(k->account, 0, 0, note_email, k), ERR_NONE);
}

static void delete_in(struct client *k, int64_t mailbox, bool is_deleted)
{
	struct interval_set uids = { 0 }, modified = { 0 };

	interval_set_add(&uids, 1 + (uint32_t)rand() % 10);
	CHECK_INT(message_change_flags(k->account, mailbox, &uids,
				       is_deleted ? FLAGS_ADD : FLAGS_REMOVE,
				       FLAG_DELETED, UINT64_MAX, &modified, NULL, NULL),
		  ERR_NONE);
	interval_set_done(&uids);
	interval_set_done(&modified);
}

static void change_one(struct client *k)
{
	static const uint64_t flags[FLAGS] = { FLAG_SEEN, FLAG_FLAGGED, FLAG_DRAFT };
	int64_t email = k->emails[(uint32_t)rand() % k->count];
	enum err e = ERR_NONE;

	switch (rand() % 6) {
	case 0:
		e = email_destroy(k->account, email);
		break;
	case 1:
		e = email_set_mailboxes(k->account, email, k->mailboxes + rand() % 2, 1);
		break;
	case 2:
		e = email_set_mailboxes(k->account, email, k->mailboxes, 2);
		break;
	case 3:
		delete_in(k, k->mailboxes[rand() % 2], rand() % 2);
		break;
	default:
		e = email_change_flags(k->account, email,
				       rand() % 2 ? FLAGS_ADD : FLAGS_REMOVE,
				       flags[rand() % FLAGS]);
	}
	CHECK(!e || e == ERR_NOT_FOUND);
}

static void change(struct client *k)
{
	if (rand() % 2) deliver(k);
	note_emails(k);
	CHECK_INT(account_begin(k->account, JOB_WRITES), ERR_NONE);
	for (int i = rand() % 3; i >= 0 && k->count; i--)
		change_one(k);
	CHECK_INT(account_commit(k->account), ERR_NONE);
	note_emails(k);
}

/* --- the client --- */

static json_t *ask(struct client *k, const char *method, const char *query,
		   const char *further)
{
	char calls[1500];

	snprintf(calls, sizeof(calls), "[['Email/%s', {'accountId': '$A', %s%s}, 'a']]",
		 method, query, further);
	return json_array_get(json_array_get(jmap_ask(&k->d, calls), 0), 1);
}

static void keep_state(struct cache *c, const json_t *response, const char *name)
{
	const char *state = json_string_value(json_object_get(response, name));

	CHECK(state != NULL);
	snprintf(c->state, sizeof(c->state), "%s", state);
}

static void fetch(struct client *k, uint32_t at)
{
	struct cache *c = &k->caches[at];
	json_t *response = ask(k, "query", queries[at], "");

	json_decref(c->ids);
	c->ids = json_incref(json_object_get(response, "ids"));
	keep_state(c, response, "queryState");
}

static size_t find(const json_t *list, const json_t *id)
{
	size_t at = 0;

	while (at < json_array_size(list) && !json_equal(json_array_get(list, at), id))
		at++;
	return at;
}

/* RFC 8620 5.6 */
static void splice(json_t *ids, const json_t *response)
{
	json_t *removed = json_object_get(response, "removed");
	json_t *added = json_object_get(response, "added");

	for (size_t i = 0; i < json_array_size(removed); i++)
		json_array_remove(ids, find(ids, json_array_get(removed, i)));
	for (size_t i = 0; i < json_array_size(added); i++) {
		json_t *item = json_array_get(added, i);
		json_t *id = json_object_get(item, "id");

		CHECK(find(ids, id) == json_array_size(ids));
		CHECK_INT(json_array_insert(ids,
					    (size_t)json_integer_value(
						    json_object_get(item, "index")),
					    id),
			  0);
	}
}

/* A part of the result is the same part of it however it is found. */
static void check_page(struct client *k, uint32_t at)
{
	const json_t *all = k->caches[at].ids;
	int position = rand() % EMAILS, limit = rand() % EMAILS;
	char window[60];
	json_t *page;

	snprintf(window, sizeof(window), ", 'position': %d, 'limit': %d", position,
		 limit);
	page = json_object_get(ask(k, "query", queries[at], window), "ids");
	for (int i = 0; i < limit; i++)
		CHECK(json_array_get(page, (size_t)i) ==
			      json_array_get(all, (size_t)(position + i)) ||
		      json_equal(json_array_get(page, (size_t)i),
				 json_array_get(all, (size_t)(position + i))));
	CHECK(json_array_size(page) <= (size_t)limit);
}

static void check_query(struct client *k, uint32_t at)
{
	struct cache *c = &k->caches[at];
	char since[100];
	json_t *response, *kept, *fresh;

	snprintf(since, sizeof(since),
		 ", 'sinceQueryState': '%s', 'calculateTotal': true", c->state);
	response = ask(k, "queryChanges", queries[at], since);
	splice(c->ids, response);
	CHECK_INT(json_integer_value(json_object_get(response, "total")),
		  json_array_size(c->ids));
	kept = json_incref(c->ids);
	fetch(k, at);
	fresh = c->ids;
	if (!json_equal(kept, fresh)) print_error("%s\n", queries[at]);
	CHECK(json_equal(kept, fresh));
	json_decref(kept);
	check_page(k, at);
}

static bool note_mailbox(void *context, const struct mailbox *m)
{
	struct client *k = context;

	if (slice_eq(m->name, S("INBOX"))) k->mailboxes[0] = m->id;
	if (slice_eq(m->name, S("Box"))) k->mailboxes[1] = m->id;
	return true;
}

/* The names of ids in queries. */
static void name_mailboxes(struct client *k)
{
	static const char *const names[] = { "in", "box" };
	struct buf id;

	CHECK_INT(mailbox_each(k->account, note_mailbox, k), ERR_NONE);
	for (size_t i = 0; i < countof(names); i++) {
		char calls[100];

		buf_init(&id, 100);
		object_id_write(OBJECT_MAILBOX, TEST_ACCOUNT, k->mailboxes[i], &id);
		snprintf(calls, sizeof(calls), "[['Core/echo', {'id': '%.*s'}, 'a']]",
			 FMT(buf_slice(&id)));
		jmap_ask(&k->d, calls);
		jmap_keep(&k->d, names[i], "/0/1/id");
		buf_done(&id);
	}
}

static void begin(struct client *k)
{
	int64_t id;

	srand(11);
	test_drive_init(&k->d);
	k->account = test_account(&k->d.accounts, TEST_ACCOUNT);
	CHECK_INT(account_begin(k->account, JOB_WRITES), ERR_NONE);
	CHECK_INT(mailbox_create(k->account, S("Box"), USE_NONE, &id), ERR_NONE);
	CHECK_INT(account_commit(k->account), ERR_NONE);
	name_mailboxes(k);
	while (k->count < EMAILS) {
		deliver(k);
		note_emails(k);
	}
	for (uint32_t i = 0; i < countof(queries); i++)
		fetch(k, i);
}

TEST(results_that_are_kept_by_changes_stay_true)
{
	struct client *k = calloc(1, sizeof(*k));

	CHECK(k != NULL);
	begin(k);
	for (int round = 0; round < ROUNDS; round++) {
		change(k);
		for (uint32_t i = 0; i < countof(queries); i++)
			if (rand() % 3) check_query(k, i);
	}
	for (uint32_t i = 0; i < countof(queries); i++)
		json_decref(k->caches[i].ids);
	test_drive_done(&k->d);
	free(k);
}
