#include "imap/structure_short.h"

enum { BASIC_FIELDS = 7 }; /* body type .. size */

struct shortening {
	slice in;
	struct buf *out;
	unsigned depth; /* bodies that are open around this one */
};

static void skip_quoted(slice *in)
{
	size_t i = 1;

	while (i < in->n && in->p[i] != '"')
		i += in->p[i] == '\\' ? 2 : 1;
	*in = slice_skip(*in, i + 1);
}

static void skip_literal(slice *in)
{
	uint64_t size = 0;

	take_char(in, '{');
	take_u64(in, &size);
	take_literal(in, S("}\r\n"));
	*in = slice_skip(*in, size < in->n ? (size_t)size : in->n);
}

/* A quoted string, a literal, or one octet of anything else. */
static void skip_piece(slice *in)
{
	if (in->p[0] == '"')
		skip_quoted(in);
	else if (in->p[0] == '{')
		skip_literal(in);
	else
		*in = slice_skip(*in, 1);
}

/* Up to the space or parenthesis behind one string, number, NIL or list. */
static slice take_value(slice *in)
{
	slice all = *in;
	unsigned depth = 0;

	while (in->n && (depth || (in->p[0] != ' ' && in->p[0] != ')'))) {
		if (in->p[0] == '(') depth++;
		if (in->p[0] == ')') depth--;
		skip_piece(in);
	}
	return slice_head(all, all.n - in->n);
}

/* Copies one value, with the space before it. */
static slice copy_value(struct shortening *s)
{
	slice value;

	if (take_char(&s->in, ' ')) buf_add_char(s->out, ' ');
	value = take_value(&s->in);
	buf_add(s->out, value);
	return value;
}

/* Leaves the extension data out. */
static void end_body(struct shortening *s)
{
	while (take_char(&s->in, ' '))
		take_value(&s->in);
	take_char(&s->in, ')');
	buf_add_char(s->out, ')');
}

/* A body that is no multipart; that of a message is entered after its envelope. */
static void copy_single(struct shortening *s)
{
	bool is_text = slice_eq_nocase(copy_value(s), S("\"text\""));

	for (unsigned i = 1; i < BASIC_FIELDS; i++)
		copy_value(s);
	if (!is_text && slice_starts(s->in, S(" ("))) {
		copy_value(s);
		if (take_char(&s->in, ' ')) buf_add_char(s->out, ' ');
		s->depth++;
		return;
	}
	if (is_text) copy_value(s);
	end_body(s);
}

static void open_body(struct shortening *s)
{
	take_char(&s->in, '(');
	buf_add_char(s->out, '(');
	if (slice_starts(s->in, S("(")))
		s->depth++;
	else
		copy_single(s);
}

void structure_shorten(slice body_structure, struct buf *out)
{
	struct shortening s = { .in = body_structure, .out = out };

	do {
		if (slice_starts(s.in, S("("))) {
			open_body(&s);
			continue;
		}
		copy_value(&s); /* the subtype of a multipart, the lines of a message */
		end_body(&s);
		if (s.depth) s.depth--;
	} while (s.depth);
}
