#include "jmap/header_input.h"

#include "base/test.h"

static json_t *json(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

/* want NULL: it is refused. */
static void check(const char *property, const char *value, const char *want)
{
	struct header_property p;
	json_t *given = json(value);
	struct arena arena;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, 100000);
	CHECK(header_property_parse(slice_of(property), &p));
	CHECK_INT(header_input_property(&p, given, &arena, &out), want != NULL);
	if (want) CHECK_SLICE(buf_slice(&out), slice_of(want));
	json_decref(given);
	buf_done(&out);
	arena_done(&arena);
}

TEST(header_input)
{
	static const struct {
		const char *property, *value, *want;
	} t[] = {
		{ "header:X", "\" a\"", "X: a\r\n" },
		{ "header:X", "\"a\\r\\n b\"", "X:a\r\n b\r\n" },
		{ "header:X", "\"a\\r\\nb: c\"", NULL },
		{ "header:X", "\" \\u00e4\"", "X: =?utf-8?B?w6Q=?=\r\n" },
		{ "header:X", "3", NULL },
		{ "header:X:all", "[\" a\", \" b\"]", "X: a\r\nX: b\r\n" },
		{ "header:X:all", "\" a\"", NULL },
		{ "header:Subject:asText", "\"a\"", "Subject: a\r\n" },
		{ "header:Date:asDate", "\"2026-01-02T03:04:05+01:00\"",
		  "Date: Fri, 2 Jan 2026 03:04:05 +0100\r\n" },
		{ "header:Date:asDate", "\"yesterday\"", NULL },
		{ "header:References:asMessageIds", "[\"a@b\", \"c@d\"]",
		  "References: <a@b> <c@d>\r\n" },
		{ "header:References:asMessageIds", "[\"a b\"]", NULL },
		{ "header:List-Help:asURLs", "[\"mailto:a@b\", \"http://b/\"]",
		  "List-Help: <mailto:a@b>, <http://b/>\r\n" },
		{ "header:To:asAddresses", "[{\"name\": \"J\", \"email\": \"j@a.test\"}]",
		  "To: J <j@a.test>\r\n" },
		{ "header:To:asAddresses",
		  "[{\"name\": null, \"email\": \"j@a.test\"},"
		  " {\"email\": \"half\"}]",
		  "To: j@a.test, half\r\n" },
		{ "header:To:asAddresses", "[]", "" },
		{ "header:To:asAddresses", "[{\"name\": \"J\"}]", NULL },
		{ "header:To:asAddresses", "[{\"email\": \"a@b\", \"x\": 1}]", NULL },
		{ "header:To:asGroupedAddresses",
		  "[{\"name\": null, \"addresses\": [{\"email\": \"a@b\"}]},"
		  " {\"name\": \"Us\", \"addresses\": [{\"email\": \"c@d\"}]},"
		  " {\"name\": \"None\", \"addresses\": []}]",
		  "To: a@b, Us: c@d;, None:;\r\n" },
		{ "header:To:asAddresses:all",
		  "[[{\"email\": \"a@b\"}], [{\"email\": \"c@d\"}]]",
		  "To: a@b\r\nTo: c@d\r\n" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check(t[i].property, t[i].value, t[i].want);
}

/* Nothing in an address makes a second one, or a field. */
TEST(address_input)
{
	static const struct {
		const char *email, *local, *domain;
	} t[] = {
		{ "jo@a.test", "jo", "a.test" },
		{ "\"j o\"@a.test", "j o", "a.test" },
		{ "\"j\\\"o\"@a.test", "j\"o", "a.test" },
		{ "jo@[192.0.2.1]", "jo", "[192.0.2.1]" },
		{ "jo@[IPv6:2001:db8::1]", "jo", "[IPv6:2001:db8::1]" },
		{ "a@b@c.test", "a@b", "c.test" },
		{ "jo", "jo", "" },
		{ "jo@", "jo@", "" },
		{ "@a.test", "@a.test", "" },
		{ "a@b.test, c@d.test>", "a@b.test, c@d.test>", "" },
		{ "a@b.test\r\nBcc: x@y.test", NULL, NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice local, domain;
		struct arena arena;
		bool good;

		arena_init(&arena, 10000);
		good = address_input_split(slice_of(t[i].email), &arena, &local, &domain);
		CHECK_INT(good, t[i].local != NULL);
		if (good) CHECK_SLICE(local, slice_of(t[i].local));
		if (good) CHECK_SLICE(domain, slice_of(t[i].domain));
		arena_done(&arena);
	}
}
