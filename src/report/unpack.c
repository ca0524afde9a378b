#include "report/unpack.h"

#include <assert.h>
#include <zlib.h>

enum {
	PIECE = 64 * 1024,     /* octets unpacked at once */
	RAW_WINDOW = -15,      /* of zlib: deflate without a frame */
	GZIP_WINDOW = 15 + 16, /* of zlib: with gzip's */
	MEMORY_LEVEL = 8,
	ZIP_HEADER = 30, /* octets of a local file header, without names */
	ZIP_FLAGS = 6,   /* offsets in it */
	ZIP_METHOD = 8,
	ZIP_SIZE = 18,
	ZIP_NAME = 26,
	ZIP_EXTRA = 28,
	ZIP_ENCRYPTED = 1, /* flags */
	ZIP_STORED = 0,    /* methods */
	ZIP_DEFLATED = 8,
};

/* ---- deflate ---- */

static int unpack_piece(z_stream *z, struct buf *out)
{
	size_t room = out->max - out->n < PIECE ? out->max - out->n : PIECE;
	char *to = room ? buf_reserve(out, room) : NULL;
	char beyond = '\0';
	int result;

	z->next_out = (Bytef *)(to ? to : &beyond); /* its end may need no room */
	z->avail_out = to ? (uInt)room : 1;
	result = inflate(z, Z_NO_FLUSH);
	if (to) buf_commit(out, room - z->avail_out);
	return to || z->avail_out ? result : Z_MEM_ERROR;
}

static enum err inflate_all(slice packed, int window, struct buf *out)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.p,
		       .avail_in = (uInt)packed.n };
	int result = inflateInit2(&z, window);

	assert(result == Z_OK);
	do {
		result = unpack_piece(&z, out);
	} while (result == Z_OK && (z.avail_in || z.avail_out == 0));
	inflateEnd(&z);
	return result == Z_STREAM_END  ? ERR_NONE
	       : result == Z_MEM_ERROR ? ERR_LIMIT
				       : ERR_MALFORMED;
}

/* ---- zip ---- */

static uint32_t number_at(slice s, size_t at, size_t octets)
{
	uint32_t value = 0;

	for (size_t i = octets; i > 0; i--)
		value = value << 8 | (unsigned char)s.p[at + i - 1];
	return value;
}

static enum err unpack_zip(slice in, struct buf *out)
{
	uint32_t method, size;
	slice data;

	if (in.n < ZIP_HEADER || number_at(in, ZIP_FLAGS, 2) & ZIP_ENCRYPTED)
		return ERR_MALFORMED;
	method = number_at(in, ZIP_METHOD, 2);
	size = number_at(in, ZIP_SIZE, 4);
	data = slice_skip(in, (size_t)ZIP_HEADER + number_at(in, ZIP_NAME, 2) +
				      number_at(in, ZIP_EXTRA, 2));
	if (method == ZIP_DEFLATED) return inflate_all(data, RAW_WINDOW, out);
	if (method != ZIP_STORED || size > data.n) return ERR_MALFORMED;
	return buf_add(out, slice_head(data, size)) ? ERR_NONE : ERR_LIMIT;
}

enum err report_unpack(slice packed, struct buf *out)
{
	enum err e;

	if (packed.n > UINT32_MAX) return ERR_LIMIT;
	if (slice_starts(packed, S("PK\x03\x04")))
		e = unpack_zip(packed, out);
	else if (slice_starts(packed, S("\x1f\x8b")))
		e = inflate_all(packed, GZIP_WINDOW, out);
	else
		e = buf_add(out, packed) ? ERR_NONE : ERR_LIMIT;
	return e;
}

/* ---- gzip ---- */

bool gzip_pack(slice plain, struct buf *out)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)plain.p,
		       .avail_in = (uInt)plain.n };
	size_t room;
	char *to;
	int result = deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW,
				  MEMORY_LEVEL, Z_DEFAULT_STRATEGY);

	assert(result == Z_OK);
	room = deflateBound(&z, plain.n);
	to = buf_reserve(out, room);
	if (to) {
		z.next_out = (Bytef *)to;
		z.avail_out = (uInt)room;
		result = deflate(&z, Z_FINISH);
		buf_commit(out, room - z.avail_out);
	}
	deflateEnd(&z);
	return to && result == Z_STREAM_END;
}
