#include "mailauth/report_uri.h"

#include "base/test.h"

TEST(report_uris_of_a_list)
{
	slice list = S(" mailto:a@x.test!50m , nonsense,, https://x.test/v1?a=b,"
		       "mailto:a b@x.test,mailto:%zz, mailto:b%2Cc@x.test ");
	slice uri;

	CHECK(take_report_uri(&list, &uri));
	CHECK_SLICE(uri, S("mailto:a@x.test"));
	CHECK(take_report_uri(&list, &uri));
	CHECK_SLICE(uri, S("https://x.test/v1?a=b"));
	CHECK(take_report_uri(&list, &uri));
	CHECK_SLICE(uri, S("mailto:b%2Cc@x.test"));
	CHECK(!take_report_uri(&list, &uri));
}

TEST(report_uri_addresses)
{
	static const struct {
		const char *uri, *address; /* NULL: none */
	} t[] = {
		{ "mailto:reports@example.com", "reports@example.com" },
		{ "MAILTO:a%2Bb@x.test?subject=x", "a+b@x.test" },
		{ "mailto:a@x.test,b@x.test", NULL },
		{ "mailto:a%0d%0a@x.test", NULL },
		{ "mailto:@x.test", NULL },
		{ "mailto:a@", NULL },
		{ "mailto:a@b@x.test", NULL },
		{ "https://x.test/", NULL },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;

		buf_init(&out, 100);
		buf_add(&out, S("to "));
		CHECK_INT(report_uri_address(slice_of(t[i].uri), &out),
			  t[i].address != NULL);
		CHECK_SLICE(slice_skip(buf_slice(&out), 3), slice_of(t[i].address));
		buf_done(&out);
	}
}
