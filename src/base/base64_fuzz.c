#include <stdlib.h>

#include "base/base64.h"

enum { MAX = 1 << 20 };

static void require(bool condition)
{
	if (!condition) abort();
}

/* The strict form is canonical: what decodes encodes to the same text. */
static void check_strict(slice text)
{
	struct buf plain, again;

	buf_init(&plain, MAX);
	buf_init(&again, MAX);
	if (base64_decode(&plain, text)) {
		require(base64_encode(&again, buf_slice(&plain)));
		require(slice_eq(buf_slice(&again), text));
	} else {
		require(plain.n == 0);
	}
	buf_done(&plain);
	buf_done(&again);
}

static void decode_lenient(slice text, size_t chunk, struct buf *out)
{
	struct base64_decoder d = { 0 };

	for (; text.n; text = slice_skip(text, chunk))
		require(base64_decoder_feed(&d, slice_head(text, chunk), out));
	require(base64_decoder_end(&d, out));
}

/* However the chunks are cut, the lenient decoder gives the same. */
static void check_cuts(slice text, size_t chunk)
{
	struct buf whole, cut;

	buf_init(&whole, MAX);
	buf_init(&cut, MAX);
	decode_lenient(text, MAX, &whole);
	decode_lenient(text, chunk, &cut);
	require(slice_eq(buf_slice(&whole), buf_slice(&cut)));
	buf_done(&whole);
	buf_done(&cut);
}

static void check_lines(slice bytes)
{
	struct buf text, again;

	buf_init(&text, 2 * MAX);
	buf_init(&again, MAX);
	require(base64_encode_lines(&text, bytes));
	decode_lenient(buf_slice(&text), MAX, &again);
	require(slice_eq(buf_slice(&again), bytes));
	buf_done(&text);
	buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };

	check_strict(text);
	check_cuts(text, n ? data[0] % 7 + 1 : 1);
	check_lines(text);
	return 0;
}
