#include "message/mime_parser.h"

#include <string.h>

static void note_octets(struct mime *m, slice bytes)
{
	unsigned char all = 0, nul = 0;

	for (size_t i = 0; i < bytes.n; i++) { /* the compiler makes vectors of this */
		all |= (unsigned char)bytes.p[i];
		nul |= bytes.p[i] == 0;
	}
	m->has_8bit |= all >= 0x80;
	m->has_nul |= nul != 0;
}

static uint32_t count_line_ends(slice bytes)
{
	uint32_t count = 0;

	for (size_t i = 0; i < bytes.n; i++)
		count += bytes.p[i] == '\n';
	return count;
}

/* Octets of the line end that bytes, a whole line, has. A bare LF is one, a bare CR
 * is none. */
static unsigned line_end_of(const struct mime_parser *p, slice bytes)
{
	if (bytes.n == 0 || bytes.p[bytes.n - 1] != '\n') return 0;
	return (bytes.n > 1 ? bytes.p[bytes.n - 2] == '\r' : p->last_cr) ? 2 : 1;
}

static void consume(struct mime_parser *p, slice *in, size_t n)
{
	p->last_cr = in->p[n - 1] == '\r';
	p->at.offset += n;
	*in = slice_skip(*in, n);
}

/* Octets of in, from the start of a line, that are whole lines and no boundaries. */
static size_t plain_lines(struct mime_parser *p, slice in, uint32_t *ret_lines)
{
	const char *at = in.p, *end = in.p + in.n;
	uint32_t lines = 0;

	while (end - at >= 2 && !(at[0] == '-' && at[1] == '-')) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));

		if (!lf) break;
		at = lf + 1;
		lines++;
	}
	p->work += lines;
	*ret_lines = lines;
	return (size_t)(at - in.p);
}

/* As plain_lines, where no boundary can come. */
static size_t all_lines(slice in, uint32_t *ret_lines)
{
	const char *lf = memrchr(in.p, '\n', in.n);
	slice lines = slice_head(in, lf ? (size_t)(lf - in.p) + 1 : 0);

	*ret_lines = count_line_ends(lines);
	return lines.n;
}

static void skip_body_lines(struct mime_parser *p, slice *in)
{
	uint32_t lines;
	size_t n =
		p->boundary_count ? plain_lines(p, *in, &lines) : all_lines(*in, &lines);

	if (n == 0) return;
	p->last_line_end = line_end_of(p, slice_head(*in, n));
	p->at.lines += lines;
	consume(p, in, n);
}

/*
 * A line that is no field. Among fields it is passed over, for software breaks long
 * fields without folding them; only the empty line ends the section. But where that is
 * missing, the body begins with it, and so it does before any field, unless one follows.
 * One that may be a boundary line is body at once.
 */
static void take_stray_line(struct mime_parser *p, const struct mime_line *line)
{
	struct mime_section *s = &p->section;
	bool dashes = slice_starts(line->text, S("--"));
	bool second = s->has_stray && !s->has_field;

	if (!s->has_stray) s->stray = line->start;
	s->has_stray = true;
	if (second || dashes) mime_end_headers(p, s->stray);
	if (dashes) mime_take_boundary(p, line);
}

/* The line that mbox files have before a message, quoted or not. */
static bool is_mbox_line(slice line)
{
	take_char(&line, '>');
	return slice_starts(line, S("From "));
}

static void take_header_line(struct mime_parser *p, const struct mime_line *line)
{
	struct mime_section *s = &p->section;
	bool first = !s->has_line;

	s->has_line = true;
	if (line->text.n == 0) {
		if (s->has_stray && !s->has_field)
			mime_end_headers(p, s->stray);
		else
			mime_end_header(p, line->next);
	} else if (mime_is_field(line->text)) {
		s->has_field = true;
		s->has_stray = false;
	} else if (line->text.p[0] != ' ' && line->text.p[0] != '\t' &&
		   !(first && is_mbox_line(line->text))) {
		take_stray_line(p, line);
	}
}

/* head: the beginning of the line that ends at p->at, line end included when it is
 * not longer. */
static void end_line(struct mime_parser *p, slice head, unsigned line_end)
{
	struct mime_line line = { .next = p->at, .start = p->at };

	line.start.offset -= p->line_n;
	line.next.lines += line_end != 0;
	line.cut = p->line_n > LINE_HEAD_MAX;
	line.text = line.cut ? head : slice_head(head, head.n - line_end);
	p->work += line.text.n;
	if (!mime_take_boundary(p, &line) && p->state == MIME_IN_HEADER)
		take_header_line(p, &line);
	p->at = line.next;
	p->last_line_end = line_end;
	p->line_n = p->line_head_n = 0;
}

static void keep_line_head(struct mime_parser *p, slice fragment)
{
	slice kept = slice_head(fragment, LINE_HEAD_MAX - p->line_head_n);

	if (kept.n) memcpy(p->line_head + p->line_head_n, kept.p, kept.n);
	p->line_head_n += kept.n;
}

/* Takes the rest of a line, or what there is of it. */
static void take_fragment(struct mime_parser *p, slice *in)
{
	size_t lf = slice_find_char(*in, '\n');
	bool ended = lf < in->n;
	slice fragment = slice_head(*in, ended ? lf + 1 : lf);
	slice head = slice_head(fragment, LINE_HEAD_MAX);
	unsigned line_end = line_end_of(p, fragment);

	if (p->state == MIME_IN_HEADER) mime_section_add(p, fragment, ended);
	if (!ended || p->line_n) {
		keep_line_head(p, fragment);
		head = (slice){ p->line_head, p->line_head_n };
	}
	p->line_n += fragment.n;
	consume(p, in, fragment.n);
	if (ended) end_line(p, head, line_end);
}

void mime_parser_feed(struct mime_parser *p, slice bytes)
{
	note_octets(p->result, bytes);
	while (bytes.n) {
		if (p->state == MIME_IN_BODY && p->line_n == 0)
			skip_body_lines(p, &bytes);
		if (bytes.n) take_fragment(p, &bytes);
	}
}

void mime_parser_end_input(struct mime_parser *p)
{
	struct mime_section *s = &p->section;

	if (p->line_n) {
		if (p->state == MIME_IN_HEADER) mime_section_add(p, (slice){ 0 }, true);
		end_line(p, (slice){ p->line_head, p->line_head_n }, 0);
	}
	if (p->state == MIME_IN_HEADER)
		mime_end_headers(p, s->has_stray ? s->stray : p->at);
}
