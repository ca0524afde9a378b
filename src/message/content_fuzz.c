/* However content and HTML are cut, the same text comes out, and it is UTF-8. */
#include <stdlib.h>

#include "base/utf8.h"
#include "message/content.h"

enum { OUT_MAX = 1 << 24 };

static const char *const charsets[] = { "",        "utf-8",  "iso-8859-1", "iso-2022-jp",
					"gb18030", "utf-16", "x-none",     "shift_jis" };

static void require(bool condition)
{
	if (!condition) abort();
}

static void decode(uint8_t choice, slice content, size_t piece, bool raw, struct buf *out)
{
	struct content_decoder *d = content_decoder_new(
		choice % (MIME_ENCODING_UNKNOWN + 1),
		slice_of(charsets[choice / 8 % countof(charsets)]), raw);

	buf_init(out, OUT_MAX);
	for (; content.n > piece; content = slice_skip(content, piece))
		content_decoder_feed(d, slice_head(content, piece), false, out);
	content_decoder_feed(d, content, true, out);
	content_decoder_free(d);
}

static void to_plain(slice html, size_t piece, struct buf *out)
{
	struct html_text *h = html_text_new();

	buf_init(out, OUT_MAX);
	for (; html.n; html = slice_skip(html, piece))
		html_text_feed(h, slice_head(html, piece), out);
	html_text_feed(h, S("\n"), out);
	html_text_free(h);
}

static void require_same(struct buf *a, struct buf *b)
{
	require(!a->overflow && slice_eq(buf_slice(a), buf_slice(b)));
	buf_done(a);
	buf_done(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice content = { (const char *)data + 2, n - 2 };
	struct buf whole, cut, text, plain, plain_cut;

	if (n < 2) return 0;

	size_t piece = data[1] % 9u + 1u;
	decode(data[0], content, OUT_MAX, true, &whole);
	decode(data[0], content, piece, true, &cut);
	require_same(&whole, &cut);
	decode(data[0], content, OUT_MAX, false, &text);
	decode(data[0], content, piece, false, &cut);
	require(utf8_valid(buf_slice(&text)));
	to_plain(buf_slice(&text), OUT_MAX, &plain);
	to_plain(buf_slice(&text), piece, &plain_cut);
	require(utf8_valid(buf_slice(&plain)));
	require_same(&plain, &plain_cut);
	require_same(&text, &cut);
	return 0;
}
