#include "smtp/trace.h"

#include "base/test.h"

static const struct tls_facts tls = { .protocol = SLICE_INIT("TLSv1.3"),
				      .cipher = SLICE_INIT("TLS_AES_256_GCM_SHA384"),
				      .bits = 256 };

static void check_received(const struct smtp_trace *t, slice want)
{
	struct buf out;

	buf_init(&out, 4096);
	CHECK(smtp_received_write(t, &out));
	CHECK_SLICE(buf_slice(&out), want);
	buf_done(&out);
}

static struct smtp_trace plain(slice helo)
{
	return (struct smtp_trace){ .helo = helo,
				    .peer = S("192.0.2.1"),
				    .host_name = S("mail.example.test"),
				    .protocol = S("ESMTP"),
				    .id = S("4f0a"),
				    .now = 1'000'000'000 };
}

TEST(smtp_received_of_a_plain_session)
{
	struct smtp_trace t = plain(S("foo.example"));

	check_received(&t, S("Received: from foo.example ([192.0.2.1])\r\n"
			     "\tby mail.example.test with ESMTP\r\n"
			     "\tid 4f0a;\r\n"
			     "\tSun, 9 Sep 2001 01:46:40 +0000\r\n"));
}

TEST(smtp_received_with_all)
{
	struct smtp_trace t = plain(S("[IPv6:2001:db8::2]"));

	t.peer = S("2001:db8::1");
	t.protocol = S("ESMTPSA");
	t.tls = &tls;
	t.recipient = S("\"j o\"@example.test");
	check_received(&t, S("Received: from [IPv6:2001:db8::2] ([IPv6:2001:db8::1])\r\n"
			     "\tby mail.example.test with ESMTPSA\r\n"
			     "\t(TLSv1.3 TLS_AES_256_GCM_SHA384 256 bits)\r\n"
			     "\tid 4f0a\r\n"
			     "\tfor <\"j o\"@example.test>;\r\n"
			     "\tSun, 9 Sep 2001 01:46:40 +0000\r\n"));
}

TEST(smtp_received_cannot_be_forged)
{
	struct smtp_trace t = plain(S("x) by evil (\r\nBcc: <a@b>"));

	t.recipient = S("a@b>\r\nX: y");
	t.peer = S("");
	check_received(&t, S("Received: from x--by-evil----Bcc:--a-b-\r\n"
			     "\tby mail.example.test with ESMTP\r\n"
			     "\tid 4f0a;\r\n"
			     "\tSun, 9 Sep 2001 01:46:40 +0000\r\n"));
	t.helo = S("");
	t.recipient = S("");
	check_received(&t, S("Received: from unknown\r\n"
			     "\tby mail.example.test with ESMTP\r\n"
			     "\tid 4f0a;\r\n"
			     "\tSun, 9 Sep 2001 01:46:40 +0000\r\n"));
}

TEST(smtp_received_says_when_there_is_no_room)
{
	struct smtp_trace t = plain(S("foo.example"));
	struct buf out;

	buf_init(&out, 20);
	CHECK(!smtp_received_write(&t, &out));
	buf_done(&out);
}

TEST(smtp_return_path)
{
	static const struct {
		slice local, domain, want;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT(""), SLICE_INIT("Return-Path: <>\r\n") },
		{ SLICE_INIT("jo"), SLICE_INIT("a.test"),
		  SLICE_INIT("Return-Path: <jo@a.test>\r\n") },
		{ SLICE_INIT("j o"), SLICE_INIT("a.test"),
		  SLICE_INIT("Return-Path: <\"j o\"@a.test>\r\n") },
		{ SLICE_INIT("j\"\\"), SLICE_INIT("a.test"),
		  SLICE_INIT("Return-Path: <\"j\\\"\\\\\"@a.test>\r\n") },
		{ SLICE_INIT(""), SLICE_INIT("a.test"),
		  SLICE_INIT("Return-Path: <\"\"@a.test>\r\n") },
		{ SLICE_INIT("j\r\nX: y"), SLICE_INIT("a.test"),
		  SLICE_INIT("Return-Path: <\"jX: y\"@a.test>\r\n") },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 4096);
		CHECK(smtp_return_path_write(t[i].local, t[i].domain, &out));
		CHECK_SLICE(buf_slice(&out), t[i].want);
		buf_done(&out);
	}
}
