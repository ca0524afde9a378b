/* Whatever is decoded is one line of UTF-8; what is encoded is ASCII in short words that
 * decode to the same text. */
#include <stdlib.h>

#include "base/utf8.h"
#include "message/encoded_word.h"

enum { TEXT_MAX = 1 << 24, WORD_MAX = 75 };

static void check(bool ok)
{
	if (!ok) abort();
}

static void check_words(slice encoded)
{
	slice line;

	check(is_ascii(encoded));
	if (!slice_starts(encoded, S("=?"))) return;
	while (encoded.n) {
		if (!take_line(&encoded, &line)) {
			line = encoded;
			encoded.n = 0;
		}
		take_char(&line, ' ');
		check(line.n <= WORD_MAX);
	}
}

/* What words can carry: no control characters, no byte order mark in front. */
static void add_carried(slice utf8, struct buf *out)
{
	uint32_t c;

	while (take_code_point(&utf8, &c))
		if (c >= 0x20 && (c < 0x7f || c >= 0xa0) && c != 0xfeff)
			buf_add_code_point(out, c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf decoded, text, encoded, again;

	buf_init(&decoded, TEXT_MAX);
	buf_init(&text, TEXT_MAX);
	buf_init(&encoded, TEXT_MAX);
	buf_init(&again, TEXT_MAX);
	encoded_word_decode((slice){ (const char *)data, n }, &decoded);
	check(utf8_valid(buf_slice(&decoded)));
	check(slice_find_char(buf_slice(&decoded), '\n') == decoded.n);
	add_carried(buf_slice(&decoded), &text);
	encoded_word_encode(buf_slice(&text), &encoded);
	check_words(buf_slice(&encoded));
	encoded_word_decode(buf_slice(&encoded), &again);
	check(slice_eq(buf_slice(&text), buf_slice(&again)));
	buf_done(&decoded);
	buf_done(&text);
	buf_done(&encoded);
	buf_done(&again);
	return 0;
}
