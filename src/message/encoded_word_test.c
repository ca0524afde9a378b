#include "base/test.h"
#include "message/encoded_word.h"

#include <stdlib.h>
#include <string.h>

static void check(void (*convert)(slice, struct buf *), const char *in, const char *want)
{
	struct buf out;

	buf_init(&out, 10000);
	convert(slice_of(in), &out);
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

/* Beginning with RFC 2047 section 8. */
TEST(encoded_word_decode)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "(=?ISO-8859-1?Q?a?=)", "(a)" },
		{ "(=?ISO-8859-1?Q?a?= b)", "(a b)" },
		{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)" },
		{ "(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)" },
		{ "(=?ISO-8859-1?Q?a_b?=)", "(a b)" },
		{ "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)" },
		{ "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
		  " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
		  "If you can read this you understand the example." },
		{ "=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore" }, /* RFC 2231 5 */
		{ "=?utf-8?q?=c3?= =?UTF-8?B?pA==?=", "ä" },
		{ "=?utf-8?b?w6Q?= =?utf-8?b?w6 Q=?=", "ää" },
		{ "=?iso-2022-jp?B?GyRCJUYbKEI=?=\t=?iso-2022-jp?B?GyRCJUYbKEI=?=",
		  "テテ" },
		{ "=?x-none?q?=41?= =?utf-8?q?b?=", "=?x-none?q?=41?= b" },
		{ "=?utf-8?q?a?= =?x-none?q?=41?= =?utf-8?q?b?=",
		  "a =?x-none?q?=41?= b" },
		{ "=?utf-8?x?a?= =?utf-8?q?b", "=?utf-8?x?a?= =?utf-8?q?b" },
		{ "=?utf-8?q?a b?c?=", "a b?c" },
		{ "=?utf-8?q?\?=a", "a" },
		{ "=?utf-8?q?=?==?=?=", "==?=?=" },
		{ "x=?utf-8?q?=C3=A4?=y", "xäy" },
		{ "\"=?utf-8?q?=C3=A4?=\"", "\"ä\"" },
		{ "=?utf-8?q?a=0D=0ABcc:_x=00?=", "aBcc: x" },
		{ "caf\xe9 \x80", "café €" },
		{ "café", "café" },
		{ "a\r\n b\r\n\tc", "a b\tc" },
		{ "=?utf-8?q?a=zz=4?=", "a=zz=4" },
		{ "", "" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check(encoded_word_decode, t[i].in, t[i].want);
}

/* RFC 2047 5: alone between white space, and none within. */
TEST(encoded_word_decode_strict)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "=?utf-8?q?=C3=A4?= b", "ä b" },
		{ "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab" },
		{ "x=?utf-8?q?=C3=A4?=", "x=?utf-8?q?=C3=A4?=" },
		{ "=?utf-8?q?=C3=A4?=y", "=?utf-8?q?=C3=A4?=y" },
		{ "=?utf-8?q?a b?=", "=?utf-8?q?a b?=" },
		{ "=?utf-8?q?a?b?=", "=?utf-8?q?a?b?=" },
		{ "\"=?utf-8?q?=C3=A4?=\"", "\"=?utf-8?q?=C3=A4?=\"" },
		{ "=?x-none?q?=41?=", "=?x-none?q?=41?=" },
		{ "=?utf-8?q?=?= =?utf-8?q?", "= =?utf-8?q?" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check(encoded_word_decode_strict, t[i].in, t[i].want);
}

TEST(encoded_word_encode)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "plain, \"as\" it is", "plain, \"as\" it is" },
		{ "", "" },
		{ "Käse im Haus", "=?utf-8?Q?K=C3=A4se_im_Haus?=" },
		{ "日本", "=?utf-8?B?5pel5pys?=" },
		{ "=?utf-8?q?x?=", "=?utf-8?B?PT91dGYtOD9xP3g/PQ==?=" },
		{ " a", "=?utf-8?Q?_a?=" },
		{ "a\r\nb", "=?utf-8?Q?a=0D=0Ab?=" },
		{ "これは長い件名ですから二つの語に分かれます",
		  "=?utf-8?B?"
		  "44GT44KM44Gv6ZW344GE5Lu25ZCN44Gn44GZ44GL44KJ5LqM44Gk44Gu6Kqe?=\r\n"
		  " =?utf-8?B?44Gr5YiG44GL44KM44G+44GZ?=" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check(encoded_word_encode, t[i].in, t[i].want);
}

TEST(encoded_word_decode_is_linear)
{
	static const char *const units[] = {
		"=?",         "=?x?q?a",       "=?utf-8?q?a",
		"=?utf-8?q?", "=?utf-8?q?a?=", "=?a?q?\?= "
	};
	enum { SIZE = 1 << 18 };
	char *text = malloc(SIZE);
	struct buf out;

	buf_init(&out, 4 * SIZE);
	for (size_t i = 0; i < countof(units); i++) {
		for (size_t k = 0; k < SIZE; k++)
			text[k] = units[i][k % strlen(units[i])];
		buf_reset(&out);
		encoded_word_decode((slice){ text, SIZE }, &out);
		CHECK(!out.overflow);
	}
	buf_done(&out);
	free(text);
}
