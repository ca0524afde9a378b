#include "base/test.h"
#include "message/seven_bit_check.h"

/* NULL: it cannot be converted. */
static void check_conversion(slice before, const char *after)
{
	struct buf out;
	bool good;

	buf_init(&out, 1 << 20);
	good = check_seven_bit(before, &out);
	CHECK_INT(good, after != NULL);
	if (after) CHECK_SLICE(buf_slice(&out), slice_of(after));
	buf_done(&out);
}

#define MIME "MIME-Version: 1.0\r\n"
#define UTF8 "Content-Type: text/plain; charset=utf-8\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define LABEL "Content-Transfer-Encoding: "
#define GRUESSE "Gr\xc3\xbc\xc3\x9f"
#define LONG "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"

TEST(seven_bit_of_one_part)
{
	static const struct {
		const char *before, *after;
	} t[] = {
		/* clang-format off */
		{ "Subject: a\r\n\r\nhello\r\n", "Subject: a\r\n\r\nhello\r\n" },
		{ MIME UTF8 LABEL "8bit\r\nTo: x\r\n\r\nI say " GRUESSE " = x \r\n.\r\n",
		  MIME UTF8 LABEL "quoted-printable\r\nTo: x\r\n\r\n"
		  "I say Gr=C3=BC=C3=9F =3D x=20\r\n.\r\n" },
		{ MIME UTF8 "To: x\r\n\r\nI say but little: " GRUESSE "\r\n",
		  MIME UTF8 "To: x\r\n" LABEL "quoted-printable\r\n\r\n"
		  "I say but little: Gr=C3=BC=C3=9F\r\n" },
		/* Nobody said what it is. */
		{ "To: x\r\n\r\n\xfc ber all in all\r\n",
		  "To: x\r\n" MIME "Content-Type: text/plain; charset=unknown-8bit\r\n"
		  LABEL "quoted-printable\r\n\r\n=FC ber all in all\r\n" },
		/* Labelled so, and it need not be. */
		{ MIME LABEL "8bit\r\n\r\nplain\r\n", MIME LABEL "7bit\r\n\r\nplain\r\n" },
		{ MIME LABEL "binary\r\n" LABEL "8bit\r\n\r\nplain\r\n",
		  MIME LABEL "7bit\r\n\r\nplain\r\n" },
		/* Mostly above 127, or no text. */
		{ MIME UTF8 "\r\n\xc3\xa4\xc3\xb6\r\n",
		  MIME UTF8 LABEL "base64\r\n\r\nw6TDtg0K\r\n" },
		{ MIME "Content-Type: image/x\r\n" LABEL "binary\r\n\r\n12345678\n\xff",
		  MIME "Content-Type: image/x\r\n" LABEL "base64\r\n\r\nMTIzNDU2NzgK/w==\r\n" },
		/* A soft line break would make a boundary of it. */
		{ MIME UTF8 "\r\n" LONG "12345--b\r\n" LONG " \xfc\r\n",
		  MIME UTF8 LABEL "base64\r\n\r\n"
		  "YWFhYWFhYWFhYWJiYmJiYmJiYmJjY2NjY2NjY2NjZGRkZGRkZGRkZGVlZWVlZWVlZWVmZmZmZmZm\r\n"
		  "ZmZmZ2dnZ2dnZ2dnZzEyMzQ1LS1iDQphYWFhYWFhYWFhYmJiYmJiYmJiYmNjY2NjY2NjY2NkZGRk\r\n"
		  "ZGRkZGRkZWVlZWVlZWVlZWZmZmZmZmZmZmZnZ2dnZ2dnZ2dnIPwNCg==\r\n" },
		/* Header fields, labels and types that stand against it. */
		{ MIME "Subject: " GRUESSE "\r\n\r\nhello\r\n", NULL },
		{ MIME LABEL "base64\r\n\r\n\xff\r\n", NULL },
		{ MIME LABEL "x-own\r\n\r\n\xff\r\n", NULL },
		{ MIME "Content-Type: message/partial; id=x; number=1\r\n\r\n\xff\r\n", NULL },
		/* clang-format on */
	};

	for (size_t i = 0; i < countof(t); i++)
		check_conversion(slice_of(t[i].before), t[i].after);
}

TEST(seven_bit_of_many_parts)
{
	static const struct {
		const char *before, *after;
	} t[] = {
		/* clang-format off */
		{ MIME MIXED LABEL "8bit\r\n\r\nbefore\r\n--b\r\n" UTF8 LABEL "8bit\r\n\r\n"
		  "I say " GRUESSE " to you all\r\n--b\r\n\r\nas it is\r\n--b\r\n"
		  "Content-Type: image/x\r\n\r\n\xff\xfe\r\n--b--\r\nbehind\r\n",
		  MIME MIXED LABEL "7bit\r\n\r\nbefore\r\n--b\r\n" UTF8 LABEL
		  "quoted-printable\r\n\r\nI say Gr=C3=BC=C3=9F to you all\r\n--b\r\n\r\n"
		  "as it is\r\n--b\r\nContent-Type: image/x\r\n" LABEL "base64\r\n\r\n//4=\r\n"
		  "--b--\r\nbehind\r\n" },
		/* An attached message is no content to encode, its parts are (RFC 2046 5.2.1). */
		{ MIME "Content-Type: message/rfc822\r\n" LABEL "8bit\r\n\r\nTo: y\r\n\r\n"
		  "I say " GRUESSE " to all of you\r\n",
		  MIME "Content-Type: message/rfc822\r\n" LABEL "7bit\r\n\r\nTo: y\r\n"
		  MIME "Content-Type: text/plain; charset=unknown-8bit\r\n" LABEL
		  "quoted-printable\r\n\r\nI say Gr=C3=BC=C3=9F to all of you\r\n" },
		/* What is signed stays, or cannot go. */
		{ MIME "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n" LABEL
		  "8bit\r\n\r\nx\r\n--b--\r\n",
		  MIME "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n" LABEL
		  "8bit\r\n\r\nx\r\n--b--\r\n" },
		{ MIME "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n" UTF8
		  "\r\nI say " GRUESSE "\r\n--b--\r\n", NULL },
		{ MIME MIXED "\r\n" GRUESSE "\r\n--b\r\n\r\nx\r\n--b--\r\n", NULL },
		/* clang-format on */
	};

	for (size_t i = 0; i < countof(t); i++)
		check_conversion(slice_of(t[i].before), t[i].after);
}

TEST(seven_bit_of_a_part_without_header)
{
	check_conversion(S(MIME MIXED "\r\n--b\r\n\r\nI say but little: \xfc\r\n--b--"),
			 MIME MIXED "\r\n--b\r\n" LABEL "quoted-printable\r\n\r\n"
				    "I say but little: =FC\r\n--b--");
	check_conversion(S(MIME "Content-Type: text/plain; charset=utf-8\r\n\r\n"
				"a NUL is none of\0 7bit either\r\n"),
			 MIME UTF8 LABEL "quoted-printable\r\n\r\n"
					 "a NUL is none of=00 7bit either\r\n");
}
