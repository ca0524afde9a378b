#include "base/test.h"
#include "message/content.h"

static slice decode(enum mime_encoding encoding, const char *charset, bool raw,
		    slice content, size_t piece, struct buf *out)
{
	struct content_decoder *d = content_decoder_new(encoding, slice_of(charset), raw);

	buf_init(out, 100'000);
	for (; content.n > piece; content = slice_skip(content, piece))
		content_decoder_feed(d, slice_head(content, piece), false, out);
	content_decoder_feed(d, content, true, out);
	content_decoder_free(d);
	return buf_slice(out);
}

TEST(content)
{
	static const struct {
		enum mime_encoding encoding;
		const char *charset;
		bool raw;
		const char *content, *want;
	} t[] = {
		{ MIME_7BIT, "", false, "plain\r\n", "plain\r\n" },
		{ MIME_7BIT, "", false, "", "" },
		{ MIME_BASE64, "utf-8", false, "4oKs\r\n4oKs\r\n",
		  "\xe2\x82\xac\xe2\x82\xac" },
		{ MIME_BASE64, "utf-8", true, "/+g=", "\xff\xe8" },
		{ MIME_QUOTED_PRINTABLE, "iso-8859-1", false, "caf=E9 =\r\nau lait",
		  "caf\xc3\xa9 au lait" },
		{ MIME_QUOTED_PRINTABLE, "iso-8859-1", true, "caf=E9", "caf\xe9" },
		{ MIME_ENCODING_UNKNOWN, "utf-8", false, "=E9", "=E9" },
		/* no charset, or none that is known: UTF-8, else windows-1252 */
		{ MIME_8BIT, "", false, "\xe2\x82\xac \x80 \xe2\x82",
		  "\xe2\x82\xac \xe2\x82\xac "
		  "\xc3\xa2\xe2\x80\x9a" },
		{ MIME_8BIT, "us-ascii", false, "\xc3\xa9", "\xc3\xa9" },
		{ MIME_8BIT, "x-none", false, "\xed\xa0\x80x",
		  "\xc3\xad\xc2\xa0\xe2\x82\xacx" },
		{ MIME_8BIT, "iso-2022-jp", false, "\x1b$B$\"\x1b(B", "\xe3\x81\x82" },
	};

	for (size_t i = 0; i < countof(t); i++)
		for (size_t piece = 1; piece < 12; piece++) {
			struct buf out;
			slice got = decode(t[i].encoding, t[i].charset, t[i].raw,
					   slice_of(t[i].content), piece, &out);

			CHECK_SLICE(got, slice_of(t[i].want));
			buf_done(&out);
		}
}

TEST(html_text)
{
	static const struct {
		const char *html, *text;
	} t[] = {
		{ "a  b\r\n c", "a b c" },
		{ "<p>one</p><p>two</p>", "one\ntwo" },
		{ "one<br>two<br/>three", "one\ntwo\nthree" },
		{ "b<b>ol</b>d <i>x</i>", "bold x" },
		{ "<td>a</td><td>b</td>", "a b" },
		{ "<!DOCTYPE html><html><head><title>T</title><style>p > a { "
		  "}</style></head>x",
		  "x" },
		{ "a<script>if (a < b) '</scrip>'</SCRIPT >b", "a\nb" },
		{ "a<!-- <p> -- > -->b<!-->c<!-- x --->d", "abcd" },
		{ "<![if !mso]>a<![endif]><?xml version='1'?>b</ x>c", "abc" },
		{ "<a title=\"x>y\" href='>'>z</a>", "z" },
		{ "<p class=\"a\"b>x", "x" },
		{ "1 < 2 <3 << a<", "1 < 2 <3 << a<" },
		{ "&lt;&amp;&quot;&#65;&#x42;&apos;&euro;", "<&\"AB'\xe2\x82\xac" },
		{ "a&nbsp;b&nbsp c &copy 1 &euro 2", "a b c \xc2\xa9 1 &euro 2" },
		{ "&unknown; & &; &#; &#x; &#xg;", "&unknown; & &; &#; &#x; &#xg;" },
		{ "&#128;&#0;&#xd800;&#99999999;",
		  "\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "AT&T", "AT&T" },
		{ "x<abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz>y", "xy" },
		{ "x<p", "x" },
	};

	for (size_t i = 0; i < countof(t); i++)
		for (size_t piece = 1; piece < 9; piece++) {
			struct html_text *h = html_text_new();
			struct buf out;

			buf_init(&out, 10'000);
			for (slice in = slice_of(t[i].html); in.n;
			     in = slice_skip(in, piece))
				html_text_feed(h, slice_head(in, piece), &out);
			html_text_feed(h, S("\n"), &out);
			CHECK_SLICE(buf_slice(&out), slice_of(t[i].text));
			buf_done(&out);
			html_text_free(h);
		}
}
