#include "jmap/snippet_body.h"

#include "jmap/octets.h"
#include "message/content.h"
#include "message/text.h"

enum {
	PARTS_ARENA_MAX = 8 * 1024 * 1024, /* octets of a part map */
	TEXT_LOOKED_AT_MAX = 1024 * 1024,  /* octets of text of a part; the rest is not */
	PIECE_MAX = 2 * OCTETS_PIECE * TEXT_GROWTH_MAX,
};

/* The text of a part as far as it is looked at; of HTML what is read of it. */
static bool read_text(const struct octets *o, const struct part_place *part,
		      struct buf *text)
{
	struct encoded_part encoded = { part->body_start, part->end, part->encoding };
	struct html_text *html = part->is_html ? html_text_new() : NULL;
	struct octets_decoder d;
	struct buf piece;
	bool ok = true;

	octets_decoder_init(&d, o, &encoded, &part->charset);
	buf_init(&piece, PIECE_MAX);
	while (ok && !octets_decoder_ended(&d) && text->n < TEXT_LOOKED_AT_MAX) {
		buf_reset(&piece);
		ok = octets_decoder_next(&d, &piece);
		if (html)
			html_text_feed(html, buf_slice(&piece), text);
		else
			buf_add(text, buf_slice(&piece));
	}
	if (html) html_text_feed(html, S("\n"), text);
	html_text_free(html);
	buf_done(&piece);
	octets_decoder_done(&d);
	return ok;
}

static enum err look(const struct octets *o, const struct part_map *map,
		     const struct snippet_words *words, struct buf *out)
{
	struct buf text;
	bool ok = true, found = false;

	buf_init(&text, TEXT_LOOKED_AT_MAX + PIECE_MAX);
	for (uint32_t i = 0; ok && !found && i < map->count; i++) {
		const struct part_place *part = &map->parts[i];

		if (part->kind != MIME_LEAF || !part->is_text) continue;
		buf_reset(&text);
		ok = read_text(o, part, &text);
		found = snippet_mark_first(buf_slice(&text), words, out);
	}
	buf_done(&text);
	return ok ? ERR_NONE : ERR_LATER;
}

enum err snippet_of_body(struct account *a, int64_t email,
			 const struct snippet_words *words, struct buf *out)
{
	struct octets o = { 0 };
	enum err e = body_open(a, email, &o.body);
	struct part_map map;
	struct arena arena;

	if (e) return e;
	o.size = body_size(o.body);
	arena_init(&arena, PARTS_ARENA_MAX);
	e = body_parts(o.body, &arena, &map);
	if (!e) e = look(&o, &map, words, out);
	arena_done(&arena);
	octets_done(&o);
	return e;
}
