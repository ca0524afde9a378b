#include "base/test.h"
#include "message/text.h"

#include <pthread.h>

static void check_decode(const char *charset, slice bytes, slice want)
{
	struct buf out;

	buf_init(&out, 4096);
	CHECK(text_decode(slice_of(charset), bytes, &out));
	CHECK_SLICE(buf_slice(&out), want);
	buf_done(&out);
}

TEST(text_decode)
{
	static const struct {
		const char *charset;
		slice bytes, want;
	} t[] = {
		{ "utf-8", SLICE_INIT("na\xc3\xafve"), SLICE_INIT("naïve") },
		{ "UTF8",
		  SLICE_INIT("\xef\xbb\xbf"
			     "a"),
		  SLICE_INIT("a") },
		{ "utf-8",
		  SLICE_INIT("a\xff"
			     "b\xc3"),
		  SLICE_INIT("a\ufffdb\ufffd") },
		{ "us-ascii", SLICE_INIT("\x93quoted\x94 \x80"),
		  SLICE_INIT("“quoted” €") },
		{ "ISO-8859-1", SLICE_INIT("caf\xe9"), SLICE_INIT("café") },
		{ " latin1 ", SLICE_INIT("\xfc"), SLICE_INIT("ü") },
		{ "iso-8859-8-i", SLICE_INIT("\xf9\xec"), SLICE_INIT("של") },
		{ "iso-8859-16", SLICE_INIT("\xaa\xde"), SLICE_INIT("ȘȚ") },
		{ "x-user-defined", SLICE_INIT("a\x80"), SLICE_INIT("a\uf780") },
		{ "koi8-r", SLICE_INIT("\xf0\xd2\xc9"), SLICE_INIT("При") },
		{ "gb2312", SLICE_INIT("\xc4\xe3\xba\xc3"), SLICE_INIT("你好") },
		{ "gb18030", SLICE_INIT("\x94\x39\xda\x33"), SLICE_INIT("💩") },
		{ "big5", SLICE_INIT("\xa7\x41\xa6\x6e"), SLICE_INIT("你好") },
		{ "euc-kr", SLICE_INIT("\xbe\xc8\x8c\x63"), SLICE_INIT("안똠") },
		{ "shift_jis", SLICE_INIT("\x83\x65\x87\x40\\"), SLICE_INIT("テ①\\") },
		{ "euc-jp", SLICE_INIT("\xa5\xc6\xad\xa1"), SLICE_INIT("テ①") },
		{ "iso-2022-jp", SLICE_INIT("a\x1b$B%F\x1b(Bb"), SLICE_INIT("aテb") },
		{ "iso-2022-kr", SLICE_INIT("\x1b$)C\x0e>H3g\x0f!"),
		  SLICE_INIT("안녕!") },
		{ "hz-gb-2312", SLICE_INIT("~{<:Ky2;S{~}."), SLICE_INIT("己所不欲.") },
		{ "utf-7", SLICE_INIT("A+ImIDkQ."), SLICE_INIT("A≢Α.") }, /* RFC 2152 */
		{ "utf-16",
		  SLICE_INIT("\xff\xfe"
			     "a\0"),
		  SLICE_INIT("a") },
		{ "utf-16", SLICE_INIT("\0a\xd8\x3d\xdc\xa9"), SLICE_INIT("a💩") },
		{ "utf-16le",
		  SLICE_INIT("\x3d\xd8"
			     "a\0"),
		  SLICE_INIT("\ufffd"
			     "a") },
		{ "utf-16be", SLICE_INIT("\0a\xd8\x3d"), SLICE_INIT("a\ufffd") },
		{ "utf-32", SLICE_INIT("\xff\xfe\0\0a\0\0\0"), SLICE_INIT("a") },
		{ "tis-620", SLICE_INIT("\xa1\x85"), SLICE_INIT("ก…") },
		{ "cp850", SLICE_INIT("\x81"), SLICE_INIT("ü") },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_decode(t[i].charset, t[i].bytes, t[i].want);
}

TEST(text_decode_refuses_unknown_names)
{
	static const char *const names[] = {
		"",    "x-unknown", "utf-8,x",      "../../etc/x",
		"a=b", "utf-8\n",   "unknown-8bit", "utf-8;q=\"1\""
	};
	struct buf out;

	buf_init(&out, 10);
	for (size_t i = 0; i < countof(names); i++) {
		bool padded = slice_eq(slice_trim(slice_of(names[i])), S("utf-8"));

		CHECK(text_decode(slice_of(names[i]), S("a"), &out) == padded);
		CHECK(text_charset_known(slice_of(names[i])) == padded);
	}
	CHECK_INT(out.n, 1);
	CHECK(!text_decoder_new(S("x-unknown")));
	text_decoder_free(NULL);
	buf_done(&out);
}

TEST(text_decoder_keeps_halves)
{
	static const slice bytes = SLICE_INIT("a\x1b$B%F%F\x1b(Bb");
	struct text_decoder *d = text_decoder_new(S("iso-2022-jp"));
	struct buf out;

	buf_init(&out, 100);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < bytes.n; i++)
			text_decoder_feed(d, slice_head(slice_skip(bytes, i), 1),
					  i + 1 == bytes.n, &out);
		CHECK_SLICE(buf_slice(&out), S("aテテb"));
		buf_reset(&out);
	}
	text_decoder_free(d);
	buf_done(&out);
}

