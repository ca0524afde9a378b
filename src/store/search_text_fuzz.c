/* However text comes in pieces, what is found in it is what a look at the whole finds. */
#include <stdlib.h>

#include "base/utf8.h"
#include "message/text.h"
#include "store/search_fields.h"
#include "store/search_header.h"
#include "store/search_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { BUF_MAX = 16 << 20 };

static void require(bool condition)
{
	if (!condition) abort();
}

static struct buf folded(slice text)
{
	struct buf out;

	buf_init(&out, BUF_MAX);
	text_fold(text, &out);
	return out;
}

static bool find_in_pieces(slice text, slice needle, size_t piece)
{
	struct text_needle n = { .folded = needle };
	struct text_matcher m;

	text_matcher_init(&m, &n, 1);
	text_matcher_begin(&m, false);
	while (text.n) {
		slice head = utf8_head(text, piece);

		text_matcher_feed(&m, head);
		text = slice_skip(text, head.n);
	}
	text_matcher_end(&m);
	require(!m.window.overflow);
	text_matcher_done(&m);
	return n.found;
}

/* A text of a hundred octets, repeated, is longer than a window. */
static void check_text(slice text, slice needle, size_t piece, bool repeat)
{
	struct buf whole, all, f;
	slice s;

	buf_init(&all, BUF_MAX);
	for (int i = 0; i < (repeat && text.n < 200 ? 400 : 1); i++)
		buf_add(&all, text);
	whole = folded(buf_slice(&all));
	f = folded(needle);
	s = buf_slice(&whole);
	if (f.n)
		require(find_in_pieces(buf_slice(&all), buf_slice(&f), piece) ==
			(slice_find(s, buf_slice(&f)) < s.n));
	buf_done(&all);
	buf_done(&whole);
	buf_done(&f);
}

/* A section as text holds the value of each of its fields. */
static void check_header(slice section, slice needle)
{
	struct buf text, whole, f = folded(needle);
	struct field_values fields = { 0 };
	slice s;

	buf_init(&text, BUF_MAX);
	header_section_text(section, &text);
	require(!text.overflow && utf8_valid(buf_slice(&text)));
	whole = folded(buf_slice(&text));
	s = buf_slice(&whole);
	field_values_read(&fields, section);
	if (field_values_have(&fields, S("subject"), buf_slice(&f)))
		require(slice_find(s, buf_slice(&f)) < s.n || f.n == 0);
	field_values_done(&fields);
	buf_done(&text);
	buf_done(&whole);
	buf_done(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf text;
	slice in = { (const char *)data, n };

	if (n < 2) return 0;
	buf_init(&text, BUF_MAX);
	text_decode_unlabelled(slice_skip(in, 2), &text);
	slice all = buf_slice(&text), needle = utf8_head(all, data[0] % 16u);
	slice rest = slice_skip(all, needle.n);

	check_text(rest, needle, 4 + data[1] * 16u, (data[0] & 0xf0) == 0xf0);
	check_header(slice_skip(in, 2), needle);
	check_header(rest, needle);
	buf_done(&text);
	return 0;
}
