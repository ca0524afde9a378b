#include "pop3/transfer.h"

#include <string.h>

void transfer_begin(struct transfer *t, uint64_t body_lines)
{
	*t = (struct transfer){ .lines_left = body_lines };
}

static void line_ended(struct transfer *t)
{
	bool is_empty = t->line_octets == 0 || (t->line_octets == 1 && t->after_cr);

	if (t->in_body)
		t->lines_left--;
	else
		t->in_body = is_empty;
	t->is_full = t->in_body && t->lines_left == 0;
	t->line_octets = 0;
	t->after_cr = false;
}

/* A whole line or what is there of it. */
static void add_piece(struct transfer *t, slice piece, bool is_whole, struct buf *out)
{
	slice text = slice_head(piece, piece.n - is_whole);

	if (t->line_octets == 0 && text.n && text.p[0] == '.') buf_add_char(out, '.');
	if (text.n) t->after_cr = text.p[text.n - 1] == '\r';
	t->line_octets += text.n;
	if (is_whole && t->after_cr)
		buf_add(out, piece);
	else
		buf_add(out, text);
	if (!is_whole) return;
	if (!t->after_cr) buf_add(out, S("\r\n"));
	line_ended(t);
}

/* Takes the whole line at the front if it goes out as it is; returns its octets, or 0. */
static size_t pass_line(struct transfer *t, slice octets)
{
	const char *lf = memchr(octets.p, '\n', octets.n);

	if (!lf || lf == octets.p || lf[-1] != '\r') return 0;
	if (t->line_octets || octets.p[0] == '.') return 0;
	t->line_octets = (size_t)(lf - octets.p);
	t->after_cr = true;
	line_ended(t);
	return (size_t)(lf - octets.p) + 1;
}

/* Nearly all lines are such, so they are added together. */
static size_t pass_lines(struct transfer *t, slice octets, struct buf *out)
{
	size_t passed = 0, n = 1;

	while (n && passed < octets.n && !t->is_full) {
		n = pass_line(t, slice_skip(octets, passed));
		passed += n;
	}
	buf_add(out, slice_head(octets, passed));
	return passed;
}

static size_t add_line(struct transfer *t, slice octets, struct buf *out)
{
	size_t n = slice_find_char(octets, '\n');
	bool is_whole = n < octets.n;

	add_piece(t, slice_head(octets, n + is_whole), is_whole, out);
	return n + is_whole;
}

bool transfer_add(struct transfer *t, slice octets, struct buf *out)
{
	octets = slice_skip(octets, pass_lines(t, octets, out));
	while (octets.n && !t->is_full) {
		octets = slice_skip(octets, add_line(t, octets, out));
		octets = slice_skip(octets, pass_lines(t, octets, out));
	}
	return !t->is_full;
}

void transfer_end(struct transfer *t, struct buf *out)
{
	if (t->line_octets) buf_add(out, t->after_cr ? S("\n") : S("\r\n"));
	buf_add(out, S(".\r\n"));
}

slice header_section(slice message)
{
	slice rest = message;

	while (rest.n) {
		size_t n = slice_find_char(rest, '\n');
		bool is_empty = n == 0 || (n == 1 && rest.p[0] == '\r');

		rest = slice_skip(rest, n + 1);
		if (is_empty) break;
	}
	return slice_head(message, message.n - rest.n);
}
