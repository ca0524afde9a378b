#include "server/backoff.h"

#include "base/test.h"

static struct netaddr ip(const char *text)
{
	struct netaddr a;

	CHECK(netaddr_parse(slice_of(text), &a));
	return a;
}

TEST(backoff_grows_with_failures_and_forgets)
{
	static const int64_t delays[] = { 0, 0, 0, 500, 1000, 2000, 4000, 4000 };
	struct backoff *b = backoff_new();
	struct netaddr peer = ip("192.0.2.1"), neighbour = ip("192.0.2.200");

	for (size_t i = 0; i < countof(delays); i++)
		CHECK_INT(backoff_fail(b, i % 2 ? &peer : &neighbour, 1000 + (int64_t)i),
			  delays[i]);
	CHECK(backoff_is_failing(b, &peer, 2000));
	CHECK(!backoff_is_failing(b, &peer, 2000 + BACKOFF_MEMORY_MS));
	CHECK_INT(backoff_fail(b, &peer, 2000 + BACKOFF_MEMORY_MS), 0);
	backoff_free(b);
}

TEST(backoff_keeps_networks_apart)
{
	struct backoff *b = backoff_new();
	struct netaddr bad = ip("2001:db8:0:100::1"), same = ip("2001:db8:0:1ff::9"),
		       other = ip("2001:db8:1::1");

	for (int i = 0; i < 10; i++)
		backoff_fail(b, &bad, i);
	CHECK_INT(backoff_fail(b, &same, 11), BACKOFF_MAX_MS);
	CHECK(backoff_is_failing(b, &same, 11) && !backoff_is_failing(b, &other, 11));
	for (int i = 0; i < BACKOFF_FREE; i++) {
		CHECK(!backoff_is_failing(b, &other, 11));
		CHECK_INT(backoff_fail(b, &other, 11), 0);
	}
	CHECK(backoff_is_failing(b, &other, 11));
	backoff_free(b);
}
