#include "mailauth/canon.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* A bare CR is no line end, so it is signed like any octet. */
static bool is_line_end(slice s, size_t i)
{
	return s.p[i] == '\n' || (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n');
}

/* The line ends of folding go, white space shrinks to one SP, and that before the line's
 * end and around the colon goes (RFC 6376 3.4.2). Returns the end of what it wrote. */
static char *relax_value(slice value, char *to)
{
	char *at = to;
	bool space = false;

	for (size_t i = 0; i < value.n; i++) {
		if (is_line_end(value, i)) continue;
		if (is_space(value.p[i])) {
			space = true;
			continue;
		}
		if (space && at != to) *at++ = ' ';
		space = false;
		*at++ = value.p[i];
	}
	return at;
}

static bool relaxed_field(const struct signed_field *field, struct buf *out)
{
	char *to = buf_reserve(out, field->name.n + 1 + field->value.n + 2);
	char *at = to;

	if (!to) return false;
	for (size_t i = 0; i < field->name.n; i++)
		*at++ = lower_ascii(field->name.p[i]);
	*at++ = ':';
	at = relax_value(field->value, at);
	*at++ = '\r';
	*at++ = '\n';
	buf_commit(out, (size_t)(at - to));
	return true;
}

bool canon_field(enum canon canon, const struct signed_field *field, struct buf *out)
{
	if (canon == CANON_RELAXED) return relaxed_field(field, out);
	return buf_add(out, field->raw) && buf_add(out, S("\r\n"));
}

void body_canon_init(struct body_canon *c, enum canon canon,
		     void (*sink)(void *to, slice octets), void *to)
{
	*c = (struct body_canon){ .canon = canon, .sink = sink, .to = to };
}

static void hand_on(struct body_canon *c)
{
	if (c->held_octets) c->sink(c->to, (slice){ c->held, c->held_octets });
	c->held_octets = 0;
}

static void put(struct body_canon *c, slice octets)
{
	if (octets.n > CANON_HELD - c->held_octets) hand_on(c);
	if (octets.n > CANON_HELD) {
		c->sink(c->to, octets);
		return;
	}
	memcpy(c->held + c->held_octets, octets.p, octets.n);
	c->held_octets += octets.n;
}

/* Text follows, so what was held back was not the end. */
static void put_text(struct body_canon *c, slice octets)
{
	for (; c->line_ends; c->line_ends--)
		put(c, S("\r\n"));
	if (c->space) put(c, S(" "));
	c->space = false;
	c->text = true;
	put(c, octets);
}

static void after_cr(struct body_canon *c, slice *in)
{
	c->cr = false;
	if (!take_char(in, '\n')) {
		put_text(c, S("\r"));
		return;
	}
	c->space = false;
	c->line_ends++;
}

/* How many octets stand as they are, to be handed on in one piece. */
static size_t plain_octets(enum canon canon, slice in)
{
	size_t n = 0;

	if (canon == CANON_SIMPLE) return slice_find_char(in, '\r');
	while (n < in.n && in.p[n] != '\r' && !is_space(in.p[n]))
		n++;
	return n;
}

void body_canon_feed(struct body_canon *c, slice octets)
{
	while (octets.n) {
		if (c->cr) {
			after_cr(c, &octets);
		} else if (take_char(&octets, '\r')) {
			c->cr = true;
		} else if (c->canon == CANON_RELAXED && is_space(octets.p[0])) {
			c->space = true;
			octets = slice_skip(octets, 1);
		} else {
			size_t n = plain_octets(c->canon, octets);

			put_text(c, slice_head(octets, n));
			octets = slice_skip(octets, n);
		}
	}
}

/* The empty lines at the end go; a body that has text ends with one CRLF, and in the
 * simple form any body does (RFC 6376 3.4.3, 3.4.4). */
void body_canon_finish(struct body_canon *c)
{
	if (c->cr) put_text(c, S("\r"));
	if (c->text || c->canon == CANON_SIMPLE) put(c, S("\r\n"));
	hand_on(c);
}
