/* However text is cut, it decodes to the same UTF-8. Domains go to their A-labels and
 * back; prepared passwords do not change when prepared again. */
#include <stdlib.h>

#include "base/utf8.h"
#include "message/text.h"

enum { TEXT_MAX = 1 << 24 };

static const char *const charsets[] = {
	"utf-8",        "us-ascii",    "iso-8859-16", "x-user-defined", "koi8-u",
	"gb18030",      "big5",        "euc-jp",      "iso-2022-jp",    "shift_jis",
	"euc-kr",       "iso-2022-kr", "iso-2022-cn", "hz-gb-2312",     "utf-7",
	"utf-16",       "utf-16le",    "utf-16be",    "utf-32",         "iso-2022-cn-ext",
	"windows-1255", "cp437",       "scsu",        "viscii",         "cesu-8",
};

static void check(bool ok)
{
	if (!ok) abort();
}

static void check_cuts(slice charset, size_t step, slice bytes)
{
	struct text_decoder *d = text_decoder_new(charset);
	struct buf whole, pieces;

	if (!d) return;
	buf_init(&whole, TEXT_MAX);
	buf_init(&pieces, TEXT_MAX);
	check(text_decode(charset, bytes, &whole));
	check(utf8_valid(buf_slice(&whole)));
	check(whole.n <= TEXT_GROWTH_MAX * bytes.n);
	for (slice rest = bytes; rest.n; rest = slice_skip(rest, step))
		text_decoder_feed(d, slice_head(rest, step), false, &pieces);
	text_decoder_feed(d, S(""), true, &pieces);
	check(slice_eq(buf_slice(&whole), buf_slice(&pieces)));
	text_decoder_free(d);
	buf_done(&whole);
	buf_done(&pieces);
}

/* One of the functions of text.h that may refuse, applied to its own result. */
typedef bool conversion(slice in, struct buf *out);

static void check_stable(conversion *there, conversion *back, slice text)
{
	struct buf first, middle, second;

	buf_init(&first, TEXT_MAX);
	buf_init(&middle, TEXT_MAX);
	buf_init(&second, TEXT_MAX);
	if (there(text, &first)) {
		check(back(buf_slice(&first), &middle));
		check(there(buf_slice(&middle), &second));
		check(slice_eq(buf_slice(&first), buf_slice(&second)));
	} else {
		check(first.n == 0);
	}
	buf_done(&first);
	buf_done(&middle);
	buf_done(&second);
}

static void check_fold(slice text)
{
	struct buf folded;

	buf_init(&folded, TEXT_MAX);
	text_fold(text, &folded);
	check(utf8_valid(text) == utf8_valid(buf_slice(&folded)));
	buf_done(&folded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data + 2, n - 2 };

	if (n < 2) return 0;
	check_cuts(slice_of(charsets[data[0] % countof(charsets)]), data[1] % 7 + 1u,
		   text);
	check_fold(text);
	check_stable(domain_to_ascii, domain_to_unicode, text);
	check_stable(text_saslprep, text_saslprep, text);
	return 0;
}
