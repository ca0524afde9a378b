#include "smtp/reply.h"

#include "base/test.h"

static void check_reply(int code, slice enhanced, slice text, bool utf8, slice want)
{
	struct smtp_reply r = { code, enhanced, text };
	struct buf out;

	buf_init(&out, 4096);
	smtp_reply_write(&out, &r, false, utf8);
	CHECK_SLICE(buf_slice(&out), want);
	buf_done(&out);
}

TEST(smtp_reply_lines)
{
	check_reply(250, S(""), S("ok"), false, S("250 2.0.0 ok\r\n"));
	check_reply(250, S("2.1.5"), S("ok"), false, S("250 2.1.5 ok\r\n"));
	check_reply(354, S(""), S("go on"), false, S("354 go on\r\n"));
	check_reply(503, S(""), S("no"), false, S("503 5.5.1 no\r\n"));
	check_reply(459, S(""), S("no"), false, S("459 4.0.0 no\r\n"));
	check_reply(599, S(""), S(""), false, S("599 5.0.0 \r\n"));
	/* RFC 7504, RFC 7505 */
	check_reply(556, S(""), S("no"), false, S("556 5.1.10 no\r\n"));
}

TEST(smtp_reply_text_cannot_break_out)
{
	check_reply(550, S(""), S("a\r\n250 b\0\x7f"), false,
		    S("550 5.0.0 a??250 b??\r\n"));
	check_reply(550, S(""), S("j\xc3\xb6"), false, S("550 5.0.0 j??\r\n"));
	check_reply(550, S(""), S("j\xc3\xb6"), true, S("550 5.0.0 j\xc3\xb6\r\n"));
	check_reply(550, S(""), S("j\xc3"), true, S("550 5.0.0 j?\r\n"));
}

TEST(smtp_reply_length)
{
	char text[1000];
	struct smtp_reply r = { 250, S(""), { text, sizeof(text) } };
	struct buf out;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = 'x';
	buf_init(&out, 4096);
	buf_add(&out, S("before"));
	smtp_reply_write(&out, &r, true, false);
	CHECK_INT(out.n, 6 + SMTP_REPLY_LINE_MAX);
	CHECK(slice_starts(buf_slice(&out), S("before250-2.0.0 xxx")));
	CHECK(slice_ends_nocase(buf_slice(&out), S("x\r\n")));
	buf_reset(&out);
	smtp_reply_plain(&out, 250, true, r.text);
	CHECK_INT(out.n, SMTP_REPLY_LINE_MAX);
	buf_done(&out);
}
