#include "http/body.h"

struct http_body http_body_begin(const struct http_request *r)
{
	if (r->is_chunked) return (struct http_body){ .state = BODY_CHUNK_SIZE };
	return (struct http_body){ .state = r->length ? BODY_BY_LENGTH : BODY_ENDED,
				   .left = r->length };
}

/* A line with its CRLF. False: it is not whole, or it can be none of at most max octets.
 */
static bool take_body_line(struct http_body *b, slice *in, size_t max, slice *ret)
{
	if (take_line(in, ret)) {
		if (ret->n > max || slice_find_char(*ret, '\n') < ret->n)
			b->state = BODY_BROKEN;
		return b->state != BODY_BROKEN;
	}
	if (in->n > max + 1) b->state = BODY_BROKEN;
	return false;
}

/* 1*HEXDIG, then blanks (RFC 9112 7.1.1: BWS) and extensions. */
static bool parse_chunk_size(slice line, uint64_t *ret)
{
	uint64_t size = 0;
	size_t digits = 0;

	while (digits < line.n && hex_value(line.p[digits]) >= 0) {
		if (size >> 60) return false;
		size = size << 4 | (uint64_t)hex_value(line.p[digits++]);
	}
	slice rest = slice_trim(slice_skip(line, digits));

	*ret = size;
	return digits && (!rest.n || rest.p[0] == ';');
}

static bool take_chunk_size(struct http_body *b, slice *in)
{
	slice line;

	if (!take_body_line(b, in, HTTP_CHUNK_LINE_MAX, &line)) return false;
	if (!parse_chunk_size(line, &b->left)) {
		b->state = BODY_BROKEN;
		return false;
	}
	b->state = b->left ? BODY_CHUNK : BODY_TRAILERS;
	return true;
}

static bool take_chunk_end(struct http_body *b, slice *in)
{
	if (take_literal(in, S("\r\n"))) {
		b->state = BODY_CHUNK_SIZE;
		return true;
	}
	if (in->n && !slice_eq(*in, S("\r"))) b->state = BODY_BROKEN;
	return false;
}

static bool take_trailer(struct http_body *b, slice *in)
{
	slice line;

	if (!take_body_line(b, in, HTTP_HEAD_MAX - b->trailers, &line)) return false;
	if (!line.n) b->state = BODY_ENDED;
	b->trailers += (uint32_t)line.n + 2;
	if (b->trailers > HTTP_HEAD_MAX) b->state = BODY_BROKEN;
	return b->state == BODY_TRAILERS;
}

static bool take_framing(struct http_body *b, slice *in)
{
	switch (b->state) {
	case BODY_CHUNK_SIZE:
		return take_chunk_size(b, in);
	case BODY_CHUNK_END:
		return take_chunk_end(b, in);
	case BODY_TRAILERS:
		return take_trailer(b, in);
	default:
		return false;
	}
}

static bool is_content(const struct http_body *b)
{
	return b->state == BODY_BY_LENGTH || b->state == BODY_CHUNK;
}

bool http_body_take(struct http_body *b, slice *in, slice *ret)
{
	while (!is_content(b))
		if (!take_framing(b, in)) return false;
	*ret = slice_head(*in, b->left < in->n ? (size_t)b->left : in->n);
	*in = slice_skip(*in, ret->n);
	b->left -= ret->n;
	if (!b->left) b->state = b->state == BODY_CHUNK ? BODY_CHUNK_END : BODY_ENDED;
	return ret->n;
}
