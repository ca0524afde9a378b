#include "base/test.h"
#include "smtp/reply_reader.h"

static enum smtp_reading read_cut(struct smtp_reply_reader *r, slice *in, size_t cut)
{
	for (size_t window = cut;; window += cut) {
		slice head = slice_head(*in, window), rest = head;
		enum smtp_reading reading = smtp_reply_read(r, &rest);
		bool was_all = head.n == in->n;

		*in = slice_skip(*in, head.n - rest.n);
		if (reading != READING_PARTIAL || was_all) return reading;
	}
}

static void check_read(slice text, enum smtp_reading want, int code, slice enhanced,
		       slice words, slice rest)
{
	for (size_t cut = 1; cut <= text.n; cut++) {
		struct smtp_reply_reader r;
		slice in = text;

		smtp_reply_reader_init(&r);
		CHECK_INT(read_cut(&r, &in, cut), want);
		if (want == READING_WHOLE) {
			CHECK_INT(r.code, code);
			CHECK_SLICE(buf_slice(&r.enhanced), enhanced);
			CHECK_SLICE(buf_slice(&r.text), words);
		}
		if (want != READING_MALFORMED) CHECK_SLICE(in, rest);
		smtp_reply_reader_done(&r);
	}
}

static void check_whole(const char *text, int code, const char *enhanced,
			const char *words, const char *rest)
{
	check_read(slice_of(text), READING_WHOLE, code, slice_of(enhanced),
		   slice_of(words), slice_of(rest));
}

TEST(reply_read)
{
	check_whole("250 ok\r\n", 250, "", "ok", "");
	check_whole("250\r\n", 250, "", "", ""); /* RFC 5321 4.2: no text */
	check_whole("250 \r\n250 x", 250, "", "", "250 x");
	check_whole("250-a\r\n250-\r\n250 b\r\n", 250, "", "a\n\nb", "");
	check_whole("250-a\r\n250\r\n", 250, "", "a\n", "");
	check_whole("550 5.1.1 no\r\n", 550, "5.1.1", "no", "");
	check_whole("550-5.7.1 no\r\n550 5.7.1 never\r\n", 550, "5.7.1", "no\nnever", "");
	check_whole("550 5.1.1\r\n", 550, "5.1.1", "", "");
	check_whole("550 4.1.1 no\r\n", 550, "", "4.1.1 no", ""); /* another class */
	check_whole("250 2.0.0.1 ok\r\n", 250, "", "2.0.0.1 ok", "");
	check_whole("250 2.1000.0 ok\r\n", 250, "", "2.1000.0 ok", "");
	check_whole("250 a\tb\x7f\xff\r\n", 250, "", "a?b??", "");
	check_whole("250 \303\244\r\n", 250, "", "\303\244", "");
	check_whole("599 x\r\n", 599, "", "x", "");
}

TEST(reply_partial)
{
	check_read(S("250-a\r\n250"), READING_PARTIAL, 0, S(""), S(""), S("250"));
	check_read(S("250 a\r"), READING_PARTIAL, 0, S(""), S(""), S("250 a\r"));
}

TEST(reply_malformed)
{
	static const slice t[] = {
		SLICE_INIT("\r\n"),
		SLICE_INIT("25\r\n"),
		SLICE_INIT("25x ok\r\n"),
		SLICE_INIT("150 ok\r\n"),
		SLICE_INIT("650 ok\r\n"),
		SLICE_INIT("2500 ok\r\n"),
		SLICE_INIT("250_ok\r\n"),
		SLICE_INIT(" 250 ok\r\n"),
		SLICE_INIT("250 ok\n"),
		SLICE_INIT("250 a\rb\r\n"),
		SLICE_INIT("250 a\r\r\n"),
		SLICE_INIT("250 a\0b\r\n"),
		SLICE_INIT("250-a\r\n251 b\r\n"),
		SLICE_INIT("250-a\r\nb\r\n"),
	};

	for (size_t i = 0; i < countof(t); i++)
		check_read(t[i], READING_MALFORMED, 0, S(""), S(""), S(""));
}

static enum smtp_reading read_many(slice line, size_t count)
{
	struct smtp_reply_reader r;
	enum smtp_reading reading = READING_PARTIAL;

	smtp_reply_reader_init(&r);
	for (size_t i = 0; i < count && reading == READING_PARTIAL; i++) {
		slice in = line;

		reading = smtp_reply_read(&r, &in);
	}
	smtp_reply_reader_done(&r);
	return reading;
}

TEST(reply_limits)
{
	static char line[SMTP_READ_LINE_MAX + 1] = "250-";
	const size_t longest = SMTP_READ_LINE_MAX;

	for (size_t i = 4; i < longest; i++)
		line[i] = 'x';
	CHECK_INT(read_many((slice){ line, longest - 1 }, 1), READING_PARTIAL);
	CHECK_INT(read_many((slice){ line, longest }, 1), READING_MALFORMED);
	line[longest - 2] = '\r';
	line[longest - 1] = '\n';
	CHECK_INT(read_many((slice){ line, longest }, 1), READING_PARTIAL);
	CHECK_INT(read_many((slice){ line, longest }, 2), READING_MALFORMED);
	CHECK_INT(read_many(S("250-x\r\n"), SMTP_READ_LINES_MAX), READING_PARTIAL);
	CHECK_INT(read_many(S("250-x\r\n"), SMTP_READ_LINES_MAX + 1), READING_MALFORMED);
}
