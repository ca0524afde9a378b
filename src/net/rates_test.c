#include "net/rates.h"

#include "base/test.h"

static struct netaddr at(const char *text)
{
	struct netaddr a;

	CHECK(netaddr_parse(slice_of(text), &a));
	return a;
}

static int count(struct rates *r, const struct rate *rate, slice who, int64_t now_ms)
{
	int n = 0;

	while (n < 1000 && rates_take(r, rate, who, now_ms))
		n++;
	return n;
}

TEST(rates_burst_and_refill)
{
	struct rates *r = rates_new();
	const struct rate ten = { 1, 10, 60000 }, other = { 2, 10, 60000 };

	CHECK_INT(count(r, &ten, S("a"), 5), 10);
	CHECK_INT(count(r, &ten, S("b"), 5), 10);
	CHECK_INT(count(r, &other, S("a"), 5), 10);
	CHECK_INT(count(r, &ten, S("a"), 6004), 0);
	CHECK_INT(count(r, &ten, S("a"), 6006), 1);
	CHECK_INT(count(r, &ten, S("a"), 36006), 5);
	CHECK_INT(count(r, &ten, S("a"), 10000000), 10);
	CHECK_INT(count(r, &ten, S("a"), 0), 0); /* a clock that goes back */
	rates_free(r);
}

/* However often one asks in vain, time counts. */
TEST(rates_slow_refill)
{
	struct rates *r = rates_new();
	const struct rate one = { 1, 1, 3600000 };
	int taken = 0;

	for (int64_t now = 0; now < 4 * 3600000; now += 100)
		taken += rates_take(r, &one, S("a"), now);
	CHECK(taken >= 3 && taken <= 4);
	rates_free(r);
}

TEST(rates_limits)
{
	struct rates *r = rates_new();
	const struct rate none = { 1, 0, 1000 }, one = { 2, 1, 1000 };
	struct netaddr a = at("2001:db8::1"), near = at("2001:db8::2:3"),
		       far = at("2001:db8:0:1::1"), v4 = at("192.0.2.1"),
		       v4_near = at("192.0.2.2"), path = { .kind = NETADDR_UNIX };

	CHECK_INT(count(r, &none, S("a"), 0), 1000);
	CHECK(rates_take_network(r, &one, &a, 0));
	CHECK(!rates_take_network(r, &one, &near, 0));
	CHECK(rates_take_network(r, &one, &far, 0));
	CHECK(rates_take_network(r, &one, &v4, 0));
	CHECK(!rates_take_network(r, &one, &v4, 0));
	CHECK(rates_take_network(r, &one, &v4_near, 0));
	CHECK(rates_take_network(r, &one, &path, 0) &&
	      rates_take_network(r, &one, &path, 0));
	rates_free(r);
}

/* More than there is room for: those who are at it now are remembered. */
TEST(rates_forget_the_oldest)
{
	struct rates *r = rates_new();
	const struct rate one = { 1, 1, 3600000 };

	CHECK(rates_take(r, &one, S("busy"), 0));
	for (int64_t i = 1; i < 8 * RATES_PLACES; i++) {
		slice who = { (const char *)&i, sizeof(i) };

		CHECK(rates_take(r, &one, who, i));
		if (i % 1000 == 0) CHECK(!rates_take(r, &one, S("busy"), i));
	}
	rates_free(r);
}
