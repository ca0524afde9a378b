#include "pop3/surrogate.h"

#include "base/test.h"
#include "base/utf8.h"

static void check_all_but(const char *header, size_t body, const char *wanted)
{
	slice all = slice_of(header);
	struct buf out;

	buf_init(&out, SURROGATE_MAX);
	CHECK_INT(surrogate_header(all, &out), all.n - body);
	CHECK(is_ascii(buf_slice(&out)));
	CHECK_SLICE(buf_slice(&out), slice_of(wanted));
	buf_done(&out);
}

static void check(const char *header, const char *wanted)
{
	check_all_but(header, 0, wanted);
}

/* RFC 6858 2, each paragraph. */
TEST(surrogate_header)
{
	check("Received: a\r\n b\r\nFrom: \xc3\xa5@b.test\r\n\r\n",
	      "Received: a\r\n b\r\n"
	      "From: =?utf-8?B?w6VAYi50ZXN0?= "
	      "<invalid@internationalized-address.invalid>\r\n\r\n");
	check("Content-Disposition: attachment; filename=\xc3\xa5\r\n\r\n",
	      "Content-Disposition: attachment\r\n\r\n");
	check("Content-Type: a/b; x=\"\xc3\xa5;\"; y=z\r\n\r\n",
	      "Content-Type: a/b; y=z\r\n\r\n");
	check("Subject: \xc3\xa5\r\nX: \xc3\xa5\r\nY: z\r\n",
	      "Subject: =?utf-8?B?w6U=?=\r\nY: z\r\n");
	check("Subject: \xe5\r\n\r\n", "Subject: =?utf-8?B?w6U=?=\r\n\r\n");
}

TEST(surrogate_of_what_is_no_field)
{
	check("From a Mon Jan  2\r\nSubject: \xc3\xa5\r\n.no field\r\nY: z\r\n\r\n",
	      "From a Mon Jan  2\r\nSubject: =?utf-8?B?w6U=?=\r\n.no field\r\nY: "
	      "z\r\n\r\n");
	check("\xc3\xa5\r\nY: z\r\n\r\n", "Y: z\r\n\r\n");
	check("\n", "\n");
	check_all_but("Y: z\nno field, \xc3\xa5\nno end", 19, "Y: z\n");
	check_all_but("no header: \xc3\xa5", 13, "");
	check_all_but("just text, \xc3\xa5\r\n", 15, "");
}
