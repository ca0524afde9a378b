#include <string.h>

#include "message/mime_parser.h"

enum { PARTS_MIN = 4 }; /* of the first allocation */

bool mime_can_open(struct mime_parser *p)
{
	uint32_t cap = p->part_cap ? p->part_cap * 2 : PARTS_MIN;
	struct mime_part *parts;

	if (p->part_count < p->part_cap) return true;
	if (cap > MIME_PARTS_MAX) cap = MIME_PARTS_MAX;
	if (cap == p->part_cap) return false;
	parts = arena_alloc_array(p->arena, cap, sizeof(*parts));
	if (!parts) return false;
	if (p->part_count) memcpy(parts, p->parts, p->part_count * sizeof(*parts));
	p->work += p->part_count;
	p->parts = parts;
	p->part_cap = cap;
	return true;
}

void mime_open_part(struct mime_parser *p, uint32_t parent, struct mime_mark at)
{
	uint32_t index = p->part_count++;

	p->parts[index] = (struct mime_part){
		.parent = parent,
		.depth = index ? p->parts[parent].depth + 1 : 0,
		.start = at.offset,
		.header_lines = at.lines,
	};
	p->current = index;
	p->state = MIME_IN_HEADER;
	mime_section_reset(&p->section);
}

/* FNV-1a. Boundaries made to collide cost a comparison each, not more. */
static uint32_t hash_of(slice text)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < text.n; i++)
		hash = (hash ^ (unsigned char)text.p[i]) * 16777619u;
	return hash;
}

static void push_boundary(struct mime_parser *p, uint32_t index)
{
	slice text = mime_boundary_of(&p->parts[index]);

	p->boundaries[p->boundary_count++] =
		(struct mime_boundary){ text, hash_of(text), index };
}

void mime_end_header(struct mime_parser *p, struct mime_mark body)
{
	bool room = mime_can_open(p);
	uint32_t index = p->current;
	struct mime_part *part = &p->parts[index];
	size_t section_n = (size_t)(body.offset - part->start);

	part->body_start = body.offset;
	part->header_lines = body.lines - part->header_lines;
	part->body_lines = body.lines;
	p->state = MIME_IN_BODY;
	mime_read_fields(p, part, section_n);
	mime_read_content_fields(p, part, room);
	if (part->kind == MIME_MULTIPART)
		push_boundary(p, index);
	else if (part->kind == MIME_MESSAGE)
		mime_open_part(p, index, body);
}

void mime_end_headers(struct mime_parser *p, struct mime_mark body)
{
	while (p->state == MIME_IN_HEADER)
		mime_end_header(p, body);
}

/* Closes the current part at end, or behind its header section where that reaches
 * further: an empty line before a boundary is both's. Gives where it ended, for its
 * parent cannot end before. */
static struct mime_mark close_part(struct mime_parser *p, struct mime_mark end)
{
	struct mime_part *part = &p->parts[p->current];

	if (end.offset < part->body_start)
		end = (struct mime_mark){ part->body_start, part->body_lines };
	part->end_index = p->part_count;
	part->end = end.offset;
	part->body_lines = end.lines - part->body_lines;
	p->current = part->parent;
	p->work++;
	return end;
}

/* Closes the parts within the open part given. */
static void close_within(struct mime_parser *p, uint32_t index, struct mime_mark end)
{
	while (p->current != index)
		end = close_part(p, end);
}

void mime_close_all(struct mime_parser *p)
{
	close_within(p, 0, p->at);
	close_part(p, p->at);
}

static bool matches(const struct mime_boundary *b, uint32_t hash, slice text)
{
	return b->hash == hash && slice_eq(b->text, text);
}

/* The innermost open multipart whose boundary text is, or is with "--" behind it. */
static bool find_boundary(struct mime_parser *p, slice text, uint32_t *ret, bool *closing)
{
	bool dashes = text.n > 2 && slice_eq(slice_skip(text, text.n - 2), S("--"));
	slice bare = slice_head(text, dashes ? text.n - 2 : text.n);
	uint32_t hash = hash_of(text), bare_hash = hash_of(bare);

	for (uint32_t i = p->boundary_count; i-- > 0;) {
		const struct mime_boundary *b = &p->boundaries[i];
		bool opens = matches(b, hash, text);

		p->work++;
		if (!opens && !matches(b, bare_hash, bare)) continue;
		*ret = i;
		*closing = !opens;
		return true;
	}
	return false;
}

/* A boundary line is "--", the boundary, perhaps "--", white space and nothing else:
 * RFC 2046 5.1.1 defines it so, and a boundary may begin like another one. */
static bool is_boundary_line(struct mime_parser *p, const struct mime_line *line,
			     uint32_t *ret, bool *closing)
{
	slice text = line->text;

	if (p->boundary_count == 0 || line->cut || !take_literal(&text, S("--")))
		return false;
	while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
		text.n--;
	return find_boundary(p, text, ret, closing);
}

/* The line end before a boundary line belongs to it (RFC 2046 5.1.1). */
static struct mime_mark end_before(const struct mime_parser *p, struct mime_mark line)
{
	line.offset -= p->last_line_end;
	line.lines -= p->last_line_end != 0;
	return line;
}

bool mime_take_boundary(struct mime_parser *p, const struct mime_line *line)
{
	uint32_t level;
	bool closing;

	if (!is_boundary_line(p, line, &level, &closing)) return false;
	mime_end_headers(p, p->section.has_stray ? p->section.stray : line->start);
	if (!closing && !mime_can_open(p)) { /* all the rest is the current part's */
		p->result->truncated = true;
		p->boundary_count = 0;
		return true;
	}

	uint32_t multipart = p->boundaries[level].part;
	close_within(p, multipart, end_before(p, line->start));
	p->boundary_count = closing ? level : level + 1;
	if (!closing) mime_open_part(p, multipart, line->next);
	return true;
}
