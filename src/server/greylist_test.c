#include "server/greylist.h"

#include <stdio.h>

#include "base/test.h"

static int64_t wait(struct greylist *g, const char *peer, const char *from, int64_t now)
{
	struct netaddr a;

	CHECK(netaddr_parse(slice_of(peer), &a));
	return greylist_wait(g, &a, slice_of(from), S("jo@a.test"), 300, now);
}

TEST(greylist_lets_in_who_comes_again)
{
	struct greylist *g = greylist_new();

	CHECK_INT(wait(g, "192.0.2.1", "x@b.test", 1000), 300);
	CHECK_INT(wait(g, "192.0.2.1", "x@b.test", 1100), 200);
	CHECK_INT(wait(g, "192.0.2.1", "y@b.test", 1200), 300);
	CHECK_INT(wait(g, "198.51.100.1", "x@b.test", 1300), 300);
	CHECK_INT(wait(g, "192.0.2.99", "X@B.test", 1300), 0); /* a neighbour goes on */
	CHECK_INT(wait(g, "192.0.2.5", "z@c.test", 1301), 0);  /* the network is known */
	CHECK_INT(wait(g, "198.51.100.1", "x@b.test", 1310), 290);
	greylist_free(g);
}

TEST(greylist_forgets)
{
	struct greylist *g = greylist_new();
	int64_t now = 1000;

	CHECK_INT(wait(g, "2001:db8::1", "x@b.test", now), 300);
	now += GREYLIST_RETRY_S + 1;
	CHECK_INT(wait(g, "2001:db8::2", "x@b.test", now), 300);
	now += 300;
	CHECK_INT(wait(g, "2001:db8::3", "x@b.test", now), 0);
	now += GREYLIST_MEMORY_S;
	CHECK_INT(wait(g, "2001:db8::3", "", now), 0);
	now += GREYLIST_MEMORY_S + 1;
	CHECK_INT(wait(g, "2001:db8::3", "", now), 300);
	greylist_free(g);
}

/* However many come once, those who were let in stay known, nearly all of them. */
TEST(greylist_is_bounded)
{
	struct greylist *g = greylist_new();
	char from[32];

	CHECK_INT(wait(g, "192.0.2.1", "x@b.test", 1), 300);
	CHECK_INT(wait(g, "192.0.2.1", "x@b.test", 400), 0);
	for (int i = 0; i < 2 * GREYLIST_PLACES; i++) {
		snprintf(from, sizeof(from), "%d@c.test", i);
		CHECK_INT(wait(g, "198.51.100.1", from, 500 + i / 100), 300);
		if (i % 1000 == 0)
			CHECK_INT(wait(g, "192.0.2.1", from, 500 + i / 100), 0);
	}
	greylist_free(g);
}
