#include "queue/held.h"

#include "queue/fixture_test.h"

enum { NOW = 1'000'000 };

static void put(struct fixture *f, slice login, int64_t release_at)
{
	const struct queue_envelope envelope = { .reverse_path = S("a@sender.test"),
						 .received = NOW,
						 .login = login,
						 .release_at = release_at };
	const struct queue_target to[] = {
		{ .destination = S("x.test"), .address = S("a@x.test") },
		{ .destination = S("x.test"), .address = S("b@x.test") },
	};

	fixture_put_envelope(f, &envelope, to, countof(to));
}

TEST(held_counts_what_waits_for_its_time)
{
	struct queue_held held = { 0 };
	struct fixture f;
	uint64_t one;

	fixture_init(&f);
	put(&f, S("jo@here.test"), NOW + 100);
	CHECK_INT(queue_held_of(f.queue, S("jo@here.test"), NOW, &held), ERR_NONE);
	CHECK_INT(held.messages, 1);
	one = held.octets;
	CHECK(one > 0);
	put(&f, S("Jo@Here.test"), NOW + 200);
	put(&f, S("jo@here.test"), 0);
	put(&f, S("ann@here.test"), NOW + 100);
	CHECK_INT(queue_held_of(f.queue, S("JO@here.test"), NOW, &held), ERR_NONE);
	CHECK_INT(held.messages, 2);
	CHECK_INT(held.octets, 2 * one);
	CHECK_INT(queue_held_of(f.queue, S("jo@here.test"), NOW + 100, &held), ERR_NONE);
	CHECK_INT(held.messages, 1);
	CHECK_INT(queue_held_of(f.queue, S("x"), NOW, &held), ERR_NONE);
	CHECK_INT(held.messages, 0);
	CHECK_INT(held.octets, 0);
	fixture_done(&f);
}
