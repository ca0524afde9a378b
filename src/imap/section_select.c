#include <assert.h>
#include <stdlib.h>

#include "imap/section.h"

void spans_done(struct spans *s)
{
	free(s->at);
	*s = (struct spans){ 0 };
}

void spans_reset(struct spans *s)
{
	s->count = 0;
	s->size = 0;
}

/* Bounded by the lines of SECTION_HEADER_MAX octets. */
static void grow(struct spans *s)
{
	s->cap = s->cap ? s->cap * 2 : 8;
	s->at = reallocarray(s->at, s->cap, sizeof(*s->at));
	assert(s->at);
}

void spans_add(struct spans *s, uint64_t start, uint64_t end)
{
	if (start == end) return;
	s->size += end - start;
	if (s->count && s->at[s->count - 1].end == start) {
		s->at[s->count - 1].end = end;
		return;
	}
	if (s->count == s->cap) grow(s);
	s->at[s->count++] = (struct span){ start, end };
}

/* A line with its LF, or what is left without one. */
static slice take_raw_line(slice *in)
{
	size_t n = slice_find_char(*in, '\n');
	slice line = slice_head(*in, n < in->n ? n + 1 : n);

	*in = slice_skip(*in, line.n);
	return line;
}

/* White space may stand before the colon (RFC 5322 4.5). */
static bool is_named(const struct section *s, slice line)
{
	size_t colon = slice_find_char(line, ':');
	slice name = slice_trim(slice_head(line, colon));

	if (colon == line.n) return false;
	for (uint32_t i = 0; i < s->field_count; i++)
		if (slice_eq_nocase(s->fields[i], name)) return true;
	return false;
}

static bool is_folded(slice line)
{
	return line.p[0] == ' ' || line.p[0] == '\t';
}

static bool is_blank(slice line)
{
	return slice_eq(line, S("\r\n")) || slice_eq(line, S("\n"));
}

void section_select(const struct section *s, slice header, uint64_t offset,
		    struct spans *ret)
{
	bool wanted = s->kind == SECTION_FIELDS_NOT;

	while (header.n) {
		slice line = take_raw_line(&header);

		if (is_blank(line))
			wanted = true;
		else if (!is_folded(line))
			wanted = is_named(s, line) == (s->kind == SECTION_FIELDS);
		if (wanted) spans_add(ret, offset, offset + line.n);
		offset += line.n;
	}
}
