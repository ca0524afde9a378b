#include "pop3/surrogate.h"

#include "base/test.h"
#include "base/utf8.h"

static void check(const char *header, const char *wanted)
{
	struct buf out;

	buf_init(&out, SURROGATE_MAX);
	surrogate_header(slice_of(header), &out);
	CHECK(is_ascii(buf_slice(&out)));
	CHECK_SLICE(buf_slice(&out), slice_of(wanted));
	buf_done(&out);
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
