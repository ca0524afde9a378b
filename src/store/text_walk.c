#include "store/text_walk.h"

#include <assert.h>
#include <stdlib.h>

#include "message/content.h"
#include "message/text.h"
#include "store/search_header.h"

enum {
	CHUNK = 16 * 1024, /* octets of a body read at a time */
	DECODED_MAX = (CHUNK + 64) * TEXT_GROWTH_MAX,
	SHOWN_BEHIND_MAX = 1024, /* octets that html_text may have kept back */
};

struct reading {
	const struct body *body;
	const struct part_map *parts;
	struct text_sink *sink;
	struct buf section, decoded, shown;
	char *chunk; /* for bodies that are not in memory */
	bool enough;
};

/* A body that was stored is whole: what cannot be read is the disk's trouble. */
enum err text_read_section(const struct body *b, const struct part_place *part,
			   struct buf *out)
{
	uint64_t n = part->body_start - part->start;

	if (n > MIME_HEADER_MAX) n = MIME_HEADER_MAX;
	buf_reset(out);
	return body_append(b, part->start, n, out) ? ERR_NONE : ERR_LATER;
}

/* The header section of an attached message is text of this one's body; those of the
 * message itself and of its parts are header. */
static bool is_header(const struct part_map *parts, uint32_t at)
{
	return at == 0 || parts->parts[parts->parts[at].parent].kind != MIME_MESSAGE;
}

static enum err read_part_header(struct reading *r, uint32_t at)
{
	enum err e = text_read_section(r->body, &r->parts->parts[at], &r->section);
	struct buf text;

	if (e) return e;
	buf_init(&text, (r->section.n + 2) * TEXT_GROWTH_MAX);
	header_section_text(buf_slice(&r->section), &text);
	r->sink->begin(r->sink, is_header(r->parts, at));
	r->enough = !r->sink->feed(r->sink, buf_slice(&text)) || !r->sink->end(r->sink);
	buf_done(&text);
	return ERR_NONE;
}

/* n octets from offset, which are there. */
static bool read_chunk(struct reading *r, uint64_t offset, size_t n, slice *ret)
{
	slice view = body_view(r->body);

	if (view.p) {
		*ret = slice_head(slice_skip(view, (size_t)offset), n);
		return true;
	}
	if (!r->chunk) r->chunk = malloc(CHUNK);
	assert(r->chunk);
	*ret = (slice){ r->chunk, n };
	return body_read(r->body, offset, r->chunk, n);
}

/* Decoded text goes on; of HTML what is read, where shown is not NULL. */
static void feed_decoded(struct reading *r, struct html_text *shown, bool last)
{
	slice text = buf_slice(&r->decoded);

	buf_reset(&r->shown);
	if (shown) {
		html_text_feed(shown, text, &r->shown);
		if (last) html_text_feed(shown, S("\n"), &r->shown);
		text = buf_slice(&r->shown);
	}
	r->enough = !r->sink->feed(r->sink, text);
	buf_reset(&r->decoded);
}

static enum err read_content(struct reading *r, const struct part_place *part,
			     struct html_text *shown)
{
	struct content_decoder *d =
		content_decoder_new(part->encoding, part->charset, false);
	enum err e = ERR_NONE;
	slice piece;

	r->sink->begin(r->sink, false);
	for (uint64_t at = part->body_start; !e && !r->enough && at < part->end;) {
		uint64_t left = part->end - at;
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (!read_chunk(r, at, n, &piece)) {
			e = ERR_LATER;
			break;
		}
		at += n;
		content_decoder_feed(d, piece, at == part->end, &r->decoded);
		feed_decoded(r, shown, at == part->end);
	}
	if (!e && !r->enough) r->enough = !r->sink->end(r->sink);
	content_decoder_free(d);
	return e;
}

static enum err read_leaf(struct reading *r, const struct part_place *part)
{
	enum err e = read_content(r, part, NULL);
	struct html_text *shown;

	if (e || r->enough || !part->is_html) return e;
	shown = html_text_new();
	e = read_content(r, part, shown);
	html_text_free(shown);
	return e;
}

enum err text_walk(const struct body *b, const struct part_map *parts,
		   struct text_sink *sink)
{
	struct reading r = { .body = b, .parts = parts, .sink = sink };
	enum err e = ERR_NONE;

	buf_init(&r.section, MIME_HEADER_MAX);
	buf_init(&r.decoded, DECODED_MAX);
	buf_init(&r.shown, DECODED_MAX + SHOWN_BEHIND_MAX);
	for (uint32_t i = 0; !e && !r.enough && i < parts->count; i++) {
		const struct part_place *part = &parts->parts[i];

		e = read_part_header(&r, i);
		if (!e && !r.enough && part->kind == MIME_LEAF && part->is_text)
			e = read_leaf(&r, part);
	}
	buf_done(&r.section);
	buf_done(&r.decoded);
	buf_done(&r.shown);
	free(r.chunk);
	return e;
}
