#include "message/charset.h"

/*
 * The labels of the WHATWG encoding standard 4.2, for mail is written by programs that
 * mean by "iso-8859-1" or "gb2312" what browsers mean by it. Where that standard refuses
 * to decode (ISO-2022-KR, ISO-2022-CN, HZ) mail does decode. UTF-16 without a mark is
 * big-endian here (RFC 2781 4.3), not little-endian.
 */
/* clang-format off */
static const struct encoding {
	slice converter; /* a name that ICU knows, or that text.c does itself */
	slice labels;    /* each between two spaces */
} encodings[] = {
	{ SLICE_INIT("utf-8"),
	  SLICE_INIT(" unicode-1-1-utf-8 utf-8 utf8 ") },
	{ SLICE_INIT("ibm-866"),
	  SLICE_INIT(" 866 cp866 csibm866 ibm866 ") },
	{ SLICE_INIT("iso-8859-2"),
	  SLICE_INIT(" csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592"
	             " iso_8859-2 iso_8859-2:1987 l2 latin2 ") },
	{ SLICE_INIT("iso-8859-3"),
	  SLICE_INIT(" csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593"
	             " iso_8859-3 iso_8859-3:1988 l3 latin3 ") },
	{ SLICE_INIT("iso-8859-4"),
	  SLICE_INIT(" csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594"
	             " iso_8859-4 iso_8859-4:1988 l4 latin4 ") },
	{ SLICE_INIT("iso-8859-5"),
	  SLICE_INIT(" csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5"
	             " iso88595 iso_8859-5 iso_8859-5:1988 ") },
	{ SLICE_INIT("iso-8859-6"),
	  SLICE_INIT(" arabic asmo-708 csiso88596e csiso88596i csisolatinarabic"
	             " ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127"
	             " iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 ") },
	{ SLICE_INIT("iso-8859-7"),
	  SLICE_INIT(" csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7"
	             " iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987"
	             " sun_eu_greek ") },
	{ SLICE_INIT("iso-8859-8"),
	  SLICE_INIT(" csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8"
	             " iso-8859-8-e iso-8859-8-i iso-ir-138 iso8859-8 iso88598"
	             " iso_8859-8 iso_8859-8:1988 logical visual ") },
	{ SLICE_INIT("iso-8859-10"),
	  SLICE_INIT(" csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6"
	             " latin6 ") },
	{ SLICE_INIT("iso-8859-13"),
	  SLICE_INIT(" iso-8859-13 iso8859-13 iso885913 ") },
	{ SLICE_INIT("iso-8859-14"),
	  SLICE_INIT(" iso-8859-14 iso8859-14 iso885914 ") },
	{ SLICE_INIT("iso-8859-15"),
	  SLICE_INIT(" csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 ") },
	{ SLICE_INIT("iso-8859-16"),
	  SLICE_INIT(" iso-8859-16 iso8859-16 iso885916 iso-ir-226 latin10 ") },
	{ SLICE_INIT("koi8-r"),
	  SLICE_INIT(" cskoi8r koi koi8 koi8-r koi8_r ") },
	{ SLICE_INIT("koi8-u"),
	  SLICE_INIT(" koi8-u koi8-ru ") },
	{ SLICE_INIT("macintosh"),
	  SLICE_INIT(" csmacintosh mac macintosh x-mac-roman ") },
	{ SLICE_INIT("windows-874"),
	  SLICE_INIT(" dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 ") },
	{ SLICE_INIT("windows-1250"),
	  SLICE_INIT(" cp1250 windows-1250 x-cp1250 ") },
	{ SLICE_INIT("windows-1251"),
	  SLICE_INIT(" cp1251 windows-1251 x-cp1251 ") },
	{ SLICE_INIT("windows-1252"),
	  SLICE_INIT(" ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819"
	             " iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1"
	             " iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 ") },
	{ SLICE_INIT("windows-1253"),
	  SLICE_INIT(" cp1253 windows-1253 x-cp1253 ") },
	{ SLICE_INIT("windows-1254"),
	  SLICE_INIT(" cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599"
	             " iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254 ") },
	{ SLICE_INIT("windows-1255"),
	  SLICE_INIT(" cp1255 windows-1255 x-cp1255 ") },
	{ SLICE_INIT("windows-1256"),
	  SLICE_INIT(" cp1256 windows-1256 x-cp1256 ") },
	{ SLICE_INIT("windows-1257"),
	  SLICE_INIT(" cp1257 windows-1257 x-cp1257 ") },
	{ SLICE_INIT("windows-1258"),
	  SLICE_INIT(" cp1258 windows-1258 x-cp1258 ") },
	{ SLICE_INIT("x-mac-cyrillic"),
	  SLICE_INIT(" x-mac-cyrillic x-mac-ukrainian ") },
	{ SLICE_INIT("gb18030"),
	  SLICE_INIT(" chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80"
	             " gbk iso-ir-58 x-gbk gb18030 ") },
	{ SLICE_INIT("big5-hkscs"),
	  SLICE_INIT(" big5 big5-hkscs cn-big5 csbig5 x-x-big5 ") },
	{ SLICE_INIT("euc-jp"),
	  SLICE_INIT(" cseucpkdfmtjapanese euc-jp x-euc-jp ") },
	{ SLICE_INIT("iso-2022-jp"),
	  SLICE_INIT(" csiso2022jp iso-2022-jp ") },
	{ SLICE_INIT("windows-31j"),
	  SLICE_INIT(" csshiftjis ms932 ms_kanji shift-jis shift_jis sjis"
	             " windows-31j x-sjis ") },
	{ SLICE_INIT("windows-949"),
	  SLICE_INIT(" cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987"
	             " ks_c_5601-1989 ksc5601 ksc_5601 windows-949 ") },
	{ SLICE_INIT("iso-2022-kr"),
	  SLICE_INIT(" csiso2022kr iso-2022-kr ") },
	{ SLICE_INIT("hz"),
	  SLICE_INIT(" hz-gb-2312 ") },
	{ SLICE_INIT("iso-2022-cn"),
	  SLICE_INIT(" iso-2022-cn ") },
	{ SLICE_INIT("iso-2022-cn-ext"),
	  SLICE_INIT(" iso-2022-cn-ext ") },
	{ SLICE_INIT("utf-16be"),
	  SLICE_INIT(" utf-16be ") },
	{ SLICE_INIT("utf-16"),
	  SLICE_INIT(" utf-16 ") },
	{ SLICE_INIT("utf-16le"),
	  SLICE_INIT(" utf-16le ") },
	{ SLICE_INIT("x-user-defined"),
	  SLICE_INIT(" x-user-defined ") },
};
/* clang-format on */

