#include "base/quoted_printable.h"

static bool is_white(char c)
{
	return c == ' ' || c == '\t';
}

static slice held(const struct quoted_printable_decoder *d)
{
	return (slice){ d->held, d->n };
}

static void hold(struct quoted_printable_decoder *d, char c)
{
	d->held[d->n++] = c;
}

/* What is held was text after all. */
static bool give_up(struct quoted_printable_decoder *d, struct buf *out)
{
	bool fits = buf_add(out, held(d));

	d->n = 0;
	return fits;
}

/* The line ended: white space held is padding, an "=" held is a soft line break. */
static bool end_line(struct quoted_printable_decoder *d, slice line_end, struct buf *out)
{
	bool soft = d->held[0] == '=';

	d->n = 0;
	return soft || buf_add(out, line_end);
}

/* Whether c may follow what is held without deciding yet what that is. */
static bool may_extend(const struct quoted_printable_decoder *d, char c)
{
	char last = d->held[d->n - 1];

	if (last == '\r' || hex_value(last) >= 0) return false;
	if (c == '\r') return true;
	if (is_white(c)) return d->n < QUOTED_PRINTABLE_WHITE;
	return d->n == 1 && last == '=' && hex_value(c) >= 0;
}

/* Lets c join or decide what is held; *ret_taken is 0 when c is still to be read, or 1.
 */
static bool decide(struct quoted_printable_decoder *d, char c, struct buf *out,
		   size_t *ret_taken)
{
	char last = d->held[d->n - 1];

	*ret_taken = 1;
	if (may_extend(d, c)) {
		hold(d, c);
		return true;
	}
	if (c == '\n' && hex_value(last) < 0)
		return end_line(d, last == '\r' ? S("\r\n") : S("\n"), out);
	if (hex_value(last) >= 0 && hex_value(c) >= 0) {
		d->n = 0;
		return buf_add_char(out, (char)(hex_value(last) << 4 | hex_value(c)));
	}
	*ret_taken = 0;
	return give_up(d, out);
}

/* Octets at the front that mean themselves whatever follows; 0 when the first of them
 * needs holding. */
static size_t plain_run(slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '=' && s.p[n] != '\r' && s.p[n] != '\n')
		n++;
	if (n < s.n && s.p[n] == '=') return n;
	while (n && is_white(s.p[n - 1]))
		n--;
	return n < s.n && s.p[n] == '\n' ? n + 1 : n;
}

bool quoted_printable_decoder_feed(struct quoted_printable_decoder *d, slice chunk,
				   struct buf *out)
{
	bool fits = true;

	while (chunk.n && fits) {
		size_t taken = d->n ? 0 : plain_run(chunk);

		if (taken) {
			fits = buf_add(out, slice_head(chunk, taken));
		} else if (d->n) {
			fits = decide(d, chunk.p[0], out, &taken);
		} else {
			hold(d, chunk.p[0]);
			taken = 1;
		}
		chunk = slice_skip(chunk, taken);
	}
	return fits;
}

bool quoted_printable_decoder_end(struct quoted_printable_decoder *d, struct buf *out)
{
	char last;

	if (d->n == 0) return true;
	last = d->held[d->n - 1];
	if (last == '\r' || hex_value(last) >= 0) return give_up(d, out);
	return end_line(d, S(""), out);
}

/* An output line in the making. */
struct line {
	struct buf *out;
	size_t n; /* characters in it so far */
};

/* A token is a character or an escape: the soft line break never cuts one. */
static bool add_token(struct line *l, slice token, bool line_ends_after)
{
	size_t room = QUOTED_PRINTABLE_LINE - (line_ends_after ? 0 : 1);

	if (l->n + token.n > room) {
		if (!buf_add(l->out, S("=\r\n"))) return false;
		l->n = 0;
	}
	l->n += token.n;
	return buf_add(l->out, token);
}

static bool is_plain(char c, bool line_ends_after)
{
	if (is_white(c)) return !line_ends_after;
	return c > ' ' && c <= '~' && c != '=';
}

static bool encode_octet(struct line *l, char c, bool line_ends_after)
{
	static const char hex[] = "0123456789ABCDEF";
	unsigned char u = (unsigned char)c;
	char escape[] = { '=', hex[u >> 4], hex[u & 15] };

	if (is_plain(c, line_ends_after))
		return add_token(l, (slice){ &c, 1 }, line_ends_after);
	return add_token(l, (slice){ escape, sizeof(escape) }, line_ends_after);
}

bool quoted_printable_encode(struct buf *out, slice text)
{
	struct line l = { .out = out };
	size_t had = out->n;
	bool fits = true;

	while (text.n && fits) {
		if (take_literal(&text, S("\r\n"))) {
			fits = buf_add(out, S("\r\n"));
			l.n = 0;
			continue;
		}
		char c = text.p[0];
		text = slice_skip(text, 1);
		fits = encode_octet(&l, c, text.n == 0 || slice_starts(text, S("\r\n")));
	}
	if (!fits) buf_truncate(out, had);
	return fits;
}
