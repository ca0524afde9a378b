#include "report/unpack.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"

static enum err unpack_into(struct buf *out, slice packed, size_t most)
{
	buf_init(out, most);
	return report_unpack(packed, out);
}

TEST(unpack_gzip)
{
	struct buf packed, out;

	buf_init(&packed, 4096);
	CHECK(gzip_pack(S("<feedback/>"), &packed));
	CHECK_INT(unpack_into(&out, buf_slice(&packed), 100), ERR_NONE);
	CHECK_SLICE(buf_slice(&out), S("<feedback/>"));
	buf_done(&out);
	CHECK_INT(unpack_into(&out, buf_slice(&packed), 11), ERR_NONE);
	buf_done(&out);
	CHECK_INT(unpack_into(&out, buf_slice(&packed), 10), ERR_LIMIT);
	buf_done(&out);
	for (size_t n = 2; n < packed.n; n++) {
		CHECK_INT(unpack_into(&out, slice_head(buf_slice(&packed), n), 100),
			  ERR_MALFORMED);
		buf_done(&out);
	}
	buf_done(&packed);
}

TEST(unpack_plain)
{
	struct buf out;

	CHECK_INT(unpack_into(&out, S("{}"), 100), ERR_NONE);
	CHECK_SLICE(buf_slice(&out), S("{}"));
	buf_done(&out);
}

/* What python's zipfile makes of a.xml with "<a/>", deflated. */
TEST(unpack_zip)
{
	static const char deflated[] = "PK\x03\x04\x14\0\0\0\x08\0\0\0!\0\x39\x12\x22\x39"
				       "\x06\0\0\0\x04\0\0\0\x05\0\0\0a.xml"
				       "\xb3\x49\xd4\xb7\x03\0";
	static const char stored[] = "PK\x03\x04\x14\0\0\0\0\0\0\0!\0\x39\x12\x22\x39"
				     "\x04\0\0\0\x04\0\0\0\x05\0\0\0a.xml<a/>";
	static const char locked[] = "PK\x03\x04\x14\0\x01\0\0\0\0\0!\0\x39\x12\x22\x39"
				     "\x04\0\0\0\x04\0\0\0\x05\0\0\0a.xml<a/>";
	struct buf out;

	CHECK_INT(unpack_into(&out, (slice){ deflated, sizeof(deflated) - 1 }, 100),
		  ERR_NONE);
	CHECK_SLICE(buf_slice(&out), S("<a/>"));
	buf_done(&out);
	CHECK_INT(unpack_into(&out, (slice){ stored, sizeof(stored) - 1 }, 100),
		  ERR_NONE);
	CHECK_SLICE(buf_slice(&out), S("<a/>"));
	buf_done(&out);
	CHECK_INT(unpack_into(&out, (slice){ stored, sizeof(stored) - 2 }, 100),
		  ERR_MALFORMED);
	buf_done(&out);
	CHECK_INT(unpack_into(&out, (slice){ locked, sizeof(locked) - 1 }, 100),
		  ERR_MALFORMED);
	buf_done(&out);
	CHECK_INT(unpack_into(&out, (slice){ stored, 20 }, 100), ERR_MALFORMED);
	buf_done(&out);
}

TEST(unpack_bomb)
{
	enum { MUCH = 64 * 1024 * 1024 };
	char *zeros = calloc(1, MUCH);
	struct buf packed, out;

	CHECK(zeros);
	buf_init(&packed, 2 * (size_t)MUCH);
	CHECK(gzip_pack((slice){ zeros, MUCH }, &packed));
	CHECK(packed.n < 100 * 1024);
	CHECK_INT(unpack_into(&out, buf_slice(&packed), UNPACKED_MAX), ERR_LIMIT);
	CHECK(out.n <= UNPACKED_MAX);
	buf_done(&out);
	buf_done(&packed);
	free(zeros);
}
