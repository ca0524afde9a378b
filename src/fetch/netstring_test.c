#include "fetch/netstring.h"

#include "base/cleanup.h"
#include "base/test.h"

enum { MAX = 12 };

TEST(netstrings_come_back_as_they_were_written)
{
	CLEANUP(buf_done) struct buf b = { .max = 100 };
	const slice written[] = { S("hello"), S(""), S("1:2,\n") };
	slice read[countof(written)];

	CHECK(netstrings_add(&b, written, countof(written)));
	CHECK_SLICE(buf_slice(&b), S("5:hello,0:,5:1:2,\n,"));
	CHECK_INT(netstrings_read(buf_slice(&b), MAX, read, countof(read)),
		  NETSTRINGS_WHOLE);
	for (size_t i = 0; i < countof(read); i++)
		CHECK_SLICE(read[i], written[i]);
}

TEST(netstrings_wait_for_the_rest)
{
	const slice whole = S("5:hello,0:,");
	slice read[2];

	for (size_t n = 0; n < whole.n; n++)
		CHECK_INT(netstrings_read(slice_head(whole, n), MAX, read, 2),
			  NETSTRINGS_PARTIAL);
	CHECK_INT(netstrings_read(whole, MAX, read, 2), NETSTRINGS_WHOLE);
}

TEST(netstrings_are_strict)
{
	static const slice bad[] = {
		SLICE_INIT("5:hello;0:,"), SLICE_INIT("x:hello,0:,"),
		SLICE_INIT(":,0:,"),       SLICE_INIT("-1:,0:,"),
		SLICE_INIT("13:"),         SLICE_INIT("99999999999"),
		SLICE_INIT("0:,0:,0:,"),   SLICE_INIT("1 :a,0:,"),
	};
	slice read[2];

	for (size_t i = 0; i < countof(bad); i++)
		CHECK_INT(netstrings_read(bad[i], MAX, read, 2), NETSTRINGS_BAD);
}

TEST(netstrings_that_do_not_fit_are_told)
{
	CLEANUP(buf_done) struct buf b = { .max = 7 };

	CHECK(!netstrings_add(&b, (slice[]){ S("hello") }, 1));
}
