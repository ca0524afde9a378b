#include "imap/fetch_stream.h"

#include <string.h>

enum { MAP_MAX = 4 * 1024 * 1024 }; /* octets: a map of MIME_PARTS_MAX parts, twice */

static void close_message(struct fetch_stream *s)
{
	body_close(s->body);
	s->body = NULL;
}

void fetch_stream_done(struct fetch_stream *s)
{
	close_message(s);
	arena_done(&s->arena);
	spans_done(&s->spans);
}

/* The whole message is where it is without a map. */
static bool needs_map(const struct fetch_section *sections)
{
	for (; sections; sections = sections->next)
		if (sections->section.kind != SECTION_ALL || sections->section.path.n)
			return true;
	return false;
}

enum err fetch_stream_open(struct fetch_stream *s, struct account *a, int64_t email,
			   const struct fetch_section *sections)
{
	enum err e = body_open(a, email, &s->body);

	if (e) return e;
	if (s->arena.max)
		arena_reset(&s->arena);
	else
		arena_init(&s->arena, MAP_MAX);
	s->map = (struct part_map){ 0 };
	if (needs_map(sections)) e = body_parts(s->body, &s->arena, &s->map);
	if (e) close_message(s);
	s->section = sections;
	s->is_announced = false;
	return e;
}

/* NUL has no place in a literal (RFC 9051 9: CHAR8); it is told as other servers do, so
 * that sizes and offsets stay. */
static void hide_nul(struct buf *out, size_t from)
{
	char *p = out->p + out->start + from, *end = out->p + out->start + out->n;

	while ((p = memchr(p, '\0', (size_t)(end - p))))
		*p++ = (char)0x80;
}

/* --- finding --- */

static void select_fields(struct fetch_stream *s, struct span header)
{
	uint64_t size = header.end - header.start;
	size_t n = size < SECTION_HEADER_MAX ? (size_t)size : SECTION_HEADER_MAX;
	const struct section *section = &s->section->section;
	struct buf text;

	buf_init(&text, n);
	s->is_broken = !body_append(s->body, header.start, n, &text);
	section_select(section, buf_slice(&text), header.start, &s->spans);
	if (section->kind == SECTION_FIELDS_NOT)
		spans_add(&s->spans, header.start + n, header.end);
	buf_done(&text);
}

/* False: there is no such section. */
static bool find_text(struct fetch_stream *s)
{
	const struct section *section = &s->section->section;
	struct span place = { 0, body_size(s->body) };

	spans_reset(&s->spans);
	if (s->map.count && !section_find(section, &s->map, &place)) return false;
	if (section->kind == SECTION_FIELDS || section->kind == SECTION_FIELDS_NOT)
		select_fields(s, place);
	else
		spans_add(&s->spans, place.start, place.end);
	return true;
}

/* Goes to the place in the spans that is `skip` octets behind their beginning. */
static void go_to(struct fetch_stream *s, uint64_t skip)
{
	for (s->span = 0; s->span < s->spans.count; s->span++) {
		const struct span *p = &s->spans.at[s->span];

		s->offset = p->start + skip;
		if (s->offset < p->end) return;
		skip -= p->end - p->start;
	}
}

/* --- telling --- */

/* "BODY[TEXT]<0> {42}", and where to begin. An empty text is told without a literal, one
 * that is not there as NIL (RFC 9051 7.5.2: nstring). */
static void announce(struct fetch_stream *s, struct buf *out)
{
	const struct fetch_section *f = s->section;
	uint64_t size;

	if (!s->is_first) buf_add_char(out, ' ');
	s->is_first = false;
	fetch_section_write(f, out);
	s->left = 0;
	s->is_announced = true;
	if (!find_text(s)) {
		buf_add(out, S(" NIL"));
		return;
	}
	size = s->spans.size;
	if (f->offset < size)
		s->left = f->octets < size - f->offset ? f->octets : size - f->offset;
	if (!s->left) {
		buf_add(out, S(" \"\""));
		return;
	}
	go_to(s, f->offset);
	buf_addf(out, " {%ju}\r\n", (uintmax_t)s->left);
}

/* One piece of the literal, of at most that many octets and one span. */
static void tell_piece(struct fetch_stream *s, struct buf *out, uint64_t room)
{
	const struct span *p = &s->spans.at[s->span];
	uint64_t n = p->end - s->offset;
	size_t from = out->n;

	if (n > s->left) n = s->left;
	if (n > room) n = room;
	if (!body_append(s->body, s->offset, n, out)) {
		s->is_broken = true;
		return;
	}
	hide_nul(out, from);
	s->left -= n;
	s->offset += n;
	if (s->offset == p->end && s->left) s->offset = s->spans.at[++s->span].start;
}

bool fetch_stream_write(struct fetch_stream *s, struct buf *out, size_t octets)
{
	while (s->section && !s->is_broken) {
		if (out->n >= octets) return false;
		if (!s->is_announced) announce(s, out);
		while (s->left && out->n < octets && !s->is_broken)
			tell_piece(s, out, octets - out->n);
		if (s->left) continue;
		s->section = s->section->next;
		s->is_announced = false;
	}
	close_message(s);
	return true;
}
