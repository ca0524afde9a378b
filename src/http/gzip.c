#include "http/gzip.h"

#include <assert.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
	LEVEL = 4, /* JSON shrinks to a sixth; more costs twice as much for little */
	WINDOW_OF_GZIP = 15 + 16,
	MEMORY = 8,
	PIECE = 16 * 1024, /* octets that come out at once */
};

struct http_gzip {
	z_stream z;
};

/* "gzip;q=0", "gzip; q=0.000" */
static bool is_refused(slice parameters)
{
	size_t at = slice_find_nocase(parameters, S("q="));
	slice weight = slice_trim(slice_skip(parameters, at + 2));

	if (at == parameters.n || !take_char(&weight, '0')) return false;
	while (take_char(&weight, '.') || take_char(&weight, '0'))
		continue;
	return weight.n == 0;
}

static bool names_gzip(slice list)
{
	slice one, name;

	while (take_listed(&list, ',', &one)) {
		name = slice_trim(slice_head(one, slice_find_char(one, ';')));
		if (slice_eq_nocase(name, S("gzip")))
			return !is_refused(slice_skip(one, slice_find_char(one, ';')));
	}
	return false;
}

bool http_accepts_gzip(const struct http_request *r)
{
	const slice *field = http_request_field(r, S("accept-encoding"));

	return field && names_gzip(*field);
}

struct http_gzip *http_gzip_new(void)
{
	struct http_gzip *g = calloc(1, sizeof(*g));
	int done;

	assert(g);
	done = deflateInit2(&g->z, LEVEL, Z_DEFLATED, WINDOW_OF_GZIP, MEMORY,
			    Z_DEFAULT_STRATEGY);
	assert(done == Z_OK);
	return g;
}

void http_gzip_free(struct http_gzip *g)
{
	if (!g) return;
	deflateEnd(&g->z);
	free(g);
}

static bool run(struct http_gzip *g, slice piece, int flush, struct buf *out)
{
	char *room;

	g->z.next_in = (const Bytef *)piece.p;
	g->z.avail_in = (uInt)piece.n;
	do {
		room = buf_reserve(out, PIECE);
		if (!room) return false;
		g->z.next_out = (Bytef *)room;
		g->z.avail_out = PIECE;
		(void)deflate(&g->z, flush);
		buf_commit(out, PIECE - g->z.avail_out);
	} while (g->z.avail_out == 0);
	return true;
}

bool http_gzip_add(struct http_gzip *g, slice piece, struct buf *out)
{
	return run(g, piece, Z_NO_FLUSH, out);
}

bool http_gzip_end(struct http_gzip *g, struct buf *out)
{
	return run(g, S(""), Z_FINISH, out);
}
