#include "base/test.h"
#include "jmap/email_fixture_test.h"

static const char plain[] = "Subject: The Foosball competition\r\n\r\n"
			    "This year the\r\nfoosball <competition> will be held\r\n";
static const char html[] =
	"Subject: =?utf-8?q?J=C3=B6rg?= & co\r\n"
	"Content-Type: text/html; charset=utf-8\r\n"
	"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	"<p class=3D\"foo\">J=C3=96RG says <b>the</b> bar&amp;</p>\r\n";

static void ask(struct test_drive *d, const char *filter)
{
	char arguments[1000];

	snprintf(arguments, sizeof(arguments), "'emailIds': ['$a', '$b'], 'filter': %s",
		 filter);
	test_call(d, "SearchSnippet/get", arguments);
}

TEST(snippets)
{
	static const struct {
		const char *filter, *subject_a, *preview_a, *subject_b, *preview_b;
	} t[] = {
		{ "null", "null", "null", "null", "null" },
		{ "{'text': 'foo'}", "'The <mark>Foo</mark>sball competition'",
		  "'This year the <mark>foo</mark>sball &lt;competition&gt; will be "
		  "held'",
		  "null", "null" },
		{ "{'subject': 'j\xc3\xb6rg'}", "null", "null",
		  "'<mark>J\xc3\xb6rg</mark> &amp; co'", "null" },
		{ "{'body': '\\\"the bar&\\\"'}", "null", "null", "null",
		  "'J\xc3\x96RG says <mark>the bar&amp;</mark>'" },
		{ "{'operator': 'OR', 'conditions': [{'subject': 'the'}, {'body': "
		  "'says'}]}",
		  "'<mark>The</mark> Foosball competition'", "null", "null",
		  "'J\xc3\x96RG <mark>says</mark> the bar&amp;'" },
		{ "{'operator': 'NOT', 'conditions': [{'text': 'foo'}]}", "null", "null",
		  "null", "null" },
		{ "{'from': 'foo', 'hasAttachment': false}", "null", "null", "null",
		  "null" },
	};
	struct test_drive d;

	test_drive_init(&d);
	test_email(&d, "a", slice_of(plain));
	test_email(&d, "b", slice_of(html));
	for (size_t i = 0; i < countof(t); i++) {
		ask(&d, t[i].filter);
		CHECK_AT(&d, "/0/1/notFound", "null");
		CHECK_AT(&d, "/0/1/list/0/emailId", "'$a'");
		CHECK_AT(&d, "/0/1/list/0/subject", t[i].subject_a);
		CHECK_AT(&d, "/0/1/list/0/preview", t[i].preview_a);
		CHECK_AT(&d, "/0/1/list/1/subject", t[i].subject_b);
		CHECK_AT(&d, "/0/1/list/1/preview", t[i].preview_b);
	}
	test_drive_done(&d);
}

TEST(snippets_of_nothing)
{
	struct test_drive d;

	test_drive_init(&d);
	test_call(&d, "SearchSnippet/get", "'emailIds': ['x'], 'filter': {'text': 'a'}");
	CHECK_AT(&d, "/0/1", "{'accountId': '$A', 'list': [], 'notFound': ['x']}");
	test_call(&d, "SearchSnippet/get", "'emailIds': []");
	CHECK_AT(&d, "/0/1", "{'accountId': '$A', 'list': [], 'notFound': null}");
	test_call(&d, "SearchSnippet/get", "'filter': {'text': 'a'}");
	CHECK_AT(&d, "/0/1/type", "'invalidArguments'");
	test_call(&d, "SearchSnippet/get", "'emailIds': [], 'filter': {'nothing': 'a'}");
	CHECK_AT(&d, "/0/1/type", "'unsupportedFilter'");
	test_drive_done(&d);
}
