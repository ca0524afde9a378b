/*
 * test_drive.h - a user with a temporary store whose requests are done on the spot
 *
 *   struct test_drive d;
 *
 *   test_drive_init(&d);
 *   jmap_ask(&d, "[['Mailbox/get', {'accountId': '$A', 'ids': null}, 'a']]");
 *   CHECK_AT(&d, "/0/1/list/0/name", "'Inbox'");
 *   jmap_keep(&d, "inbox", "/0/1/list/0/id"); // "$inbox" stands for it from now on
 *   test_drive_done(&d);
 *
 * In the JSON written here ' stands for " and $NAME for what was kept ($A: the account's
 * id). Writing jobs are run twice, the first time for nothing, as an actor may do. For
 * fuzz targets, too: what must succeed aborts.
 */
#pragma once

#include <jansson.h>

#include "jmap/jmap.h"
#include "store/test_accounts.h"

enum { TEST_ACCOUNT = 2, TEST_KEPT_MAX = 32, TEST_MAILS_MAX = 8 };

/* A mail that the host was asked to send. */
struct test_mail {
	struct buf message, reverse_path;
	struct buf recipients; /* each with LF */
	int64_t release_at;
	struct buf envelope_id, ret;
	struct buf notify, originals; /* each with LF */
	struct buf hold;
};

struct test_drive {
	struct test_accounts accounts;
	struct jmap_user user; /* jo@example.test, aliases jo.b@ and *@jo.example.test */
	slice addresses[3];
	int64_t now;           /* 2026-01-01 */
	const char *using;     /* JSON of "using"; all capabilities at first */
	enum err failure;      /* of each writing job's commit */
	struct jmap_sent sent; /* what becomes of a mail; queue_id counts up */
	const char *reply;     /* for each recipient where that fails */
	bool is_slow;          /* the host answers later */

	enum err push;         /* what the host says of a push subscription */
	unsigned push_changes; /* of which it was told */

	enum err recall;  /* what becomes of a mail that is to come back */
	int64_t recalled; /* the last one's number in the queue */

	struct jmap_mail *waits; /* for its answer */
	struct jmap_recall *recall_waits;
	struct test_mail mails[TEST_MAILS_MAX]; /* the latest */
	uint32_t mail_count;
	unsigned jobs;   /* that were run */
	unsigned writes; /* of them */
	unsigned status; /* of the last answer */
	json_t *answer;  /* the last one, whole */
	struct {
		char name[32];
		json_t *value;
	} kept[TEST_KEPT_MAX];
	uint32_t kept_count;
};

void test_drive_init(struct test_drive *d);
void test_drive_done(struct test_drive *d);
/* A message arrives in INBOX, at d->now. */
void test_drive_deliver(struct test_drive *d, slice message);

/* Makes these method calls, and gives the methodResponses: d's until the next. */
json_t *jmap_ask(struct test_drive *d, const char *calls);
/* Sends these octets as they are, and gives the whole answer; d->status. */
json_t *jmap_ask_raw(struct test_drive *d, slice content);

/* What a JSON pointer (without "*") leads to in the methodResponses; NULL: nothing. */
json_t *jmap_at(const struct test_drive *d, const char *pointer);
/* Its string; "" where there is none. */
const char *jmap_text_at(const struct test_drive *d, const char *pointer);
/* "$name" stands for it in what is written from now on. */
void jmap_keep(struct test_drive *d, const char *name, const char *pointer);
/* JSON as it is written in tests, whole. */
json_t *jmap_json(const struct test_drive *d, const char *text);

/* For tests only: fails the test, and shows both, unless the value there is this JSON;
 * "absent" says that there is none. */
#define CHECK_AT(drive, pointer, json)                                                   \
	jmap_check_at(drive, pointer, json, __FILE__, __LINE__)
void jmap_check_at(const struct test_drive *d, const char *pointer, const char *json,
		   const char *file, int line);
