#include "base/utf7.h"

#include "base/test.h"

TEST(utf7_both_ways)
{
	static const struct {
		slice utf7, utf8;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("INBOX"), SLICE_INIT("INBOX") },
		/* RFC 3501 5.1.3 */
		{ SLICE_INIT("~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
		  SLICE_INIT("~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/"
			     "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e") },
		{ SLICE_INIT("&U,BTF2XlZyyKng-"),
		  SLICE_INIT("\xe5\x8f\xb0\xe5\x8c\x97\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa"
			     "\x9e") },
		{ SLICE_INIT("&Jjo-!"), SLICE_INIT("\xe2\x98\xba!") },
		{ SLICE_INIT("A&-B"), SLICE_INIT("A&B") },
		{ SLICE_INIT("&-&-"), SLICE_INIT("&&") },
		{ SLICE_INIT("Entw&APw-rfe"), SLICE_INIT("Entw\xc3\xbcrfe") },
		{ SLICE_INIT("&2D3eAA-"), SLICE_INIT("\xf0\x9f\x98\x80") },
		{ SLICE_INIT("&AAA-&-&AH8-"), SLICE_INIT("\0&\x7f") },
	};
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < countof(t); i++) {
		buf_reset(&b);
		CHECK(utf7_to_utf8(&b, t[i].utf7));
		CHECK_SLICE(buf_slice(&b), t[i].utf8);
		buf_reset(&b);
		CHECK(utf7_from_utf8(&b, t[i].utf8));
		CHECK_SLICE(buf_slice(&b), t[i].utf7);
	}
	buf_done(&b);
}

TEST(utf7_refuses)
{
	static const slice bad[] = {
		SLICE_INIT("&Jjo!"),              /* RFC 3501 5.1.3: no shift back */
		SLICE_INIT("&U,BTFw-&ZeVnLIqe-"), /* the same: superfluous shift */
		SLICE_INIT("&"),
		SLICE_INIT("a&Jjo"),
		SLICE_INIT("&AEE-"),    /* printable ASCII in base64 */
		SLICE_INIT("&ACY-"),    /* "&" itself */
		SLICE_INIT("&Jjp-"),    /* stray bits */
		SLICE_INIT("&JjoA-"),   /* six bits too many */
		SLICE_INIT("&Jj-"),     /* half a unit */
		SLICE_INIT("&Jjo=-"),   /* padding */
		SLICE_INIT("&U/BTFw-"), /* not the modified alphabet */
		SLICE_INIT("&2D0-"),    /* lone high surrogate */
		SLICE_INIT("&3gA-"),    /* lone low surrogate */
		SLICE_INIT("&2D0AQQ-"), /* high surrogate and no low one */
		SLICE_INIT("\xc3\xa9"),
		SLICE_INIT("a\tb"),
	};
	struct buf b;

	buf_init(&b, 100);
	buf_add(&b, S("kept"));
	for (size_t i = 0; i < countof(bad); i++) {
		CHECK(!utf7_to_utf8(&b, bad[i]));
		CHECK_SLICE(buf_slice(&b), S("kept"));
	}
	CHECK(!utf7_from_utf8(&b, S("a\xc3\xa9\xed\xa0\x80")));
	CHECK(!utf7_from_utf8(&b, S("\xff")));
	CHECK_SLICE(buf_slice(&b), S("kept"));
	CHECK(!b.overflow);
	buf_done(&b);
}
