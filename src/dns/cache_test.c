#include "dns/cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/test.h"

static const struct dns_record record = { .data = SLICE_INIT("\1\2\3\4") };

static struct dns_question question(const char *name)
{
	return (struct dns_question){ DNS_A, slice_of(name) };
}

static struct dns_answer answer(enum dns_status status, uint32_t ttl)
{
	return (struct dns_answer){ .status = status,
				    .ttl = ttl,
				    .records = &record,
				    .count = status == DNS_FOUND };
}

static bool holds(struct cache *c, const char *name, int64_t now_ms)
{
	struct dns_answer *a = cache_find(c, question(name), now_ms);
	bool found = a;

	free(a);
	return found;
}

TEST(cache_keeps_as_long_as_it_may)
{
	static const struct {
		enum dns_status status;
		uint32_t ttl;
		int64_t seconds;
	} t[] = {
		{ DNS_FOUND, 60, 60 },
		{ DNS_FOUND, 1'000'000, CACHE_FOUND_S },
		{ DNS_FOUND, 0, 0 },
		{ DNS_NO_DATA, 60, 60 },
		{ DNS_NO_NAME, 1'000'000, CACHE_NO_S },
		{ DNS_TROUBLE, 1000, CACHE_TROUBLE_S },
		{ DNS_TROUBLE, 0, CACHE_TROUBLE_S },
		{ DNS_BOGUS, 0, CACHE_BOGUS_S },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct cache *c = cache_new(CACHE_MAX);
		struct dns_answer a = answer(t[i].status, t[i].ttl);
		int64_t now = 1'000'000, end = now + t[i].seconds * 1000;

		cache_put(c, question("a.test"), &a, now);
		if (t[i].seconds > 0) CHECK(holds(c, "A.Test", end - 1));
		CHECK(!holds(c, "a.test", end));
		cache_free(c);
	}
}

TEST(cache_tells_the_ttl_that_is_left)
{
	struct cache *c = cache_new(CACHE_MAX);
	struct dns_answer a = answer(DNS_FOUND, 60), *got;

	cache_put(c, question("a.test"), &a, 1000);
	got = cache_find(c, question("a.test"), 11'500);
	CHECK_INT(got->ttl, 49);
	CHECK_SLICE(got->records[0].data, record.data);
	free(got);
	CHECK(!cache_find(c, (struct dns_question){ DNS_TXT, S("a.test") }, 2000));
	cache_free(c);
}

TEST(cache_replaces)
{
	struct cache *c = cache_new(CACHE_MAX);
	struct dns_answer a = answer(DNS_TROUBLE, 0), b = answer(DNS_FOUND, 60), *got;

	cache_put(c, question("a.test"), &a, 0);
	cache_put(c, question("a.test"), &b, 0);
	got = cache_find(c, question("a.test"), 0);
	CHECK_INT(got->status, DNS_FOUND);
	free(got);
	cache_free(c);
}

/* What is used stays, the rest goes, and there is never more than the maximum. */
TEST(cache_is_bounded)
{
	struct cache *c = cache_new(10'000);
	struct dns_answer a = answer(DNS_FOUND, 3600);
	char name[32];
	int kept = 0;

	cache_put(c, question("used.test"), &a, 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d.test", i);
		cache_put(c, question(name), &a, 0);
		CHECK(holds(c, "used.test", 0));
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d.test", i);
		kept += holds(c, name, 0);
	}
	assert_in_range(kept, 10, 100);
	CHECK(holds(c, "n999.test", 0) && !holds(c, "n0.test", 0));
	cache_free(c);
}
