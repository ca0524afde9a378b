#include "http/gzip.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/test.h"

enum { TEXT_MAX = 1 << 20 };

TEST(http_gzip_is_accepted)
{
	static const struct {
		slice list;
		bool accepts;
	} t[] = {
		{ SLICE_INIT("gzip"), true },
		{ SLICE_INIT("deflate, GZIP;q=0.5 , br"), true },
		{ SLICE_INIT("gzip;q=1.0"), true },
		{ SLICE_INIT("gzip;q=0"), false },
		{ SLICE_INIT("br, gzip; q=0.000"), false },
		{ SLICE_INIT("identity"), false },
		{ SLICE_INIT("xgzip, gzipx"), false },
		{ SLICE_INIT(""), false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct http_request r = {
			.field_count = 1,
			.fields = { { S("Accept-Encoding"), t[i].list } },
		};

		CHECK_INT(http_accepts_gzip(&r), t[i].accepts);
	}
	CHECK(!http_accepts_gzip(&(struct http_request){ 0 }));
}

static void inflate_all(slice coded, struct buf *out)
{
	z_stream z = { 0 };
	char *room = buf_reserve(out, TEXT_MAX);

	CHECK_INT(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (const Bytef *)coded.p;
	z.avail_in = (uInt)coded.n;
	z.next_out = (Bytef *)room;
	z.avail_out = TEXT_MAX;
	CHECK_INT(inflate(&z, Z_FINISH), Z_STREAM_END);
	buf_commit(out, TEXT_MAX - z.avail_out);
	inflateEnd(&z);
}

TEST(http_gzip_there_and_back)
{
	struct http_gzip *g = http_gzip_new();
	struct buf text, coded, back;

	buf_init(&text, TEXT_MAX);
	buf_init(&coded, TEXT_MAX);
	buf_init(&back, TEXT_MAX);
	for (unsigned i = 0; i < 5000; i++) {
		size_t before = text.n;

		buf_addf(&text, "{\"id\":\"M1-%u\",\"x\":%u},", i, i * i);
		CHECK(http_gzip_add(g, slice_skip(buf_slice(&text), before), &coded));
	}
	CHECK(http_gzip_end(g, &coded));
	CHECK(coded.n < text.n / 2);
	inflate_all(buf_slice(&coded), &back);
	CHECK_SLICE(buf_slice(&back), buf_slice(&text));
	http_gzip_free(g);
	buf_done(&text);
	buf_done(&coded);
	buf_done(&back);
}
