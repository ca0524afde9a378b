/*
 * The tree is gone through twice: first each leaf gets its encoding, and a multipart one
 * that its parts allow; then all is written.
 */
#include "message/compose.h"

#include <assert.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/quoted_printable.h"
#include "message/compose_scan.h"
#include "message/header_write.h"

enum {
	PIECE_MAX = 256 * 1024,                   /* octets from a source at a time */
	BASE64_PIECE = 1024 * BASE64_LINE_OCTETS, /* encoded at a time */
};

struct composer {
	slice boundary;
	compose_sink *sink;
	void *context;
	struct buf mark; /* "--=_boundary": how lines of boundaries begin */
	struct buf piece, encoded;
	unsigned boundaries; /* given away so far */
	enum err failure;
};

static bool is_multipart(const struct compose_part *p)
{
	return slice_eq_nocase(p->type, S("multipart"));
}

static bool is_message(slice type)
{
	return slice_eq_nocase(type, S("message"));
}

static bool is_text(slice type)
{
	return slice_eq_nocase(type, S("text"));
}

bool compose_looks_at(slice type)
{
	return is_text(type) || is_message(type);
}

static void fail(struct composer *c, enum err e)
{
	if (!c->failure) c->failure = e;
}

static void put(struct composer *c, slice octets)
{
	if (!c->failure && octets.n && !c->sink(c->context, octets)) fail(c, ERR_LATER);
}

/* ---- the encodings ---- */

/* The next piece of a source behind what c->piece has; whether there is more. */
static bool read_more(struct composer *c, const struct compose_source *s)
{
	bool ended = false;

	if (!s->read(s->context, &c->piece, &ended)) fail(c, ERR_LATER);
	return !ended && !c->failure;
}

static struct compose_scan scan_source(struct composer *c, const struct compose_source *s)
{
	struct compose_scan scan = compose_scan_start(buf_slice(&c->mark));
	bool has_more;

	do {
		buf_reset(&c->piece);
		has_more = read_more(c, s);
		compose_scan_feed(&scan, buf_slice(&c->piece));
	} while (has_more);
	buf_reset(&c->piece);
	compose_scan_end(&scan);
	return scan;
}

static enum mime_encoding choose_for_source(struct composer *c,
					    const struct compose_part *p)
{
	struct compose_scan scan;

	if (!compose_looks_at(p->type)) return MIME_BASE64;
	scan = scan_source(c, p->again);
	if (is_text(p->type))
		return compose_scan_is_7bit(&scan) && !scan.has_mark ? MIME_7BIT
								     : MIME_BASE64;
	if (scan.has_mark) fail(c, ERR_EXISTS);
	return scan.has_8bit || scan.has_nul ? MIME_8BIT : MIME_7BIT;
}

/* Its line ends become CRLF. */
static slice take_text_line(slice *in, bool *ret_has_end)
{
	size_t n = 0;
	slice line;

	while (n < in->n && in->p[n] != '\r' && in->p[n] != '\n')
		n++;
	line = slice_head(*in, n);
	*in = slice_skip(*in, n);
	*ret_has_end =
		take_literal(in, S("\r\n")) || take_char(in, '\n') || take_char(in, '\r');
	return line;
}

static size_t quoted_size(slice line)
{
	size_t n = line.n;

	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] > '~' || line.p[i] == '=' ||
		    (line.p[i] < ' ' && line.p[i] != '\t'))
			n += 2;
	return n;
}

static enum mime_encoding choose_for_text(const struct composer *c, slice text)
{
	struct compose_scan scan = compose_scan_start(buf_slice(&c->mark));
	size_t plain = text.n, quoted = 0;
	bool has_end;

	while (text.n) {
		slice line = take_text_line(&text, &has_end);

		compose_scan_feed(&scan, line);
		if (has_end) compose_scan_feed(&scan, S("\r\n"));
		quoted += quoted_size(line) + 2;
	}
	if (compose_scan_is_7bit(&scan) && !scan.has_mark) return MIME_7BIT;
	return quoted <= base64_size(plain) ? MIME_QUOTED_PRINTABLE : MIME_BASE64;
}

static void choose(struct composer *c, struct compose_part *p, unsigned depth)
{
	assert(depth <= MIME_DEPTH_MAX);
	p->encoding = MIME_7BIT;
	if (!is_multipart(p)) {
		p->encoding =
			p->source ? choose_for_source(c, p) : choose_for_text(c, p->text);
		return;
	}
	for (struct compose_part *child = p->first; child; child = child->next) {
		choose(c, child, depth + 1);
		if (child->encoding == MIME_8BIT) p->encoding = MIME_8BIT;
	}
}

/* ---- content ---- */

/* Whole lines, as long as more follows. */
static void put_base64(struct composer *c, bool is_last)
{
	while (c->piece.n >= BASE64_PIECE || (is_last && c->piece.n)) {
		slice head = slice_head(buf_slice(&c->piece), BASE64_PIECE);

		buf_reset(&c->encoded);
		base64_encode_lines(&c->encoded, head);
		put(c, buf_slice(&c->encoded));
		buf_drop(&c->piece, head.n);
	}
}