/* More sets at once than are kept, in another thread too: the leak check looks on. */
static void *decode_many(void *)
{
	static const char *const sets[] = { "utf-8", "koi8-r", "gbk",   "big5",
					    "utf-7", "euc-jp", "cp437", "iso-8859-2" };
	struct text_decoder *d[countof(sets)];

	for (size_t i = 0; i < countof(sets); i++)
		d[i] = text_decoder_new(slice_of(sets[i]));
	for (size_t i = 0; i < countof(sets); i++)
		text_decoder_free(d[i]);
	for (size_t i = 0; i < countof(sets); i++)
		CHECK(text_charset_known(slice_of(sets[i])));
	return NULL;
}

TEST(text_converters_are_freed_with_their_thread)
{
	pthread_t thread;

	decode_many(NULL);
	CHECK_INT(pthread_create(&thread, NULL, decode_many, NULL), 0);
	CHECK_INT(pthread_join(thread, NULL), 0);
}

TEST(text_decode_stops_at_a_full_buf)
{
	struct buf out;

	buf_init(&out, 4);
	CHECK(text_decode(S("utf-8"), S("abcdefgh"), &out));
	CHECK(out.overflow && out.n <= 4);
	buf_done(&out);
}

TEST(text_fold)
{
	static const struct {
		slice in, want;
	} t[] = {
		{ SLICE_INIT("Hello, World 12!"), SLICE_INIT("HELLO, WORLD 12!") },
		{ SLICE_INIT("\u01c4"), SLICE_INIT("Dz\u030c") }, /* RFC 5051 section 2 */
		{ SLICE_INIT("é"), SLICE_INIT("E\u0301") },
		{ SLICE_INIT("ﬁ²"), SLICE_INIT("fi2") },
		{ SLICE_INIT("ßς"), SLICE_INIT("ßΣ") },
		{ SLICE_INIT("\u212b"), SLICE_INIT("A\u030a") },
		{ SLICE_INIT("안"), SLICE_INIT("\u110b\u1161\u11ab") },
		{ SLICE_INIT("𐐨"), SLICE_INIT("𐐀") },
		{ SLICE_INIT("a\xff"
			     "é"),
		  SLICE_INIT("a\xff"
			     "é") }, /* (1) (b) */
		{ SLICE_INIT("a\0b"), SLICE_INIT("A\0B") },
	};
	struct buf out;

	buf_init(&out, 1000);
	for (size_t i = 0; i < countof(t); i++) {
		buf_reset(&out);
		buf_add(&out, S("kept"));
		text_fold(t[i].in, &out);
		CHECK_SLICE(slice_skip(buf_slice(&out), 4), t[i].want);
	}
	buf_done(&out);
}

