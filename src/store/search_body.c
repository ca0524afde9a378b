#include <assert.h>
#include <stdlib.h>

#include "message/content.h"
#include "message/text.h"
#include "store/search_header.h"
#include "store/search_private.h"

enum {
	CHUNK = 16 * 1024, /* octets of a body read at a time */
	DECODED_MAX = (CHUNK + 64) * TEXT_GROWTH_MAX,
	PARTS_ARENA_MAX = 8 * 1024 * 1024, /* more than MIME_PARTS_MAX parts take */
};

/* A body that was stored is whole: what cannot be read is the disk's trouble. */
static enum err read_section(const struct body *b, const struct part_place *part,
			     struct buf *out)
{
	uint64_t n = part->body_start - part->start;

	if (n > MIME_HEADER_MAX) n = MIME_HEADER_MAX;
	buf_reset(out);
	return body_append(b, part->start, n, out) ? ERR_NONE : ERR_LATER;
}

enum err candidate_read_header(struct candidate *m)
{
	enum err e = body_open(m->account, m->message->email, &m->body);

	if (e) return e;
	arena_init(&m->arena, PARTS_ARENA_MAX);
	buf_init(&m->header, MIME_HEADER_MAX);
	e = body_parts(m->body, &m->arena, &m->parts);
	if (!e) e = read_section(m->body, &m->parts.parts[0], &m->header);
	if (!e) m->stage = STAGE_HEADER;
	return e;
}

void candidate_done(struct candidate *m)
{
	if (!m->body) return;
	body_close(m->body);
	arena_done(&m->arena);
	buf_done(&m->header);
}

/* --- text --- */

struct reading {
	struct candidate *m;
	struct condition *c;
	struct buf section, decoded;
	char *chunk; /* for bodies that are not in memory */
	bool decided;
};

/* After needles were found: is that enough? */
static void note(struct reading *r, bool any)
{
	if (any) r->decided = condition_truth(r->c, r->m) != TRUTH_UNKNOWN;
}

static void feed_decoded(struct reading *r)
{
	note(r, text_matcher_feed(&r->c->matcher, buf_slice(&r->decoded)));
	buf_reset(&r->decoded);
}

/* The header section of an attached message is text of this one's body; those of the
 * message itself and of its parts are header. */
static bool is_header(const struct part_map *parts, uint32_t at)
{
	return at == 0 || parts->parts[parts->parts[at].parent].kind != MIME_MESSAGE;
}

static enum err read_part_header(struct reading *r, uint32_t at)
{
	const struct part_map *parts = &r->m->parts;
	enum err e = read_section(r->m->body, &parts->parts[at], &r->section);
	struct buf text;

	if (e) return e;
	buf_init(&text, (r->section.n + 2) * TEXT_GROWTH_MAX);
	header_section_text(buf_slice(&r->section), &text);
	text_matcher_begin(&r->c->matcher, is_header(parts, at));
	note(r, text_matcher_feed(&r->c->matcher, buf_slice(&text)));
	note(r, text_matcher_end(&r->c->matcher));
	buf_done(&text);
	return ERR_NONE;
}

/* n octets from offset, which are there. */
static bool read_chunk(struct reading *r, uint64_t offset, size_t n, slice *ret)
{
	slice view = body_view(r->m->body);

	if (view.p) {
		*ret = slice_head(slice_skip(view, (size_t)offset), n);
		return true;
	}
	if (!r->chunk) r->chunk = malloc(CHUNK);
	assert(r->chunk);
	*ret = (slice){ r->chunk, n };
	return body_read(r->m->body, offset, r->chunk, n);
}

static enum err read_leaf(struct reading *r, const struct part_place *part)
{
	struct content_decoder *d =
		content_decoder_new(part->encoding, part->charset, false);
	enum err e = ERR_NONE;
	slice piece;

	text_matcher_begin(&r->c->matcher, false);
	for (uint64_t at = part->body_start; !e && !r->decided && at < part->end;) {
		uint64_t left = part->end - at;
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (!read_chunk(r, at, n, &piece)) {
			e = ERR_LATER;
			break;
		}
		at += n;
		content_decoder_feed(d, piece, at == part->end, &r->decoded);
		feed_decoded(r);
	}
	if (!e && !r->decided) note(r, text_matcher_end(&r->c->matcher));
	content_decoder_free(d);
	return e;
}

enum err candidate_read_text(struct candidate *m, struct condition *c)
{
	struct reading r = { .m = m, .c = c };
	enum err e = ERR_NONE;

	m->stage = STAGE_TEXT;
	buf_init(&r.section, MIME_HEADER_MAX);
	buf_init(&r.decoded, DECODED_MAX);
	for (uint32_t i = 0; !e && !r.decided && i < m->parts.count; i++) {
		const struct part_place *part = &m->parts.parts[i];

		e = read_part_header(&r, i);
		if (!e && !r.decided && part->kind == MIME_LEAF && part->is_text)
			e = read_leaf(&r, part);
	}
	if (!e) m->stage = STAGE_DONE;
	buf_done(&r.section);
	buf_done(&r.decoded);
	free(r.chunk);
	return e;
}
