/* The value of a field: one line, 7-bit unless UTF-8 was asked for. */
#include <stdlib.h>

#include "base/utf8.h"
#include "queue/dsn_address.h"

static void require(bool condition)
{
	if (!condition) abort();
}

static void check(void (*write)(slice, bool, struct buf *), slice in, bool utf8)
{
	struct buf out;

	buf_init(&out, 100 + 16 * in.n);
	write(in, utf8, &out);
	require(!out.overflow);
	for (size_t i = 0; i < out.n; i++)
		require((unsigned char)buf_slice(&out).p[i] >= ' ');
	require(utf8 ? utf8_valid(buf_slice(&out)) : is_ascii(buf_slice(&out)));
	buf_done(&out);
}

/* The 7-bit form of an address means the same as its UTF-8 form. */
static void check_forms(slice in)
{
	struct buf ascii, from_ascii, utf8;

	buf_init(&ascii, 100 + 16 * in.n);
	buf_init(&from_ascii, 100 + 16 * in.n);
	buf_init(&utf8, 100 + 16 * in.n);
	dsn_address_write(in, false, &ascii);
	dsn_original_write(buf_slice(&ascii), true, &from_ascii);
	dsn_address_write(in, true, &utf8);
	if (slice_starts(buf_slice(&utf8), S("utf-8;")))
		require(slice_eq(buf_slice(&from_ascii), buf_slice(&utf8)));
	buf_done(&ascii);
	buf_done(&from_ascii);
	buf_done(&utf8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };

	for (int utf8 = 0; utf8 < 2; utf8++) {
		check(dsn_address_write, in, utf8);
		check(dsn_original_write, in, utf8);
	}
	check_forms(in);
	return 0;
}
