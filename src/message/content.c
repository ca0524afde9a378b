#include "message/content.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/quoted_printable.h"
#include "base/utf8.h"
#include "message/text.h"

enum {
	STEP = 4096, /* octets decoded at a time, so that what lies between is small */
	CODE_POINT_MAX = 4, /* octets */
};

struct content_decoder {
	enum mime_encoding encoding;
	bool raw;
	struct base64_decoder base64;
	struct quoted_printable_decoder quoted_printable;
	struct buf octets;          /* out of the transfer encoding, not yet text */
	struct text_decoder *known; /* NULL: the charset is not known */
	char held[CODE_POINT_MAX];  /* then: the beginning of a code point */
	size_t held_n;
};

static bool is_labelled(slice charset)
{
	return charset.n && !slice_eq_nocase(charset, S("us-ascii"));
}

struct content_decoder *content_decoder_new(enum mime_encoding encoding, slice charset,
					    bool raw)
{
	struct content_decoder *d = calloc(1, sizeof(*d));

	assert(d);
	d->encoding = encoding;
	d->raw = raw;
	if (!raw && is_labelled(charset)) d->known = text_decoder_new(charset);
	buf_init(&d->octets, STEP + QUOTED_PRINTABLE_WHITE + 8);
	return d;
}

void content_decoder_free(struct content_decoder *d)
{
	if (!d) return;
	text_decoder_free(d->known);
	buf_done(&d->octets);
	free(d);
}

static void undo_transfer(struct content_decoder *d, slice piece, bool last,
			  struct buf *out)
{
	switch (d->encoding) {
	case MIME_BASE64:
		base64_decoder_feed(&d->base64, piece, out);
		if (last) base64_decoder_end(&d->base64, out);
		break;
	case MIME_QUOTED_PRINTABLE:
		quoted_printable_decoder_feed(&d->quoted_printable, piece, out);
		if (last) quoted_printable_decoder_end(&d->quoted_printable, out);
		break;
	case MIME_7BIT:
	case MIME_8BIT:
	case MIME_BINARY:
	case MIME_ENCODING_UNKNOWN:
		buf_add(out, piece);
		break;
	}
}

/* Octets of a code point that starts with c, as far as c tells. */
static size_t code_point_size(char c)
{
	unsigned char u = (unsigned char)c;

	return u < 0xc2 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : u < 0xf5 ? 4 : 1;
}

/* Whether the octets, too few, can be the beginning of a code point. */
static bool is_cut_code_point(slice octets)
{
	if (octets.n >= code_point_size(octets.p[0])) return false;
	for (size_t i = 1; i < octets.n; i++)
		if (((unsigned char)octets.p[i] & 0xc0) != 0x80) return false;
	return true;
}

/* One code point, or one octet as windows-1252. */
static void decode_one(slice *in, struct buf *out)
{
	slice s = *in;
	uint32_t c;

	if (take_code_point(&s, &c)) {
		buf_add_code_point(out, c);
		*in = s;
	} else {
		text_decode(S("windows-1252"), slice_head(s, 1), out);
		*in = slice_skip(s, 1);
	}
}

static size_t ascii_run(slice in)
{
	size_t n = 0;

	while (n < in.n && (unsigned char)in.p[n] < 0x80)
		n++;
	return n;
}

/* Code points that are not cut; what is left of in is at most the beginning of one. */
static void decode_unlabelled(slice *in, bool last, struct buf *out)
{
	while (in->n) {
		size_t n = ascii_run(*in);

		buf_add(out, slice_head(*in, n));
		*in = slice_skip(*in, n);
		if (in->n == 0 || (!last && is_cut_code_point(*in))) return;
		decode_one(in, out);
	}
}

/* The octets of a code point that was cut, and of the piece what may belong to it. */
static void finish_held(struct content_decoder *d, slice *piece, bool last,
			struct buf *out)
{
	while (d->held_n && (piece->n || last)) {
		slice joined = { d->held, d->held_n };
		bool whole = !is_cut_code_point(joined);

		if (!whole && piece->n) {
			d->held[d->held_n++] = piece->p[0];
			*piece = slice_skip(*piece, 1);
			continue;
		}
		decode_one(&joined, out);
		memmove(d->held, joined.p, joined.n);
		d->held_n = joined.n;
	}
}

static void to_text(struct content_decoder *d, slice octets, bool last, struct buf *out)
{
	if (d->known) {
		text_decoder_feed(d->known, octets, last, out);
		return;
	}
	finish_held(d, &octets, last, out);
	decode_unlabelled(&octets, last, out);
	if (octets.n) memcpy(d->held, octets.p, octets.n);
	d->held_n += octets.n;
}

static void feed_step(struct content_decoder *d, slice piece, bool last, struct buf *out)
{
	if (d->raw) {
		undo_transfer(d, piece, last, out);
		return;
	}
	undo_transfer(d, piece, last, &d->octets);
	to_text(d, buf_slice(&d->octets), last, out);
	buf_reset(&d->octets);
}

void content_decoder_feed(struct content_decoder *d, slice piece, bool last,
			  struct buf *out)
{
	do {
		slice step = slice_head(piece, STEP);

		piece = slice_skip(piece, step.n);
		feed_step(d, step, last && piece.n == 0, out);
	} while (piece.n);
}
