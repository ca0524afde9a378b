#include "imap/fetch_stream.h"

#include <string.h>

#include "base/clock.h"
#include "imap/section_text.h"

enum { MAP_MAX = 4 * 1024 * 1024 }; /* octets: a map of MIME_PARTS_MAX parts, twice */

static void close_message(struct fetch_stream *s)
{
	decoded_done(&s->decoded);
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
	s->is_counted = false;
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

/* --- telling what is stored --- */

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

/* --- decoding --- */

/* Multiparts and messages have no encoding of their own, and the whole message none. */
static bool find_decoded(struct fetch_stream *s)
{
	const struct section *section = &s->section->section;
	struct span place = { 0, body_size(s->body) };
	enum mime_encoding encoding = MIME_BINARY;
	const struct part_place *part;
	uint32_t at;

	if (section->path.n) {
		if (!section_find_part(section, &s->map, &at) ||
		    !section_find(section, &s->map, &place))
			return false;
		part = &s->map.parts[at];
		if (part->kind == MIME_LEAF) encoding = part->encoding;
	}
	if (encoding == MIME_ENCODING_UNKNOWN) s->is_undecodable = true;
	if (encoding == MIME_ENCODING_UNKNOWN) return false;
	decoded_begin(&s->decoded, s->body, place, encoding);
	return true;
}

/* One step; what is not there or cannot be decoded counts as nothing. */
static void count_decoded(struct fetch_stream *s)
{
	const struct fetch_section *f = s->section;
	slice piece = { 0 };

	if (!s->decoded.decoder) {
		s->count = (struct decoded_count){ 0 };
		s->is_counted = !find_decoded(s);
		if (s->is_counted) return;
	}
	s->is_broken = !decoded_next(&s->decoded, &piece);
	decoded_count_add(&s->count, piece, f->offset, f->octets);
	s->is_counted = !piece.n;
}

/* "BINARY[1] ~{42}": a literal8 only where it must be (RFC 3516 4.3). */
static void announce_decoded(struct fetch_stream *s, struct buf *out)
{
	const struct decoded_count *c = &s->count;
	struct decoded *d = &s->decoded;
	bool is_there = d->decoder;

	if (s->section->form == FETCH_DECODED_SIZE)
		buf_addf(out, " %ju", (uintmax_t)c->size);
	else if (!c->size)
		buf_add(out, is_there ? S(" \"\"") : S(" NIL"));
	else
		buf_addf(out, c->has_nul ? " ~{%ju}\r\n" : " {%ju}\r\n",
			 (uintmax_t)c->size);
	if (s->section->form == FETCH_DECODED) s->left = c->size;
	if (s->left) decoded_begin(d, d->body, d->place, d->encoding);
	s->offset = 0;
}

static void tell_decoded(struct fetch_stream *s, struct buf *out)
{
	uint64_t skip = s->section->offset;
	slice piece = { 0 };

	s->is_broken = !decoded_next(&s->decoded, &piece) || !piece.n;
	skip = skip > s->offset ? skip - s->offset : 0;
	s->offset += piece.n;
	piece = skip < piece.n ? slice_skip(piece, (size_t)skip) : (slice){ 0 };
	if (piece.n > s->left) piece.n = (size_t)s->left;
	buf_add(out, piece);
	s->left -= piece.n;
}

/* --- telling --- */

/* "BODY[TEXT]<0> {42}", and where to begin. An empty text is told without a literal, one
 * that is not there as NIL (RFC 9051 7.5.2: nstring). */
static void announce_stored(struct fetch_stream *s, struct buf *out)
{
	const struct fetch_section *f = s->section;
	uint64_t size;
	enum err e = section_text(&f->section, s->body, &s->map, &s->spans);

	s->is_broken = e == ERR_INTERNAL;
	if (e) {
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

static void announce(struct fetch_stream *s, struct buf *out)
{
	if (!s->is_first) buf_add_char(out, ' ');
	s->is_first = false;
	fetch_section_write(s->section, out);
	s->left = 0;
	s->is_announced = true;
	if (s->section->form == FETCH_AS_STORED)
		announce_stored(s, out);
	else
		announce_decoded(s, out);
}

/* One piece of the literal, of at most that many octets and one span. */
static void tell_stored(struct fetch_stream *s, struct buf *out, uint64_t room)
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

static void next_section(struct fetch_stream *s)
{
	decoded_done(&s->decoded);
	s->section = s->section->next;
	s->is_announced = false;
	s->is_counted = false;
}

/* One step of the section in hand. */
static void tell_step(struct fetch_stream *s, struct buf *out, uint64_t room)
{
	bool as_stored = s->section->form == FETCH_AS_STORED;

	if (!as_stored && !s->is_counted)
		count_decoded(s);
	else if (!s->is_announced)
		announce(s, out);
	else if (!s->left)
		next_section(s);
	else if (as_stored)
		tell_stored(s, out, room);
	else
		tell_decoded(s, out);
}

bool fetch_stream_write(struct fetch_stream *s, struct buf *out, size_t octets)
{
	int64_t until_ms = 0;

	while (s->section && !s->is_broken) {
		if (out->n >= octets) return false;
		if (s->section->form != FETCH_AS_STORED) {
			int64_t now_ms = clock_monotonic_ms();

			if (!until_ms) until_ms = now_ms + JOB_SLICE_MS;
			if (now_ms >= until_ms) return false;
		}
		tell_step(s, out, octets - out->n);
	}
	close_message(s);
	return true;
}