/* RFC 2978 2.3 allows more, but ICU reads options behind "," and files behind "/". */
static bool is_name(slice label)
{
	if (label.n == 0 || label.n >= CHARSET_NAME_MAX) return false;
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (!is_alpha(c) && !is_digit(c) && slice_find_char(S("-_.:+()"), c) == 7)
			return false;
	}
	return true;
}

static bool has_label(slice labels, slice label)
{
	slice known;

	while (take_char(&labels, ' ') && take_word(&labels, &known))
		if (slice_eq_nocase(known, label)) return true;
	return false;
}

slice charset_converter(slice label)
{
	label = slice_trim(label);
	if (!is_name(label)) return (slice){ "", 0 };
	for (size_t i = 0; i < countof(encodings); i++)
		if (has_label(encodings[i].labels, label)) return encodings[i].converter;
	return label;
}

/* ISO/IEC 8859-16 from 0xA0 on: ICU lacks it. */
static const uint16_t latin10[] = {
	0x00a0, 0x0104, 0x0105, 0x0141, 0x20ac, 0x201e, 0x0160, 0x00a7, 0x0161, 0x00a9,
	0x0218, 0x00ab, 0x0179, 0x00ad, 0x017a, 0x017b, 0x00b0, 0x00b1, 0x010c, 0x0142,
	0x017d, 0x201d, 0x00b6, 0x00b7, 0x017e, 0x010d, 0x0219, 0x00bb, 0x0152, 0x0153,
	0x0178, 0x017c, 0x00c0, 0x00c1, 0x00c2, 0x0102, 0x00c4, 0x0106, 0x00c6, 0x00c7,
	0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd, 0x00ce, 0x00cf, 0x0110, 0x0143,
	0x00d2, 0x00d3, 0x00d4, 0x0150, 0x00d6, 0x015a, 0x0170, 0x00d9, 0x00da, 0x00db,
	0x00dc, 0x0118, 0x021a, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x0103, 0x00e4, 0x0107,
	0x00e6, 0x00e7, 0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed, 0x00ee, 0x00ef,
	0x0111, 0x0144, 0x00f2, 0x00f3, 0x00f4, 0x0151, 0x00f6, 0x015b, 0x0171, 0x00f9,
	0x00fa, 0x00fb, 0x00fc, 0x0119, 0x021b, 0x00ff,
};

uint32_t charset_latin10(unsigned char octet)
{
	return octet < 0xa0 ? octet : latin10[octet - 0xa0];
}

uint32_t charset_user_defined(unsigned char octet)
{
	return octet < 0x80 ? octet : 0xf700u + octet;
}
