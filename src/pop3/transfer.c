#include "pop3/transfer.h"

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

bool transfer_add(struct transfer *t, slice octets, struct buf *out)
{
	while (octets.n && !t->is_full) {
		size_t n = slice_find_char(octets, '\n');
		bool is_whole = n < octets.n;

		add_piece(t, slice_head(octets, n + is_whole), is_whole, out);
		octets = slice_skip(octets, n + is_whole);
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
