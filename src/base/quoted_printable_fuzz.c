#include <stdlib.h>

#include "base/quoted_printable.h"

enum { MAX = 1 << 22 };

static void require(bool condition)
{
	if (!condition) abort();
}

static void decode(slice text, size_t chunk, struct buf *out)
{
	struct quoted_printable_decoder d = { 0 };

	for (; text.n; text = slice_skip(text, chunk))
		require(quoted_printable_decoder_feed(&d, slice_head(text, chunk), out));
	require(quoted_printable_decoder_end(&d, out));
}

/* However the chunks are cut, the decoder gives the same, and never more than it got. */
static void check_cuts(slice text, size_t chunk)
{
	struct buf whole, cut;

	buf_init(&whole, MAX);
	buf_init(&cut, MAX);
	decode(text, MAX, &whole);
	decode(text, chunk, &cut);
	require(slice_eq(buf_slice(&whole), buf_slice(&cut)));
	require(whole.n <= text.n);
	buf_done(&whole);
	buf_done(&cut);
}

static void check_lines(slice text)
{
	slice line;

	while (text.n) {
		if (!take_line(&text, &line)) {
			line = text;
			text.n = 0;
		}
		require(line.n <= QUOTED_PRINTABLE_LINE);
		require(slice_eq(line, slice_trim(line)) || line.p[0] == ' ' ||
			line.p[0] == '\t');
	}
}

static void check_round_trip(slice plain)
{
	struct buf text, again;

	buf_init(&text, MAX);
	buf_init(&again, MAX);
	require(quoted_printable_encode(&text, plain));
	check_lines(buf_slice(&text));
	decode(buf_slice(&text), MAX, &again);
	require(slice_eq(buf_slice(&again), plain));
	buf_done(&text);
	buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };

	check_cuts(text, n ? data[0] % 150 + 1 : 1);
	check_round_trip(text);
	return 0;
}
