#include "net/limits.h"

#include <string.h>

#include "base/test.h"

static struct netaddr at(const char *text)
{
	struct netaddr a;

	CHECK(netaddr_parse(slice_of(text), &a));
	return a;
}

TEST(limits_per_address)
{
	struct limits *l = limits_new(100, 2);
	struct netaddr a = at("192.0.2.1"), b = at("192.0.2.2");

	CHECK_INT(limits_enter(l, &a), ADMITTED);
	a.port = 4711; /* ports do not tell peers apart */
	CHECK_INT(limits_enter(l, &a), ADMITTED);
	CHECK_INT(limits_enter(l, &a), REFUSED_ADDRESS);
	CHECK_INT(limits_enter(l, &b), ADMITTED);
	CHECK_INT(limits_total(l), 3);
	limits_leave(l, &a);
	CHECK_INT(limits_of_address(l, &a), 1);
	CHECK_INT(limits_enter(l, &a), ADMITTED);
	limits_leave(l, &a);
	limits_leave(l, &a);
	limits_leave(l, &b);
	CHECK_INT(limits_total(l), 0);
	limits_free(l);
}

TEST(limits_count_ipv6_by_64)
{
	struct limits *l = limits_new(100, 1);
	struct netaddr a = at("2001:db8:0:1::1"), near = at("2001:db8:0:1:ffff::2"),
		       far = at("2001:db8:0:2::1");

	CHECK_INT(limits_enter(l, &a), ADMITTED);
	CHECK_INT(limits_enter(l, &near), REFUSED_ADDRESS);
	CHECK_INT(limits_enter(l, &far), ADMITTED);
	limits_leave(l, &near); /* the same guest as a */
	limits_leave(l, &far);
	limits_free(l);
}

TEST(limits_how_often)
{
	struct limits *l = limits_new(100, 100);
	struct netaddr a = at("192.0.2.1"), b = at("192.0.2.2");
	struct network exempt;

	limits_set_rate(l, 3);
	for (int i = 0; i < 5; i++) {
		CHECK_INT(limits_enter(l, &a), i < 3 ? ADMITTED : REFUSED_ADDRESS);
		if (i < 3) limits_leave(l, &a);
	}
	CHECK_INT(limits_enter(l, &b), ADMITTED);
	limits_leave(l, &b);
	CHECK(network_parse(S("192.0.2.1"), &exempt));
	limits_set(l, 100, 100, &exempt, 1);
	CHECK_INT(limits_enter(l, &a), ADMITTED);
	limits_leave(l, &a);
	limits_free(l);
}

TEST(limits_total_and_exempt)
{
	struct limits *l = limits_new(3, 1);
	struct netaddr local = at("127.0.0.1"), other = at("192.0.2.1");
	struct netaddr path = { .kind = NETADDR_UNIX };
	struct network exempt;

	CHECK(network_parse(S("127.0.0.0/8"), &exempt));
	limits_set(l, 3, 1, &exempt, 1);
	CHECK_INT(limits_enter(l, &local), ADMITTED);
	CHECK_INT(limits_enter(l, &local), ADMITTED);
	CHECK_INT(limits_enter(l, &path), ADMITTED);
	CHECK_INT(limits_enter(l, &other), REFUSED_TOTAL);
	CHECK_INT(limits_enter(l, &local), REFUSED_TOTAL);
	limits_set(l, 10, 1, NULL, 0); /* no longer exempt, yet counted all along */
	CHECK_INT(limits_enter(l, &local), REFUSED_ADDRESS);
	limits_leave(l, &local);
	limits_leave(l, &local);
	limits_leave(l, &path);
	limits_free(l);
}

TEST(limits_crowd)
{
	struct limits *l = limits_new(1000, 1000);
	struct netaddr a = at("192.0.2.1");

	for (int i = 0; i < 2 * CROWD_MIN; i++)
		limits_enter(l, &a);
	CHECK(!limits_crowd_has_left(l));
	for (int i = 0; i < 2 * CROWD_MIN; i++) {
		limits_leave(l, &a);
		int here = 2 * CROWD_MIN - i - 1;
		CHECK_INT(limits_crowd_has_left(l), here == CROWD_MIN / 2 - 1);
	}
	limits_free(l);
}
