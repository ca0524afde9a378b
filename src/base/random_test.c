#include "base/random.h"

#include "base/test.h"

TEST(random_is_below_and_reaches_all)
{
	unsigned seen = 0;

	for (int i = 0; i < 1000; i++) {
		uint64_t n = random_below(5);

		CHECK(n < 5);
		seen |= 1u << n;
	}
	CHECK_INT(seen, 31);
	CHECK_INT(random_below(1), 0);
	random_below(UINT64_MAX);
}

TEST(random_ids_differ)
{
	struct buf a, b;

	buf_init(&a, 200);
	buf_init(&b, 200);
	CHECK(random_add_id(&a, 50));
	CHECK(random_add_id(&b, 50));
	CHECK_INT(a.n, 100);
	CHECK(!slice_eq(buf_slice(&a), buf_slice(&b)));
	buf_done(&a);
	buf_done(&b);
}
