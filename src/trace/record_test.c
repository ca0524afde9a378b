#include "trace/record.h"

#include "base/test.h"

TEST(record_reads_back_what_it_writes)
{
	struct record_keys keys = { .count = 0 };
	struct record r;
	struct buf b;
	slice in;

	buf_init(&b, 1000);
	record_key_add(&keys, KEY_ID, S("00AB"));
	record_key_add(&keys, KEY_MESSAGE_ID, S(""));
	record_key_add(&keys, KEY_QUEUE, S("7"));
	CHECK(record_write(&b, 1234567890123, &keys, S("{\"a\":1}")));
	keys.count = 0;
	CHECK(record_write(&b, 5, &keys, S("{}")));
	in = buf_slice(&b);
	CHECK(take_record(&in, &r));
	CHECK_INT(r.at_ms, 1234567890123);
	CHECK_INT(r.key_count, 2);
	CHECK_SLICE(r.keys[0], S("i00ab"));
	CHECK_SLICE(r.keys[1], S("q7"));
	CHECK_SLICE(r.json, S("{\"a\":1}"));
	CHECK(take_record(&in, &r));
	CHECK_INT(r.key_count, 0);
	CHECK(!take_record(&in, &r));
	buf_done(&b);
}

TEST(record_that_does_not_fit_leaves_nothing)
{
	struct record_keys keys = { .count = 0 };
	struct buf b;

	buf_init(&b, 20);
	record_key_add(&keys, KEY_ID, S("0123456789"));
	CHECK(!record_write(&b, 1, &keys, S("0123456789")));
	CHECK_INT(b.n, 0);
	buf_done(&b);
}

TEST(record_bounds_keys)
{
	static char octets[2 * RECORD_KEY_MAX];
	struct record_keys keys = { .count = 0 };

	for (int i = 0; i < 2 * RECORD_KEYS_MAX; i++)
		record_key_add(&keys, KEY_ID, (slice){ octets, sizeof(octets) });
	CHECK_INT(keys.count, RECORD_KEYS_MAX);
	CHECK_INT(record_key(&keys, 0).n, RECORD_KEY_MAX);
}

/* What is on disk already must be found by later versions. */
TEST(record_hashes_stay)
{
	CHECK(record_key_hash(S("i00ab")) == record_key_hash(S("i00ab")));
	CHECK(record_key_hash(S("i00ab")) != record_key_hash(S("m00ab")));
}
