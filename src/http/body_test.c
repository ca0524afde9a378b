/* Content in every cut: the same octets, the same end, the same faults. */
#include "http/body.h"

#include "base/buf.h"
#include "base/test.h"

enum { CONTENT_MAX = 1000 };

/* The window grows where nothing was taken, as net's does. */
static struct http_body pour(struct http_body b, slice in, size_t cut, struct buf *out,
			     slice *ret_rest)
{
	size_t window = cut;

	while (b.state != BODY_ENDED && b.state != BODY_BROKEN) {
		slice part = slice_head(in, window), piece;

		while (http_body_take(&b, &part, &piece)) {
			CHECK(piece.n > 0);
			buf_add(out, piece);
		}
		size_t taken = slice_head(in, window).n - part.n;

		if (!taken && window >= in.n) break;
		in = slice_skip(in, taken);
		window = taken ? cut : window + cut;
	}
	*ret_rest = in;
	return b;
}

static const struct row {
	slice in, content, rest;
	enum http_body_state state;
} chunked[] = {
	{ SLICE_INIT("0\r\n\r\nGET"), SLICE_INIT(""), SLICE_INIT("GET"), BODY_ENDED },
	{ SLICE_INIT("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), SLICE_INIT("abcde"),
	  SLICE_INIT(""), BODY_ENDED },
	{ SLICE_INIT("00A\r\n0123456789\r\n0;x\r\nTrailer: y\r\n\r\nP"),
	  SLICE_INIT("0123456789"), SLICE_INIT("P"), BODY_ENDED },
	{ SLICE_INIT("1 ; a=\"b\"\r\n\r\r\n0\r\n\r\n"), SLICE_INIT("\r"), SLICE_INIT(""),
	  BODY_ENDED },
	{ SLICE_INIT("3\r\nab"), SLICE_INIT("ab"), SLICE_INIT(""), BODY_CHUNK },
	{ SLICE_INIT("\r\n"), SLICE_INIT(""), SLICE_INIT(""), BODY_BROKEN },
	{ SLICE_INIT("-1\r\n"), SLICE_INIT(""), SLICE_INIT(""), BODY_BROKEN },
	{ SLICE_INIT("0x1\r\n"), SLICE_INIT(""), SLICE_INIT(""), BODY_BROKEN },
	{ SLICE_INIT("10000000000000000\r\n"), SLICE_INIT(""), SLICE_INIT(""),
	  BODY_BROKEN },
	{ SLICE_INIT("1\r\nab"), SLICE_INIT("a"), SLICE_INIT("b"), BODY_BROKEN },
	{ SLICE_INIT("1\r\na\nx"), SLICE_INIT("a"), SLICE_INIT("\nx"), BODY_BROKEN },
	{ SLICE_INIT("1\n\r\n"), SLICE_INIT(""), SLICE_INIT(""), BODY_BROKEN },
};

static void check(struct http_body b, const struct row *row)
{
	for (size_t cut = 1; cut <= row->in.n; cut++) {
		struct buf out;
		slice rest;

		buf_init(&out, CONTENT_MAX);
		CHECK_INT(pour(b, row->in, cut, &out, &rest).state, row->state);
		CHECK_SLICE(buf_slice(&out), row->content);
		CHECK_SLICE(rest, row->rest);
		buf_done(&out);
	}
}

TEST(http_body_chunks)
{
	for (size_t i = 0; i < countof(chunked); i++)
		check(http_body_begin(&(struct http_request){ .is_chunked = true }),
		      &chunked[i]);
}

TEST(http_body_length)
{
	static const struct row row = { SLICE_INIT("abcdef"), SLICE_INIT("abc"),
					SLICE_INIT("def"), BODY_ENDED };
	static const struct row none = { SLICE_INIT("abc"), SLICE_INIT(""),
					 SLICE_INIT("abc"), BODY_ENDED };

	check(http_body_begin(&(struct http_request){ .length = 3 }), &row);
	check(http_body_begin(&(struct http_request){ 0 }), &none);
}

TEST(http_body_lines_are_bounded)
{
	struct http_body b =
		http_body_begin(&(struct http_request){ .is_chunked = true });
	struct buf in, out;
	slice rest;

	buf_init(&in, 2 * (size_t)HTTP_HEAD_MAX);
	buf_init(&out, CONTENT_MAX);
	for (int i = 0; i < HTTP_CHUNK_LINE_MAX + 2; i++)
		buf_add_char(&in, '0');
	CHECK_INT(pour(b, buf_slice(&in), 10, &out, &rest).state, BODY_BROKEN);
	buf_reset(&in);
	buf_add(&in, S("0\r\n"));
	while (in.n < HTTP_HEAD_MAX + 100)
		buf_add(&in, S("Trailer: the next of many\r\n"));
	CHECK_INT(pour(b, buf_slice(&in), 10, &out, &rest).state, BODY_BROKEN);
	buf_done(&in);
	buf_done(&out);
}