static void check_conversion(bool (*convert)(slice, struct buf *), slice in,
			     const char *want)
{
	struct buf out;

	buf_init(&out, 10000);
	CHECK(convert(in, &out) == (want != NULL));
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

TEST(domain_labels)
{
	static const struct {
		slice in;
		const char *ascii, *unicode;
	} t[] = {
		{ SLICE_INIT("Example.ORG"), "example.org", "example.org" },
		{ SLICE_INIT("bücher.example"), "xn--bcher-kva.example",
		  "bücher.example" },
		{ SLICE_INIT("BÜCHER.example"), "xn--bcher-kva.example",
		  "bücher.example" },
		{ SLICE_INIT("xn--bcher-kva.example"), "xn--bcher-kva.example",
		  "bücher.example" },
		{ SLICE_INIT("faß.example"), "xn--fa-hia.example", "faß.example" },
		{ SLICE_INIT("例え。テスト"), "xn--r8jz45g.xn--zckzah", "例え.テスト" },
		{ SLICE_INIT("_dmarc.example.org"), "_dmarc.example.org",
		  "_dmarc.example.org" },
		{ SLICE_INIT(""), NULL, NULL },
		{ SLICE_INIT("a..b"), NULL, NULL },
		{ SLICE_INIT("a."), NULL, NULL },
		{ SLICE_INIT("a b"), NULL, NULL },
		{ SLICE_INIT("[192.0.2.1]"), NULL, NULL },
		{ SLICE_INIT("a\0b"), NULL, NULL },
		{ SLICE_INIT("xn--a"), NULL, NULL },
		{ SLICE_INIT("a\xff.example"), NULL, NULL },
		{ SLICE_INIT(
			  "0123456789012345678901234567890123456789012345678901234567890"
			  "123.example"),
		  NULL, NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		check_conversion(domain_to_ascii, t[i].in, t[i].ascii);
		check_conversion(domain_to_unicode, t[i].in, t[i].unicode);
	}
}

/* Beginning with RFC 4013 section 3. */
TEST(text_saslprep)
{
	static const struct {
		slice in;
		const char *want;
	} t[] = {
		{ SLICE_INIT("I\u00adX"), "IX" },
		{ SLICE_INIT("user"), "user" },
		{ SLICE_INIT("USER"), "USER" },
		{ SLICE_INIT("\u00aa"), "a" },
		{ SLICE_INIT("\u2168"), "IX" },
		{ SLICE_INIT("\x07"), NULL },
		{ SLICE_INIT("\u06271"), NULL },
		{ SLICE_INIT("a\u00a0b\u3000c"), "a b c" },
		{ SLICE_INIT("🔑"), "🔑" },
		{ SLICE_INIT("\xff"), NULL },
		{ SLICE_INIT(""), "" },
	};
	static const char long_text[TEXT_SASLPREP_MAX + 1] = { 'a' };

	for (size_t i = 0; i < countof(t); i++)
		check_conversion(text_saslprep, t[i].in, t[i].want);
	check_conversion(text_saslprep, (slice){ long_text, sizeof(long_text) }, NULL);
}

TEST(text_to_nfc)
{
	static const struct {
		slice in, out;
		bool ok;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT(""), true },
		{ SLICE_INIT("plain"), SLICE_INIT("plain"), true },
		{ SLICE_INIT("e\xcc\x81"), SLICE_INIT("\xc3\xa9"), true },
		{ SLICE_INIT("\xc3\xa9"), SLICE_INIT("\xc3\xa9"), true },
		{ SLICE_INIT("\xef\xac\x81"), SLICE_INIT("\xef\xac\x81"), true },
		{ SLICE_INIT("\xf0\x9f\x93\xa7"), SLICE_INIT("\xf0\x9f\x93\xa7"), true },
		{ SLICE_INIT("\xc3("), SLICE_INIT(""), false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 100);
		CHECK(text_to_nfc(t[i].in, &out) == t[i].ok);
		CHECK_SLICE(buf_slice(&out), t[i].out);
		buf_done(&out);
	}
}

TEST(text_compose)
{
	struct buf in, out;

	buf_init(&in, 10'000);
	buf_init(&out, 100'000);
	for (int i = 0; i < 2000; i++)
		buf_add(&in, S("e\xcc\x81"));
	text_compose(buf_slice(&in), &out);
	CHECK_INT(out.n, 4000);
	CHECK_SLICE(slice_head(buf_slice(&out), 2), S("\xc3\xa9"));
	buf_reset(&in);
	text_compose(buf_slice(&out), &in);
	CHECK_SLICE(buf_slice(&in), buf_slice(&out));
	buf_done(&out);
	buf_done(&in);
}
