#include "jmap/header_form.h"

#include <stdlib.h>

#include "base/test.h"

static void check_json(json_t *got, const char *want)
{
	char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

	CHECK_SLICE(slice_of(text), slice_of(want));
	free(text);
	json_decref(got);
}

TEST(header_property_grammar)
{
	static const struct {
		const char *text;
		bool ok;
		const char *name;
		enum header_form form;
		bool all;
	} t[] = {
		{ "header:Subject", true, "Subject", HEADER_RAW, false },
		{ "header:Subject:asRaw", true, "Subject", HEADER_RAW, false },
		{ "header:sUBJECT:asText", true, "sUBJECT", HEADER_TEXT, false },
		{ "header:X:all", true, "X", HEADER_RAW, true },
		{ "header:Resent-To:asAddresses:all", true, "Resent-To", HEADER_ADDRESSES,
		  true },
		{ "header:To:asGroupedAddresses", true, "To", HEADER_GROUPED_ADDRESSES,
		  false },
		{ "header:x:asDate", true, "x", HEADER_DATE, false },
		{ "header:list-id:asText", true, "list-id", HEADER_TEXT, false },
		{ "header:list-id:asURLs", true, "list-id", HEADER_URLS, false },
		{ "header:From:asDate", false, "", 0, false },
		{ "header:From:asText", false, "", 0, false },
		{ "header:Received:asText", false, "", 0, false },
		{ "header:Date:asText", false, "", 0, false },
		{ "header:list-post:asText", false, "", 0, false },
		{ "header:Subject:asText:", false, "", 0, false },
		{ "header:Subject:astext", false, "", 0, false },
		{ "header:Subject:text", false, "", 0, false },
		{ "header:Subject:all:asText", false, "", 0, false },
		{ "header:Subject:All", false, "", 0, false },
		{ "header:Sub ject", false, "", 0, false },
		{ "header:S\xc3\xbc", false, "", 0, false },
		{ "header:", false, "", 0, false },
		{ "header::asText", false, "", 0, false },
		{ "Header:Subject", false, "", 0, false },
		{ "subject", false, "", 0, false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct header_property p = { .name = S("before") };

		CHECK(header_property_parse(slice_of(t[i].text), &p) == t[i].ok);
		CHECK_SLICE(p.name, slice_of(t[i].ok ? t[i].name : "before"));
		if (!t[i].ok) continue;
		CHECK_INT(p.form, t[i].form);
		CHECK(p.all == t[i].all);
	}
}

/* Beginning with RFC 8621 4.1.2.3 and 4.1.2.4. */
#define JAMES                                                                            \
	"\"  James Smythe\" <james@example.com>, Friends:\r\n"                           \
	"  jane@example.com, =?UTF-8?Q?John_Sm=C3=AEth?=\r\n  <john@example.com>;"

TEST(header_values)
{
	static const struct {
		enum header_form form;
		const char *value, *want;
	} t[] = {
		{ HEADER_ADDRESSES, JAMES,
		  "[{\"name\":\"James Smythe\",\"email\":\"james@example.com\"},"
		  "{\"name\":null,\"email\":\"jane@example.com\"},"
		  "{\"name\":\"John Smîth\",\"email\":\"john@example.com\"}]" },
		{ HEADER_GROUPED_ADDRESSES, JAMES,
		  "[{\"name\":null,\"addresses\":["
		  "{\"name\":\"James Smythe\",\"email\":\"james@example.com\"}]},"
		  "{\"name\":\"Friends\",\"addresses\":["
		  "{\"name\":null,\"email\":\"jane@example.com\"},"
		  "{\"name\":\"John Smîth\",\"email\":\"john@example.com\"}]}]" },
		{ HEADER_GROUPED_ADDRESSES, " A:;, b@c, d@e",
		  "[{\"name\":\"A\",\"addresses\":[]},{\"name\":null,\"addresses\":["
		  "{\"name\":null,\"email\":\"b@c\"},"
		  "{\"name\":null,\"email\":\"d@e\"}]}]" },
		{ HEADER_ADDRESSES, "", "[]" },
		{ HEADER_ADDRESSES, "b@c (=?utf-8?q?J=C3=B6?=)",
		  "[{\"name\":\"Jö\",\"email\":\"b@c\"}]" },
		{ HEADER_ADDRESSES, "\"=?utf-8?q?J=C3=B6?=\" <b@c>",
		  "[{\"name\":\"=?utf-8?q?J=C3=B6?=\",\"email\":\"b@c\"}]" },
		{ HEADER_ADDRESSES, "\"a \\\"q\\\"\" <\"x y\"@c>",
		  "[{\"name\":\"a \\\"q\\\"\",\"email\":\"\\\"x y\\\"@c\"}]" },
		{ HEADER_ADDRESSES, "John Doe",
		  "[{\"name\":null,\"email\":\"John Doe\"}]" },
		{ HEADER_RAW, " a\r\n\t=?utf-8?q?b?= \xff",
		  "\" a\\r\\n\\t=?utf-8?q?b?= �\"" },
		{ HEADER_TEXT, "  a\r\n\t=?utf-8?q?e=CC=81?= ", "\"a\\té \"" },
		{ HEADER_TEXT, "\r\n a", "\"a\"" },
		{ HEADER_TEXT, "\t a", "\"\\t a\"" },
		{ HEADER_TEXT, " =?utf-8?q?a=00=0Ab=C3?=", "\"ab�\"" },
		{ HEADER_TEXT, " x=?utf-8?q?a?=", "\"x=?utf-8?q?a?=\"" },
		{ HEADER_TEXT, "", "\"\"" },
		{ HEADER_MESSAGE_IDS, " <a@b> (c <d>)\r\n <e\r\n @f>",
		  "[\"a@b\",\"e@f\"]" },
		{ HEADER_MESSAGE_IDS, " none", "null" },
		{ HEADER_DATE, " Tue, 1 Jul 2003 10:52:37 +0200",
		  "\"2003-07-01T10:52:37+02:00\"" },
		{ HEADER_DATE, " 1 Jul 2003 (x) 10:52 GMT", "\"2003-07-01T10:52:00Z\"" },
		{ HEADER_DATE, " 1 Jul 2003 10:52 +9900", "\"2003-06-27T07:52:00Z\"" },
		{ HEADER_DATE, " yesterday", "null" },
		{ HEADER_URLS, " <mailto:a@b?x=(y)>,\r\n (c) <http://a/\r\n b>",
		  "[\"mailto:a@b?x=(y)\",\"http://a/b\"]" },
		{ HEADER_URLS, " NO (closed)", "null" },
		{ HEADER_URLS, " <a:b>, x, <c:d>", "[\"a:b\"]" },
		{ HEADER_URLS, " <a:b", "null" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_json(header_value(slice_of(t[i].value), t[i].form), t[i].want);
}

TEST(nul_octets_of_headers_are_dropped)
{
	check_json(header_value(S(" a\0b"), HEADER_RAW), "\" ab\"");
	check_json(header_value(S(" a\0b"), HEADER_TEXT), "\"ab\"");
	check_json(header_value(S("\0a <b\0@c>"), HEADER_ADDRESSES),
		   "[{\"name\":\"a\",\"email\":\"b@c\"}]");
}

static const struct mime_part part = {
	.fields =
		(const struct header_field[]){
			{ SLICE_INIT("Subject"), SLICE_INIT(" one"), 0, 0 },
			{ SLICE_INIT("X"), SLICE_INIT(" y"), 0, 0 },
			{ SLICE_INIT("SUBJECT"), SLICE_INIT(" two"), 0, 0 },
		},
	.field_count = 3,
};

TEST(header_properties)
{
	static const struct {
		const char *property, *want;
	} t[] = {
		{ "header:subject", "\" two\"" },
		{ "header:Subject:asText:all", "[\"one\",\"two\"]" },
		{ "header:x:all", "[\" y\"]" },
		{ "header:y", "null" },
		{ "header:y:asAddresses:all", "[]" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct header_property p;

		CHECK(header_property_parse(slice_of(t[i].property), &p));
		check_json(header_property_value(&part, &p), t[i].want);
	}
	check_json(header_list(&part), "[{\"name\":\"Subject\",\"value\":\" one\"},"
				       "{\"name\":\"X\",\"value\":\" y\"},"
				       "{\"name\":\"SUBJECT\",\"value\":\" two\"}]");
}
