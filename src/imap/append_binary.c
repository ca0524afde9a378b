#include "imap/append_binary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

enum { CHUNK = 1024 * BASE64_LINE_OCTETS }; /* octets */

struct rewriting {
	const struct incoming *from;
	struct incoming *to;
	uint64_t copied; /* octets of from that are dealt with */
	char *chunk;
};

/* The octets from offset on, as many as fit before end. */
static bool read_chunk(const struct rewriting *w, uint64_t offset, uint64_t end,
		       slice *ret)
{
	uint64_t left = end - offset;

	*ret = (slice){ w->chunk, left < CHUNK ? (size_t)left : CHUNK };
	return incoming_read(w->from, offset, w->chunk, ret->n);
}

static enum err find_nul(const struct rewriting *w, const struct mime_part *part,
			 bool *ret)
{
	slice octets;

	*ret = false;
	for (uint64_t at = part->body_start; at < part->end && !*ret; at += octets.n) {
		if (!read_chunk(w, at, part->end, &octets)) return ERR_LATER;
		*ret = memchr(octets.p, '\0', octets.n);
	}
	return ERR_NONE;
}

static enum err copy_to(struct rewriting *w, uint64_t end)
{
	uint64_t from = w->copied;

	w->copied = end;
	return incoming_add_from(w->to, w->from, from, end - from);
}

static enum err encode_body(struct rewriting *w, const struct mime_part *part)
{
	struct buf lines;
	enum err e = ERR_NONE;
	slice octets;

	buf_init(&lines, 2 * (size_t)CHUNK);
	for (; !e && w->copied < part->end; w->copied += octets.n) {
		if (!read_chunk(w, w->copied, part->end, &octets)) {
			e = ERR_LATER;
			break;
		}
		buf_reset(&lines);
		base64_encode_lines(&lines, octets);
		e = incoming_add(w->to, buf_slice(&lines));
	}
	buf_done(&lines);
	return e;
}

static enum err encode_part(struct rewriting *w, const struct mime_part *part)
{
	const struct header_field *field =
		mime_find_field(part, S("Content-Transfer-Encoding"));
	enum err e = copy_to(w, field->start);

	if (!e) e = incoming_add(w->to, S("Content-Transfer-Encoding: base64\r\n"));
	w->copied = field->end;
	if (!e) e = copy_to(w, part->body_start);
	return e ? e : encode_body(w, part);
}

static enum err rewrite(struct rewriting *w)
{
	const struct mime *mime = incoming_mime(w->from);
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < mime->part_count; i++) {
		const struct mime_part *part = &mime->parts[i];
		bool has_nul;

		if (part->kind != MIME_LEAF || part->encoding != MIME_BINARY) continue;
		e = find_nul(w, part, &has_nul);
		if (!e && has_nul) e = encode_part(w, part);
	}
	if (!e) e = copy_to(w, mime->size);
	return e ? e : incoming_finish(w->to);
}

enum err append_encode_binary(const struct incoming *m, struct incoming **ret)
{
	struct rewriting w = { .from = m, .to = incoming_new_like(m) };
	enum err e;

	w.chunk = malloc(CHUNK);
	assert(w.chunk);
	e = rewrite(&w);
	free(w.chunk);
	if (e)
		incoming_free(w.to);
	else
		*ret = w.to;
	return e;
}
