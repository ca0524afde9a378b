#include "imap/fetch_decoded.h"

#include <string.h>

#include "message/content.h"

enum { CODED_STEP = 32 * 1024 }; /* octets; decoding does not make them more */

void decoded_begin(struct decoded *d, const struct body *body, struct span place,
		   enum mime_encoding encoding)
{
	decoded_done(d);
	d->body = body;
	d->place = place;
	d->encoding = encoding;
	d->at = place.start;
	d->decoder = content_decoder_new(encoding, S(""), true);
	buf_init(&d->coded, CODED_STEP);
	buf_init(&d->piece, 2 * (size_t)CODED_STEP);
}

void decoded_done(struct decoded *d)
{
	content_decoder_free(d->decoder);
	buf_done(&d->coded);
	buf_done(&d->piece);
	*d = (struct decoded){ 0 };
}

static bool decode_step(struct decoded *d)
{
	uint64_t left = d->place.end - d->at;
	uint64_t n = left < CODED_STEP ? left : CODED_STEP;

	buf_reset(&d->coded);
	if (!body_append(d->body, d->at, n, &d->coded)) return false;
	d->at += n;
	content_decoder_feed(d->decoder, buf_slice(&d->coded), n == left, &d->piece);
	return !d->piece.overflow;
}

bool decoded_next(struct decoded *d, slice *ret)
{
	buf_reset(&d->piece);
	while (!d->piece.n && d->at < d->place.end)
		if (!decode_step(d)) return false;
	*ret = buf_slice(&d->piece);
	return true;
}

void decoded_count_add(struct decoded_count *c, slice piece, uint64_t offset,
		       uint64_t octets)
{
	slice in = piece;

	if (c->seen < offset)
		in = slice_skip(in, offset - c->seen < in.n ? (size_t)(offset - c->seen)
							    : in.n);
	if (in.n > octets - c->size) in.n = (size_t)(octets - c->size);
	c->seen += piece.n;
	c->size += in.n;
	if (in.n && memchr(in.p, '\0', in.n)) c->has_nul = true;
}
