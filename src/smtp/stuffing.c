#include "smtp/stuffing.h"

static void end_line(struct stuffing *s, struct buf *out)
{
	buf_add(out, S("\r\n"));
	s->is_inside = s->has_cr = false;
}

/* The octets up to the first CR or LF, or all. */
static slice head_of_line(slice in)
{
	slice line = slice_head(in, slice_find_char(in, '\n'));

	return slice_head(line, slice_find_char(line, '\r'));
}

static void add_text(struct stuffing *s, slice text, struct buf *out)
{
	if (text.n == 0) return;
	if (s->dots && !s->is_inside && text.p[0] == '.') buf_add_char(out, '.');
	buf_add(out, text);
	s->is_inside = true;
}

void stuffing_add(struct stuffing *s, slice octets, struct buf *out)
{
	while (octets.n) {
		slice text;

		if (s->has_cr) {
			take_char(&octets, '\n');
			end_line(s, out);
			continue;
		}
		text = head_of_line(octets);
		add_text(s, text, out);
		octets = slice_skip(octets, text.n);
		s->has_cr = take_char(&octets, '\r');
		if (!s->has_cr && take_char(&octets, '\n')) end_line(s, out);
	}
}

void stuffing_end(struct stuffing *s, struct buf *out)
{
	if (s->is_inside || s->has_cr) end_line(s, out);
}
