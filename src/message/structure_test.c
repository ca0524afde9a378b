#include <string.h>

#include "base/test.h"
#include "message/structure.h"
#include "message/structure_check.h"

typedef bool writer(const struct mime *m, struct buf *out);

static bool write_envelope(const struct mime *m, struct buf *out)
{
	return envelope_write(&m->parts[0], out);
}

static void check_written(writer *write, const char *message, const char *want)
{
	struct arena arena;
	struct buf out;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&out, 100'000);
	CHECK(write(mime_parse(&arena, slice_of(message)), &out));
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	check_one_list(buf_slice(&out));
	buf_done(&out);
	arena_done(&arena);
}

#define NO_LISTS "NIL NIL NIL NIL NIL NIL"

TEST(envelope)
{
	static const struct {
		const char *header, *envelope;
	} t[] = {
		{ "", "(NIL NIL " NO_LISTS " NIL NIL)" },
		/* RFC 9051 7.5.2, example of ENVELOPE */
		{ "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
		  "Subject: IMAP4rev2 WG mtg summary and minutes\r\n"
		  "From: Terry Gray <gray@cac.washington.example>\r\n"
		  "To: imap@cac.washington.example\r\n"
		  "cc: minutes@CNRI.Reston.VA.example, John Klensin "
		  "<KLENSIN@MIT.example>\r\n"
		  "Message-Id: <B27397-0100000@cac.washington.example>\r\n\r\n",
		  "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary "
		  "and minutes\" "
		  "((\"Terry Gray\" NIL \"gray\" \"cac.washington.example\")) "
		  "((\"Terry Gray\" NIL \"gray\" \"cac.washington.example\")) "
		  "((\"Terry Gray\" NIL \"gray\" \"cac.washington.example\")) "
		  "((NIL NIL \"imap\" \"cac.washington.example\")) "
		  "((NIL NIL \"minutes\" \"CNRI.Reston.VA.example\")"
		  "(\"John Klensin\" NIL \"KLENSIN\" \"MIT.example\")) NIL NIL "
		  "\"<B27397-0100000@cac.washington.example>\")" },
		/* present but empty is "", for addresses NIL */
		{ "Date:\r\nSubject: \r\nTo:\r\nIn-Reply-To:\r\nMessage-ID: \r\n\r\n",
		  "(\"\" \"\" " NO_LISTS " \"\" \"\")" },
		/* an empty Sender is From's as well */
		{ "From: a@b.test\r\nSender:\r\nReply-To: <c@d.test>\r\n\r\n",
		  "(NIL NIL ((NIL NIL \"a\" \"b.test\")) ((NIL NIL \"a\" \"b.test\")) "
		  "((NIL NIL \"c\" \"d.test\")) NIL NIL NIL NIL NIL)" },
		/* groups */
		{ "To: A Group: Ed <ed@x.test>, joe@y.test;, u: ;\r\n\r\n",
		  "(NIL NIL NIL NIL NIL ((NIL NIL \"A Group\" NIL)(\"Ed\" NIL \"ed\" "
		  "\"x.test\")"
		  "(NIL NIL \"joe\" \"y.test\")(NIL NIL NIL NIL)(NIL NIL \"u\" NIL)"
		  "(NIL NIL NIL NIL)) NIL NIL NIL NIL)" },
		/* route, no domain, and fields that come twice (RFC 5322 4.5.3) */
		{ "Cc: <@r.test,@s.test:a@b.test>\r\nCC: root\r\n\r\n",
		  "(NIL NIL NIL NIL NIL NIL ((NIL \"@r.test,@s.test\" \"a\" \"b.test\")"
		  "(NIL NIL \"root\" \"\")) NIL NIL NIL)" },
		/* folded, quoted, encoded: as it came, on one line */
		{ "Subject: =?utf-8?q?=e2=82=ac?=\r\n \"x\\y\"\r\n\r\n",
		  "(NIL \"=?utf-8?q?=e2=82=ac?= \\\"x\\\\y\\\"\" " NO_LISTS " NIL NIL)" },
		/* 8-bit text needs a literal */
		{ "Subject: \xe2\x82\xac\r\n\r\n",
		  "(NIL {3}\r\n\xe2\x82\xac " NO_LISTS " NIL NIL)" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_written(write_envelope, t[i].header, t[i].envelope);
}

#define EXTENSION " NIL NIL NIL NIL"

TEST(body_structure)
{
	static const struct {
		const char *message, *structure;
	} t[] = {
		{ "\r\none\r\ntwo\r\n", "(\"text\" \"plain\" (\"charset\" \"us-ascii\") "
					"NIL NIL \"7bit\" 10 2" EXTENSION ")" },
		{ "Content-Type: nonsense\r\n\r\nx",
		  "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 1 "
		  "0" EXTENSION ")" },
		{ "Content-Type: TEXT/Plain\r\n\r\n",
		  "(\"TEXT\" \"Plain\" NIL NIL NIL \"7bit\" 0 0" EXTENSION ")" },
		/* every field; RFC 2231 stays as it was written */
		{ "Content-Type: image/png (pic); Name*0*=utf-8''%e2%82%ac; name*1=\"a "
		  "\\\"b\"\r\n"
		  "Content-Transfer-Encoding: BASE64\r\nContent-ID: <a@b>\r\n"
		  "Content-Description: my\r\n picture\r\nContent-MD5: Q2hlY2s=\r\n"
		  "Content-Disposition: Attachment; FileName=x.png; size=3\r\n"
		  "Content-Language: en, de (German)\r\nContent-Location: "
		  "http://x.test/\r\n\r\nQQ==",
		  "(\"image\" \"png\" (\"Name*0*\" \"utf-8''%e2%82%ac\" \"name*1\" \"a "
		  "\\\"b\") \"<a@b>\" "
		  "\"my picture\" \"BASE64\" 4 \"Q2hlY2s=\" "
		  "(\"Attachment\" (\"FileName\" \"x.png\" \"size\" \"3\")) (\"en\" "
		  "\"de\") "
		  "\"http://x.test/\")" },
		/* a URI between comments, and a long one in pieces (RFC 2557 4.4.1) */
		{ "Content-Type: a/b\r\nContent-Location: (c) http://x/(y) (d)\r\n\r\n",
		  "(\"a\" \"b\" NIL NIL NIL \"7bit\" 0 NIL NIL NIL \"http://x/(y)\")" },
		{ "Content-Type: a/b\r\nContent-Location: \"http://x/\r\n y/ "
		  "\r\n\tz\"\r\n\r\n",
		  "(\"a\" \"b\" NIL NIL NIL \"7bit\" 0 NIL NIL NIL \"http://x/y/z\")" },
		{ "Content-Disposition: inline\r\nContent-Type: application/x\r\n\r\n",
		  "(\"application\" \"x\" NIL NIL NIL \"7bit\" 0 NIL (\"inline\" NIL) "
		  "NIL NIL)" },
		{ "Content-Type: multipart/mixed; "
		  "boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
		  "Content-Type: multipart/alternative; "
		  "boundary=c\r\n\r\n--c\r\n\r\ny\r\n--b--",
		  "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 1 "
		  "0" EXTENSION ")((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL "
		  "NIL \"7bit\" 1 0" EXTENSION
		  ") \"alternative\" (\"boundary\" \"c\") NIL NIL NIL)"
		  " \"mixed\" (\"boundary\" \"b\") NIL NIL NIL)" },
		{ "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
		  "((\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0) \"mixed\" "
		  "(\"boundary\" \"b\") NIL NIL "
		  "NIL)" },
		{ "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n",
		  "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 18 (NIL \"in\" " NO_LISTS
		  " NIL NIL) (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL "
		  "\"7bit\" 3 1" EXTENSION ") 3" EXTENSION ")" },
		/* encoded, and so opaque */
		{ "Content-Type: message/rfc822; name=x\r\nContent-Transfer-Encoding: "
		  "base64\r\n\r\n",
		  "(\"application\" \"octet-stream\" (\"name\" \"x\") NIL NIL \"base64\" "
		  "0" EXTENSION ")" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_written(body_structure_write, t[i].message, t[i].structure);
}

TEST(body_has_no_extension_data)
{
	check_written(
		body_write,
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		"Content-MD5: x\r\nContent-Disposition: inline\r\n\r\nx\r\n--b--",
		"((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 1 0)"
		" \"mixed\")");
}

TEST(nstring)
{
	static char longest[1001];
	struct buf out;

	memset(longest, 'a', sizeof(longest));
	buf_init(&out, 10'000);
	CHECK(nstring_write(S(""), false, &out) && nstring_write(S(""), true, &out));
	CHECK(nstring_write(S("a\0b"), true, &out) &&
	      nstring_write(S("a\rb"), true, &out));
	CHECK_SLICE(buf_slice(&out), S("NIL\"\"{2}\r\nab{3}\r\na\rb"));
	buf_reset(&out);
	CHECK(nstring_write((slice){ longest, 1000 }, true, &out));
	CHECK_INT(out.n, 1002);
	buf_reset(&out);
	CHECK(nstring_write((slice){ longest, 1001 }, true, &out));
	CHECK(slice_starts(buf_slice(&out), S("{1001}\r\na")));
	buf_done(&out);
}

TEST(structure_says_when_it_does_not_fit)
{
	struct arena arena;
	struct buf out;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&out, 20);
	CHECK(!body_structure_write(mime_parse(&arena, S("A: b\r\n\r\nx")), &out));
	buf_done(&out);
	arena_done(&arena);
}
