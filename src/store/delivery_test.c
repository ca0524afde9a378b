#include <string.h>

#include "store/fixture_test.h"

struct delivery {
	struct fixture f;
	struct append what;
	char id[DELIVERY_ID_SIZE];
};

static void make_message(struct delivery *d)
{
	d->what = (struct append){ .message = fixture_message(&d->f,
							      S("a: b\r\n\r\nx\r\n")) };
	delivery_make_id(S("a@x"), S("b@x"), incoming_hash(d->what.message), d->id);
}

static void free_message(struct delivery *d)
{
	incoming_free((struct incoming *)(uintptr_t)d->what.message);
}

static void start(struct delivery *d)
{
	fixture_init(&d->f);
	make_message(d);
}

static void finish(struct delivery *d)
{
	free_message(d);
	fixture_done(&d->f);
}

static bool put(struct delivery *d, int64_t now, uint32_t want_uid)
{
	int64_t email = 0;
	uint32_t uid;
	bool merged;

	fixture_begin(&d->f);
	CHECK_INT(delivery_put(d->f.account, (slice){ d->id, sizeof(d->id) }, now,
			       d->f.inbox, &d->what, &uid, &email, &merged),
		  ERR_NONE);
	fixture_commit(&d->f);
	CHECK_INT(uid, want_uid);
	CHECK(email > 0);
	return merged;
}

static void answered(struct delivery *d, int64_t now)
{
	CHECK_INT(account_begin(d->f.account, JOB_WRITES_FLAGS), ERR_NONE);
	CHECK_INT(delivery_answered(d->f.account, (slice){ d->id, sizeof(d->id) }, now),
		  ERR_NONE);
	fixture_commit(&d->f);
}

TEST(delivery_merges_until_it_is_answered)
{
	struct delivery d;

	start(&d);
	CHECK(!put(&d, 1000, 1));
	CHECK(put(&d, 1001, 1));
	free_message(&d);
	fixture_reopen(&d.f);
	make_message(&d);
	CHECK(put(&d, 1002, 1));
	answered(&d, 1003);
	CHECK(!put(&d, 1004, 2));
	finish(&d);
}

TEST(delivery_is_forgotten_after_its_time)
{
	struct delivery d;
	int64_t later = 1000 + DELIVERY_MEMORY_S;

	start(&d);
	CHECK(!put(&d, 1000, 1));
	CHECK(put(&d, later - 1, 1));
	CHECK(!put(&d, later, 2));
	CHECK(put(&d, later + 1, 2));
	finish(&d);
}

TEST(delivery_ids_differ_in_every_part)
{
	char a[DELIVERY_ID_SIZE], b[DELIVERY_ID_SIZE];

	delivery_make_id(S("ab"), S("c"), S("h"), a);
	delivery_make_id(S("a"), S("bc"), S("h"), b);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	delivery_make_id(S("ab"), S("c"), S("i"), b);
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	delivery_make_id(S("ab"), S("c"), S("h"), b);
	CHECK(memcmp(a, b, sizeof(a)) == 0);
}
