#include "queue/turn.h"

#include "queue/fixture_test.h"

enum { NOW = 1'000'000 };

static uint64_t give(struct fixture *f, slice destination, bool below)
{
	uint64_t count = 77;

	fixture_begin(f);
	CHECK_INT(queue_give_turn(f->queue, destination, below, NOW + 10, &count),
		  ERR_NONE);
	fixture_commit(f);
	return count;
}

TEST(turn_makes_those_who_wait_due)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x.test b@x.test c@y.test", NOW);
	for (uint32_t i = 0; i < 3; i++)
		fixture_try(&f, 1, i, NOW, ATTEMPT_DEFERRED);
	CHECK_SLICE(fixture_due(&f, NOW + 10), S(""));
	CHECK_INT(give(&f, S("x.test"), false), 2);
	CHECK_SLICE(fixture_due(&f, NOW + 10), S("x.test:2"));
	CHECK_INT(give(&f, S("nobody.test"), true), 0);
	fixture_done(&f);
}

TEST(turn_of_a_domain_and_those_below)
{
	struct fixture f;

	fixture_init(&f);
	fixture_put(&f, "a@x.test b@sub.x.test c@notx.test", NOW);
	for (uint32_t i = 0; i < 3; i++)
		fixture_try(&f, 1, i, NOW, ATTEMPT_DEFERRED);
	CHECK_INT(give(&f, S("x.test"), true), 2);
	CHECK_SLICE(fixture_due(&f, NOW + 10), S("sub.x.test:1 x.test:1"));
	fixture_done(&f);
}

/* RFC 4865 4.2: not before its time. */
TEST(turn_releases_nothing_early)
{
	const struct queue_envelope envelope = { .reverse_path = S("a@sender.test"),
						 .received = NOW,
						 .release_at = NOW + 1000 };
	const struct queue_target to = { .destination = S("x.test"),
					 .address = S("a@x.test") };
	struct fixture f;

	fixture_init(&f);
	fixture_put_envelope(&f, &envelope, &to, 1);
	CHECK_INT(give(&f, S("x.test"), false), 0);
	CHECK_SLICE(fixture_due(&f, NOW + 10), S(""));
	fixture_done(&f);
}