static void put_source(struct composer *c, const struct compose_part *p)
{
	bool has_more;

	do {
		has_more = read_more(c, p->source);
		if (p->encoding == MIME_BASE64) {
			put_base64(c, !has_more);
			continue;
		}
		put(c, buf_slice(&c->piece));
		buf_reset(&c->piece);
	} while (has_more);
	buf_reset(&c->piece);
}

static void put_line(struct composer *c, const struct compose_part *p, slice line,
		     slice end)
{
	switch (p->encoding) {
	case MIME_BASE64:
		buf_add(&c->piece, line);
		buf_add(&c->piece, end);
		put_base64(c, false);
		break;
	case MIME_QUOTED_PRINTABLE:
		buf_reset(&c->encoded);
		quoted_printable_encode(&c->encoded, line);
		put(c, buf_slice(&c->encoded));
		put(c, end);
		break;
	default:
		put(c, line);
		put(c, end);
	}
}

/* A line of any length goes through in pieces; quoted-printable takes it whole. */
static void put_text(struct composer *c, const struct compose_part *p)
{
	slice text = p->text;
	bool has_end;

	c->piece.max = c->encoded.max = PIECE_MAX + 4 * text.n;
	while (text.n) {
		slice line = take_text_line(&text, &has_end);

		put_line(c, p, line, has_end ? S("\r\n") : S(""));
	}
	put_base64(c, true);
	buf_reset(&c->piece);
}

/* ---- parts ---- */

static slice encoding_name(enum mime_encoding e)
{
	switch (e) {
	case MIME_QUOTED_PRINTABLE:
		return S("quoted-printable");
	case MIME_BASE64:
		return S("base64");
	case MIME_8BIT:
		return S("8bit");
	default:
		return S("7bit");
	}
}

/* Type and parameters, and the boundary if it has one. */
static void put_type(struct composer *c, const struct compose_part *p, slice boundary)
{
	CLEANUP(buf_done) struct buf out, value;
	CLEANUP(cleanup_free)
	struct mime_parameter *list = calloc(p->parameter_count + 1, sizeof(*list));
	uint32_t count = 0;

	assert(list);
	buf_init(&out, MIME_HEADER_MAX);
	buf_init(&value, p->type.n + p->subtype.n + 1);
	buf_add(&value, p->type);
	buf_add_char(&value, '/');
	buf_add(&value, p->subtype);
	for (; count < p->parameter_count; count++)
		list[count] = p->parameters[count];
	if (boundary.n)
		list[count++] = (struct mime_parameter){ S("boundary"), boundary };
	if (!header_write_parameters(S("Content-Type"), buf_slice(&value), list, count,
				     &out))
		fail(c, ERR_MALFORMED);
	put(c, buf_slice(&out));
}

static void put_header(struct composer *c, const struct compose_part *p, bool is_root,
		       slice boundary)
{
	put(c, p->fields);
	if (is_root) put(c, S("MIME-Version: 1.0\r\n"));
	put_type(c, p, boundary);
	if (p->encoding != MIME_7BIT) {
		put(c, S("Content-Transfer-Encoding: "));
		put(c, encoding_name(p->encoding));
		put(c, S("\r\n"));
	}
	put(c, S("\r\n"));
}

static void put_part(struct composer *c, const struct compose_part *p, bool is_root);

/* "=_" is in no line of quoted-printable and base64; the number keeps those within one
 * another apart, and the mark behind it one from being another's beginning. */
static void put_multipart(struct composer *c, const struct compose_part *p, bool is_root)
{
	CLEANUP(buf_done) struct buf boundary;

	buf_init(&boundary, COMPOSE_MARK_MAX);
	buf_addf(&boundary, "=_%.*s_%u_", FMT(c->boundary), ++c->boundaries);
	put_header(c, p, is_root, buf_slice(&boundary));
	for (const struct compose_part *child = p->first; child; child = child->next) {
		put(c, child == p->first ? S("--") : S("\r\n--"));
		put(c, buf_slice(&boundary));
		put(c, S("\r\n"));
		put_part(c, child, false);
	}
	put(c, S("\r\n--"));
	put(c, buf_slice(&boundary));
	put(c, S("--\r\n"));
}

static void put_part(struct composer *c, const struct compose_part *p, bool is_root)
{
	if (is_multipart(p)) {
		put_multipart(c, p, is_root);
		return;
	}
	put_header(c, p, is_root, S(""));
	if (p->source)
		put_source(c, p);
	else
		put_text(c, p);
}

enum err compose_write(struct compose_part *root, slice boundary, compose_sink *sink,
		       void *context)
{
	struct composer c = { .boundary = boundary, .sink = sink, .context = context };

	assert(boundary.n <= COMPOSE_BOUNDARY_MAX);
	buf_init(&c.mark, COMPOSE_MARK_MAX);
	buf_init(&c.piece, PIECE_MAX);
	buf_init(&c.encoded, PIECE_MAX);
	buf_addf(&c.mark, "--=_%.*s", FMT(boundary));
	choose(&c, root, 0);
	if (!c.failure) put_part(&c, root, true);
	buf_done(&c.mark);
	buf_done(&c.piece);
	buf_done(&c.encoded);
	return c.failure;
}
