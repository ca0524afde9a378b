#include "base/quoted_printable.h"

#include <string.h>

#include "base/test.h"

static void check_decoded(slice text, slice want, size_t chunk)
{
	struct quoted_printable_decoder d = { 0 };
	struct buf b;

	buf_init(&b, 1000);
	for (; text.n; text = slice_skip(text, chunk))
		CHECK(quoted_printable_decoder_feed(&d, slice_head(text, chunk), &b));
	CHECK(quoted_printable_decoder_end(&d, &b));
	CHECK_SLICE(buf_slice(&b), want);
	buf_done(&b);
}

TEST(quoted_printable_decodes)
{
	static const struct {
		slice text, plain;
	} t[] = {
		/* RFC 2045 6.7 */
		{ SLICE_INIT(
			  "Now's the time =\r\nfor all folk to come=\r\n to the aid of "
			  "their country."),
		  SLICE_INIT("Now's the time for all folk to come to the aid of their "
			     "country.") },
		{ SLICE_INIT("a=3Db=0C=c3=A9"), SLICE_INIT("a=b\f\xc3\xa9") },
		{ SLICE_INIT("trail \t\r\nnext  \nend \t"),
		  SLICE_INIT("trail\r\nnext\nend") },
		{ SLICE_INIT("soft = \t\r\nand=\nbare"), SLICE_INIT("soft andbare") },
		{ SLICE_INIT("kept=20\r\n=09\r\n"), SLICE_INIT("kept \r\n\t\r\n") },
		/* Not what an encoder may write. */
		{ SLICE_INIT("a=G b=4x =4= ==3D"), SLICE_INIT("a=G b=4x =4= ==") },
		{ SLICE_INIT("a= b =\rc \r\rd"), SLICE_INIT("a= b =\rc \r\rd") },
		{ SLICE_INIT("a=4\r\nb=4 \r\n"), SLICE_INIT("a=4\r\nb=4\r\n") },
		{ SLICE_INIT("ends in ="), SLICE_INIT("ends in ") },
		{ SLICE_INIT("ends in = "), SLICE_INIT("ends in ") },
		{ SLICE_INIT("ends in =4"), SLICE_INIT("ends in =4") },
		{ SLICE_INIT("ends in \r"), SLICE_INIT("ends in \r") },
		{ SLICE_INIT("\0\xff"), SLICE_INIT("\0\xff") },
		{ SLICE_INIT("\n\n \n"), SLICE_INIT("\n\n\n") },
		{ SLICE_INIT(""), SLICE_INIT("") },
	};

	for (size_t i = 0; i < countof(t); i++)
		for (size_t chunk = 1; chunk < 9; chunk++)
			check_decoded(t[i].text, t[i].plain, chunk);
	for (size_t i = 0; i < countof(t); i++)
		check_decoded(t[i].text, t[i].plain, 1000);
}

TEST(quoted_printable_holds_a_bounded_run)
{
	char text[QUOTED_PRINTABLE_WHITE + 3];
	slice longest = { text, QUOTED_PRINTABLE_WHITE + 2 };
	slice too_long = { text, QUOTED_PRINTABLE_WHITE + 3 };

	for (size_t chunk = 1; chunk < 200; chunk += 66) {
		memset(text, ' ', sizeof(text));
		memcpy(text + longest.n - 2, "\r\n", 2);
		check_decoded(longest, S("\r\n"), chunk);
		memcpy(text + longest.n - 2, " \t", 2);
		text[too_long.n - 1] = 'x';
		check_decoded(too_long, too_long, chunk);
	}
}

TEST(quoted_printable_encodes)
{
	static const struct {
		slice plain, text;
	} t[] = {
		{ SLICE_INIT("plain text\r\n"), SLICE_INIT("plain text\r\n") },
		{ SLICE_INIT("a=b \r\n\t"), SLICE_INIT("a=3Db=20\r\n=09") },
		{ SLICE_INIT("\r\rx\n\0\x7f\xc3\xa9"),
		  SLICE_INIT("=0D=0Dx=0A=00=7F=C3=A9") },
		{ SLICE_INIT(""), SLICE_INIT("") },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < countof(t); i++) {
		buf_reset(&b);
		CHECK(quoted_printable_encode(&b, t[i].plain));
		CHECK_SLICE(buf_slice(&b), t[i].text);
	}
	buf_done(&b);
}

TEST(quoted_printable_lines_of_76)
{
	char plain[200];
	struct buf b;
	slice line, text;

	memset(plain, 'x', sizeof(plain));
	memcpy(plain + 74, "==", 2);
	buf_init(&b, 1000);
	CHECK(quoted_printable_encode(&b, (slice){ plain, 76 + 1 }));
	text = buf_slice(&b);
	CHECK(take_line(&text, &line));
	CHECK_INT(line.n, 75);
	CHECK_SLICE(text, S("=3D=3Dx"));
	buf_reset(&b);
	memset(plain, 'x', 76);
	CHECK(quoted_printable_encode(&b, (slice){ plain, 76 }));
	CHECK_INT(b.n, 76);
	CHECK(quoted_printable_encode(&b, (slice){ plain, 77 }));
	CHECK_INT(b.n, 76 + 77 + 3);
	buf_done(&b);
}

TEST(quoted_printable_full_buf_is_unchanged)
{
	struct buf b;

	buf_init(&b, 6);
	CHECK(buf_add(&b, S("kept")));
	CHECK(!quoted_printable_encode(&b, S("a=")));
	CHECK(b.overflow);
	CHECK_SLICE(buf_slice(&b), S("kept"));
	buf_done(&b);
}
