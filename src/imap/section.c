#include "imap/section.h"

#include <string.h>

#include "imap/lexer.h"
#include "imap/writer.h"

/* The longer of two words that begin alike comes first. */
static const struct {
	slice word;
	enum section_kind kind;
} words[] = {
	{ SLICE_INIT("HEADER.FIELDS.NOT"), SECTION_FIELDS_NOT },
	{ SLICE_INIT("HEADER.FIELDS"), SECTION_FIELDS },
	{ SLICE_INIT("HEADER"), SECTION_HEADER },
	{ SLICE_INIT("TEXT"), SECTION_TEXT },
	{ SLICE_INIT("MIME"), SECTION_MIME },
};

static bool has_fields(const struct section *s)
{
	return s->kind == SECTION_FIELDS || s->kind == SECTION_FIELDS_NOT;
}

/* nz-number; one that is too large for any part is read all the same. */
static bool take_part_number(slice *in, uint32_t *ret)
{
	size_t n = 0;
	slice digits;

	while (n < in->n && is_digit(in->p[n]))
		n++;
	if (!n || in->p[0] == '0') return false;
	digits = slice_head(*in, n);
	if (!take_u32(&digits, ret)) *ret = UINT32_MAX;
	*in = slice_skip(*in, n);
	return true;
}

/* section-part. A "." behind it that is not followed by a number is left. */
static bool take_path(slice *in, slice *ret)
{
	slice s = *in, next;
	uint32_t number;

	if (!take_part_number(&s, &number)) return false;
	for (next = s; take_char(&next, '.') && take_part_number(&next, &number);)
		s = next;
	*ret = slice_head(*in, in->n - s.n);
	*in = s;
	return true;
}

static bool take_text(slice *in, enum section_kind *ret)
{
	for (size_t i = 0; i < countof(words); i++) {
		if (!take_literal_nocase(in, words[i].word)) continue;
		*ret = words[i].kind;
		return true;
	}
	return false;
}

/* header-list */
static bool take_fields(slice *in, struct arena *arena, struct section *s)
{
	slice names[SECTION_FIELDS_MAX], *kept;
	uint32_t count = 0;

	if (!take_char(in, '(')) return false;
	do {
		if (count == SECTION_FIELDS_MAX ||
		    !take_astring(in, arena, &names[count]))
			return false;
		count++;
	} while (take_space(in));
	kept = arena_alloc_array(arena, count, sizeof(*kept));
	if (!kept || !take_char(in, ')')) return false;
	memcpy(kept, names, count * sizeof(*kept));
	s->fields = kept;
	s->field_count = count;
	return true;
}

/* section-spec, up to its "]". MIME needs a part (RFC 9051 6.4.5.1). */
static bool take_spec(slice *in, struct arena *arena, struct section *s)
{
	bool has_path = take_path(in, &s->path);

	if (slice_starts(*in, S("]"))) return true;
	if (has_path && !take_char(in, '.')) return false;
	if (!take_text(in, &s->kind)) return false;
	if (s->kind == SECTION_MIME && !has_path) return false;
	return !has_fields(s) || (take_space(in) && take_fields(in, arena, s));
}

bool take_section(slice *in, struct arena *arena, struct section *ret)
{
	struct section got = { 0 };
	slice s = *in;

	if (!take_char(&s, '[') || !take_spec(&s, arena, &got) || !take_char(&s, ']'))
		return false;
	*in = s;
	*ret = got;
	return true;
}

static void write_fields(const struct section *s, struct buf *out)
{
	buf_add(out, S(" ("));
	for (uint32_t i = 0; i < s->field_count; i++) {
		if (i) buf_add_char(out, ' ');
		write_astring(out, s->fields[i], false);
	}
	buf_add_char(out, ')');
}

bool section_write(const struct section *s, struct buf *out)
{
	buf_add_char(out, '[');
	buf_add(out, s->path);
	if (s->path.n && s->kind != SECTION_ALL) buf_add_char(out, '.');
	for (size_t i = 0; i < countof(words); i++)
		if (words[i].kind == s->kind) buf_add(out, words[i].word);
	if (has_fields(s)) write_fields(s, out);
	return buf_add_char(out, ']') && !out->overflow;
}

/* A path longer than messages are deep leads nowhere. */
bool section_find_part(const struct section *s, const struct part_map *map, uint32_t *ret)
{
	uint32_t path[MIME_DEPTH_MAX + 2], depth = 0;
	slice in = s->path;

	if (!in.n) {
		*ret = 0;
		return true;
	}
	do {
		if (depth == countof(path)) return false;
		take_part_number(&in, &path[depth++]);
	} while (take_char(&in, '.'));
	return part_map_find(map, path, depth, ret);
}

bool section_find(const struct section *s, const struct part_map *map, struct span *ret)
{
	bool of_part = s->kind == SECTION_ALL || s->kind == SECTION_MIME;
	const struct part_place *p;
	uint32_t at;

	if (!section_find_part(s, map, &at)) return false;
	if (s->path.n && !of_part) { /* the message within a message/rfc822 part */
		if (map->parts[at].kind != MIME_MESSAGE) return false;
		at++;
	}
	p = &map->parts[at];
	if (s->kind == SECTION_ALL && !s->path.n)
		*ret = (struct span){ p->start, p->end };
	else if (s->kind == SECTION_ALL || s->kind == SECTION_TEXT)
		*ret = (struct span){ p->body_start, p->end };
	else
		*ret = (struct span){ p->start, p->body_start };
	return true;
}
