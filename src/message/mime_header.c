#include <string.h>

#include "message/mime_parser.h"

enum { SECTION_MIN = 2048 }; /* octets of the first allocation */

/* The arena cannot take memory back, so the room is doubled and used for all sections
 * of the message. */
static bool grow_section(struct mime_parser *p, size_t need)
{
	struct mime_section *s = &p->section;
	size_t cap = s->cap ? s->cap : SECTION_MIN;
	char *bytes;

	if (need > MIME_HEADER_MAX) return false;
	while (cap < need)
		cap *= 2;
	if (cap == s->cap) return true;
	bytes = arena_alloc(p->arena, cap);
	if (!bytes) return false;
	if (s->n) memcpy(bytes, s->bytes, s->n);
	s->bytes = bytes;
	s->cap = cap;
	return true;
}

void mime_section_add(struct mime_parser *p, slice fragment, bool line_ended)
{
	struct mime_section *s = &p->section;

	if (s->cut) return;
	if (!grow_section(p, s->n + fragment.n)) {
		s->cut = true;
		return;
	}
	if (fragment.n) memcpy(s->bytes + s->n, fragment.p, fragment.n);
	s->n += fragment.n;
	if (line_ended) s->whole = s->n;
}

void mime_section_reset(struct mime_section *s)
{
	*s = (struct mime_section){ .bytes = s->bytes, .cap = s->cap };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_field_name_char(char c)
{
	return c > ' ' && c < 0x7f && c != ':';
}

bool mime_is_field(slice line)
{
	size_t n = 0;

	while (n < line.n && is_field_name_char(line.p[n]))
		n++;
	if (n == 0) return false;
	while (n < line.n && is_blank(line.p[n]))
		n++;
	return n < line.n && line.p[n] == ':';
}

/* The first line of s with its line end, and the lines behind it that continue it. */
static slice take_folded(slice *s)
{
	size_t n = 0;

	do {
		n += slice_find_char(slice_skip(*s, n), '\n');
		n += n < s->n;
	} while (n < s->n && is_blank(s->p[n]));

	slice folded = slice_head(*s, n);
	*s = slice_skip(*s, n);
	return folded;
}

static slice without_line_end(slice line)
{
	if (line.n && line.p[line.n - 1] == '\n') line.n--;
	if (line.n && line.p[line.n - 1] == '\r') line.n--;
	return line;
}

/* The next field of the section; lines that are none are passed over. */
static bool take_field(slice section, slice *in, struct header_field *ret)
{
	while (in->n) {
		size_t at = (size_t)(in->p - section.p);
		slice folded = take_folded(in), rest = without_line_end(folded);

		if (!mime_is_field(slice_head(rest, LINE_HEAD_MAX))) continue;
		take_until(&rest, ':', &ret->name);
		while (is_blank(ret->name.p[ret->name.n - 1]))
			ret->name.n--;
		ret->value = rest;
		ret->start = at;
		ret->end = at + folded.n;
		return true;
	}
	return false;
}

static uint32_t count_fields(slice section)
{
	struct header_field skipped;
	slice in = section;
	uint32_t count = 0;

	while (count < HEADER_FIELDS_MAX && take_field(section, &in, &skipped))
		count++;
	return count;
}

/* False when the arena is full. */
static bool set_fields(struct mime_parser *p, struct mime_part *part, slice section)
{
	uint32_t count = count_fields(section);
	struct header_field *fields = arena_alloc_array(p->arena, count, sizeof(*fields));
	slice in = section;

	if (!fields) return false;
	for (uint32_t i = 0; i < count; i++) {
		take_field(section, &in, &fields[i]);
		fields[i].start += part->start;
		fields[i].end += part->start;
	}
	part->fields = fields;
	part->field_count = count;
	p->result->truncated |= count == HEADER_FIELDS_MAX;
	p->work += 2 * section.n;
	return true;
}

void mime_read_fields(struct mime_parser *p, struct mime_part *part, size_t n)
{
	struct mime_section *s = &p->section;
	slice section = slice_head((slice){ s->bytes, s->whole }, n);

	p->result->truncated |= s->cut;
	if (!arena_copy(p->arena, section, &section) || !set_fields(p, part, section))
		p->result->truncated = true;
}
