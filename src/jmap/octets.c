#include "jmap/octets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "message/content.h"
#include "message/text.h"

void octets_done(struct octets *o)
{
	body_close(o->body);
	buf_done(&o->memory);
}

bool octets_read(const struct octets *o, uint64_t at, char *into, size_t n)
{
	assert(at <= o->size && n <= o->size - at);
	if (o->body) return body_read(o->body, o->start + at, into, n);
	memcpy(into, buf_slice(&o->memory).p + o->start + at, n);
	return true;
}

bool octets_append(const struct octets *o, uint64_t at, uint64_t n, struct buf *out)
{
	char *into = buf_reserve(out, n);

	if (!into || !octets_read(o, at, into, n)) return false;
	buf_commit(out, n);
	return true;
}

const struct mime *octets_parse(const struct octets *o, struct arena *arena)
{
	struct mime_parser *p = mime_parser_new(arena);
	char *piece = malloc(OCTETS_PIECE);
	bool ok = true;

	assert(piece);
	for (uint64_t at = 0; p && ok && at < o->size;) {
		uint64_t left = o->size - at;
		size_t n = left < OCTETS_PIECE ? (size_t)left : OCTETS_PIECE;

		ok = octets_read(o, at, piece, n);
		if (ok) mime_parser_feed(p, (slice){ piece, n });
		at += n;
	}
	free(piece);
	return p && ok ? mime_parser_finish(p) : NULL;
}

/* --- decoding --- */

bool is_identity(enum mime_encoding encoding)
{
	return encoding != MIME_BASE64 && encoding != MIME_QUOTED_PRINTABLE;
}

void octets_decoder_init(struct octets_decoder *d, const struct octets *from,
			 const struct encoded_part *part, const slice *charset)
{
	*d = (struct octets_decoder){ .from = from, .at = part->start, .end = part->end };
	if (charset || !is_identity(part->encoding))
		d->content = content_decoder_new(part->encoding,
						 charset ? *charset : S(""), !charset);
}

void octets_decoder_done(struct octets_decoder *d)
{
	content_decoder_free(d->content);
}

bool octets_decoder_ended(const struct octets_decoder *d)
{
	return d->at == d->end;
}

bool octets_decoder_next(struct octets_decoder *d, struct buf *out)
{
	uint64_t left = d->end - d->at;
	size_t n = left < OCTETS_PIECE ? (size_t)left : OCTETS_PIECE;
	uint64_t at = d->at;
	struct buf piece;
	bool ok;

	d->at += n;
	if (!d->content || !n) return octets_append(d->from, at, n, out);
	buf_init(&piece, n);
	ok = octets_append(d->from, at, n, &piece);
	if (ok) content_decoder_feed(d->content, buf_slice(&piece), d->at == d->end, out);
	buf_done(&piece);
	return ok && !out->overflow;
}

bool octets_decoded_size(const struct octets *o, const struct encoded_part *part,
			 uint64_t *ret)
{
	struct octets_decoder d;
	struct buf decoded;
	uint64_t size = 0;
	bool ok = true;

	if (is_identity(part->encoding)) {
		*ret = part->end - part->start;
		return true;
	}
	octets_decoder_init(&d, o, part, NULL);
	buf_init(&decoded, SIZE_MAX);
	while (ok && !octets_decoder_ended(&d)) {
		ok = octets_decoder_next(&d, &decoded);
		size += decoded.n;
		buf_reset(&decoded);
	}
	buf_done(&decoded);
	octets_decoder_done(&d);
	if (ok) *ret = size;
	return ok;
}
