#include "base/base64.h"
#include "base/test.h"

/* RFC 4648 10, and octets with the high bit. */
static const struct {
	slice plain, text;
} pairs[] = {
	{ SLICE_INIT(""), SLICE_INIT("") },
	{ SLICE_INIT("f"), SLICE_INIT("Zg==") },
	{ SLICE_INIT("fo"), SLICE_INIT("Zm8=") },
	{ SLICE_INIT("foo"), SLICE_INIT("Zm9v") },
	{ SLICE_INIT("foob"), SLICE_INIT("Zm9vYg==") },
	{ SLICE_INIT("fooba"), SLICE_INIT("Zm9vYmE=") },
	{ SLICE_INIT("foobar"), SLICE_INIT("Zm9vYmFy") },
	{ SLICE_INIT("\xff\xfe\xfb\x00"), SLICE_INIT("//77AA==") },
};

TEST(base64_both_ways)
{
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < countof(pairs); i++) {
		buf_reset(&b);
		CHECK(base64_encode(&b, pairs[i].plain));
		CHECK_SLICE(buf_slice(&b), pairs[i].text);
		buf_reset(&b);
		CHECK(base64_decode(&b, pairs[i].text));
		CHECK_SLICE(buf_slice(&b), pairs[i].plain);
	}
	buf_done(&b);
}

TEST(base64_strict_refuses)
{
	static const slice bad[] = {
		SLICE_INIT("Z"),         SLICE_INIT("Zg"),
		SLICE_INIT("Zg="),       SLICE_INIT("Zg==="),
		SLICE_INIT("Zg==Zg=="),  SLICE_INIT("===="),
		SLICE_INIT("Z==="),      SLICE_INIT("Zh=="),
		SLICE_INIT("Zm9="),      SLICE_INIT("Zm9v\r\n"),
		SLICE_INIT("Zm 9"),      SLICE_INIT("Z-_v"),
		SLICE_INIT("Zg=v"),      SLICE_INIT("Zm9\x80"),
		SLICE_INIT("Zm9v="),     SLICE_INIT("=Zm9"),
		SLICE_INIT("Zm9\0Zm9v"), SLICE_INIT("Zg==\n\n\n\n"),
	};
	struct buf b;

	buf_init(&b, 100);
	buf_add(&b, S("kept"));
	for (size_t i = 0; i < countof(bad); i++) {
		CHECK(!base64_decode(&b, bad[i]));
		CHECK_SLICE(buf_slice(&b), S("kept"));
	}
	CHECK(!b.overflow);
	buf_done(&b);
}

TEST(base64url_is_another_alphabet_without_padding)
{
	static const struct {
		const char *text;
		bool good;
		slice octets;
	} t[] = {
		{ "", true, SLICE_INIT("") },
		{ "A-z_4ME", true, SLICE_INIT("\x03\xec\xff\xe0\xc1") }, /* RFC 7515 C */
		{ "-_8", true, SLICE_INIT("\xfb\xff") },
		{ "AA", true, SLICE_INIT("\0") },
		{ "A", false, SLICE_INIT("") },
		{ "AB", false, SLICE_INIT("") },
		{ "AA==", false, SLICE_INIT("") },
		{ "+_8A", false, SLICE_INIT("") },
		{ "-/8A", false, SLICE_INIT("") },
		{ "A A", false, SLICE_INIT("") },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 100);
		CHECK_INT(base64url_decode(&out, slice_of(t[i].text)), t[i].good);
		CHECK_SLICE(buf_slice(&out), t[i].octets);
		buf_done(&out);
	}
}

TEST(base64_respects_the_maximum)
{
	struct base64_decoder d = { 0 };
	struct buf b;

	buf_init(&b, 7);
	CHECK(!base64_encode(&b, S("foobar")));
	CHECK(!base64_encode_lines(&b, S("fooba")));
	CHECK(!base64_decode(&b, S("Zm9vYmFyZm9v")));
	CHECK(!base64_decoder_feed(&d, S("Zm9vYmFyZm9v"), &b));
	CHECK_INT(b.n, 0);
	CHECK(b.overflow);
	buf_done(&b);
}

TEST(base64_lines_of_76)
{
	char plain[58] = { 0 };
	struct buf b;

	buf_init(&b, 200);
	CHECK(base64_encode_lines(&b, (slice){ plain, 57 }));
	CHECK_INT(b.n, 78);
	buf_reset(&b);
	CHECK(base64_encode_lines(&b, (slice){ plain, 58 }));
	CHECK_INT(b.n, 78 + 6);
	CHECK_SLICE(slice_skip(buf_slice(&b), 74), S("AA\r\nAA==\r\n"));
	buf_reset(&b);
	CHECK(base64_encode_lines(&b, S("")));
	CHECK_INT(b.n, 0);
	buf_done(&b);
}

static void check_lenient(slice text, slice want, size_t chunk)
{
	struct base64_decoder d = { 0 };
	struct buf b;

	buf_init(&b, 100);
	for (; text.n; text = slice_skip(text, chunk))
		CHECK(base64_decoder_feed(&d, slice_head(text, chunk), &b));
	CHECK(base64_decoder_end(&d, &b));
	CHECK_SLICE(buf_slice(&b), want);
	buf_done(&b);
}

TEST(base64_lenient)
{
	static const struct {
		slice text, plain;
	} t[] = {
		{ SLICE_INIT("Zm9v\r\nYmFy\r\n"), SLICE_INIT("foobar") },
		{ SLICE_INIT(" Z m\t9*v\xff"), SLICE_INIT("foo") },
		{ SLICE_INIT("Zm9vYg"), SLICE_INIT("foob") },
		{ SLICE_INIT("Zm9vYmE"), SLICE_INIT("fooba") },
		{ SLICE_INIT("Zm9vY"), SLICE_INIT("foo") },
		{ SLICE_INIT("Zm9vYmE=\r\n-- \r\nA list footer"), SLICE_INIT("fooba") },
		{ SLICE_INIT("=Z=m9v"), SLICE_INIT("foo") },
		{ SLICE_INIT(""), SLICE_INIT("") },
	};

	for (size_t i = 0; i < countof(t); i++)
		for (size_t chunk = 1; chunk < 12; chunk++)
			check_lenient(t[i].text, t[i].plain, chunk);
}

/* RFC 7515 A.2, C */
TEST(base64url_both_ways)
{
	static const struct {
		slice plain, text;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("\x03\xec\xff\xe0\xc1"), SLICE_INIT("A-z_4ME") },
		{ SLICE_INIT("\xff\xef\xff"), SLICE_INIT("_-__") },
		{ SLICE_INIT("f"), SLICE_INIT("Zg") },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < countof(t); i++) {
		buf_reset(&b);
		buf_add(&b, S("a+/"));
		CHECK(base64url_encode(&b, t[i].plain));
		CHECK_SLICE(slice_head(buf_slice(&b), 3), S("a+/"));
		CHECK_SLICE(slice_skip(buf_slice(&b), 3), t[i].text);
		buf_reset(&b);
		CHECK(base64url_decode(&b, t[i].text));
		CHECK_SLICE(buf_slice(&b), t[i].plain);
	}
	buf_done(&b);
}
