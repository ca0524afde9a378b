#include "message/seven_bit.h"

#include "base/base64.h"
#include "base/quoted_printable.h"

enum { LINE_MAX_OCTETS = 998 }; /* without its CRLF (RFC 5322 2.1.1) */

/* Goes through the message once; what lies before `at` is in out, or replaced there. */
struct writer {
	slice message;
	uint64_t at;
	struct buf *out;
	bool has_failed;
};

static slice octets(const struct writer *w, uint64_t from, uint64_t to)
{
	return slice_skip(slice_head(w->message, (size_t)to), (size_t)from);
}

static bool is_seven_bit(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || (unsigned char)s.p[i] >= 0x80) return false;
	return true;
}

/* What binary may be and 8bit may not: long lines, a CR or LF alone (RFC 2045 2.8). */
static bool has_lines(slice s)
{
	size_t start = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (i - start > LINE_MAX_OCTETS) return false;
		if (s.p[i] != '\r' && s.p[i] != '\n') continue;
		if (s.p[i] == '\n' || i + 1 == s.n || s.p[i + 1] != '\n') return false;
		start = ++i + 1;
	}
	return true;
}

/* As it stands; it must be such as can pass. */
static void copy_to(struct writer *w, uint64_t offset)
{
	slice s = octets(w, w->at, offset);

	if (!is_seven_bit(s)) w->has_failed = true;
	buf_add(w->out, s);
	w->at = offset;
}

/* ---- header sections ---- */

static void add_label(struct writer *w, slice encoding)
{
	buf_addf(w->out, "Content-Transfer-Encoding: %.*s\r\n", FMT(encoding));
}

/* A message that was none of MIME's becomes one; what its octets mean was never said
 * (RFC 1428 3). */
static void add_missing(struct writer *w, const struct mime_part *p, bool is_message)
{
	if (!is_message || mime_find_field(p, S("MIME-Version"))) return;
	buf_add(w->out, S("MIME-Version: 1.0\r\n"));
	if (!mime_find_field(p, S("Content-Type")))
		buf_add(w->out, S("Content-Type: text/plain; charset=unknown-8bit\r\n"));
}

static slice header_of(const struct writer *w, const struct mime_part *p)
{
	return octets(w, p->start, p->body_start);
}

/* Lines that are no fields, and none that are: what was meant is not guessed. */
static bool is_muddled(const struct writer *w, const struct mime_part *p)
{
	slice section = header_of(w, p);

	return p->field_count == 0 && section.n && !slice_eq(section, S("\r\n"));
}

/* Fields added to the message inside would become this part's own. */
static bool lacks_end(const struct writer *w, const struct mime_part *p)
{
	slice section = header_of(w, p);

	return p->kind == MIME_MESSAGE && !slice_eq(section, S("\r\n")) &&
	       !slice_ends_nocase(section, S("\n\r\n")) &&
	       !slice_ends_nocase(section, S("\n\n"));
}

/* The section with its first label replaced, further ones left out, or with one behind
 * its last field. */
static void write_header(struct writer *w, const struct mime_part *p, slice encoding,
			 bool is_message)
{
	bool is_labelled = false;

	if (is_muddled(w, p)) w->has_failed = true;
	for (uint32_t i = 0; i < p->field_count; i++) {
		const struct header_field *f = &p->fields[i];

		if (!slice_eq_nocase(f->name, S("Content-Transfer-Encoding"))) continue;
		copy_to(w, f->start);
		if (!is_labelled) add_label(w, encoding);
		is_labelled = true;
		w->at = f->end;
	}
	copy_to(w, p->field_count ? p->fields[p->field_count - 1].end : p->start);
	add_missing(w, p, is_message);
	if (!is_labelled) add_label(w, encoding);
	if (w->at == p->body_start) buf_add(w->out, S("\r\n")); /* it had no end */
	copy_to(w, p->body_start);
}

static bool says_other_than_7bit(const struct mime_part *p)
{
	return p->encoding == MIME_8BIT || p->encoding == MIME_BINARY;
}

/* ---- parts ---- */

/* How many octets escapes add; line ends need none. */
static size_t quoted_printable_cost(slice s)
{
	size_t cost = 0;

	while (s.n) {
		if (take_literal(&s, S("\r\n"))) continue;
		if ((s.p[0] < ' ' && s.p[0] != '\t') || s.p[0] > '~' || s.p[0] == '=')
			cost += 2;
		s = slice_skip(s, 1);
	}
	return cost;
}

/* False: it would be half as long again, for little to read, or a soft line break would
 * make a line that begins as a boundary does, and might be one. */
static bool encode_quoted(const struct mime_part *p, slice body, struct buf *out)
{
	if (!slice_eq_nocase(p->type, S("text")) ||
	    quoted_printable_cost(body) >= body.n / 2)
		return false;
	quoted_printable_encode(out, body);
	if (slice_find(buf_slice(out), S("=\r\n--")) == out->n) return true;
	buf_reset(out);
	return false;
}

/* A boundary that follows has the last line's end. */
static void encode_base64(slice body, bool is_last, struct buf *out)
{
	base64_encode_lines(out, body);
	if (!is_last && out->n) buf_truncate(out, out->n - 2);
}

/* Whether the type and the label allow another encoding. */
static bool may_encode(const struct mime_part *p)
{
	return !slice_eq_nocase(p->type, S("message")) &&
	       (p->encoding == MIME_7BIT || says_other_than_7bit(p));
}

static void write_encoded(struct writer *w, const struct mime_part *p, bool is_message)
{
	slice body = octets(w, p->body_start, p->end);
	bool is_quoted;
	struct buf text;

	if (!may_encode(p)) w->has_failed = true;
	buf_init(&text, w->out->max);
	is_quoted = encode_quoted(p, body, &text);
	if (!is_quoted) encode_base64(body, p->end == w->message.n, &text);
	write_header(w, p, is_quoted ? S("quoted-printable") : S("base64"), is_message);
	if (text.overflow) w->has_failed = true;
	buf_add(w->out, buf_slice(&text));
	buf_done(&text);
	w->at = p->end;
}

static bool passes(const struct mime_part *p, slice body)
{
	return is_seven_bit(body) && (p->encoding != MIME_BINARY || has_lines(body));
}

static void write_leaf(struct writer *w, const struct mime_part *p, bool is_message)
{
	if (!passes(p, octets(w, p->body_start, p->end))) {
		write_encoded(w, p, is_message);
		return;
	}
	if (says_other_than_7bit(p)) write_header(w, p, S("7bit"), false);
	copy_to(w, p->end);
}

static bool is_signed(const struct mime_part *p)
{
	return p->kind == MIME_MULTIPART && slice_eq_nocase(p->subtype, S("signed"));
}

bool seven_bit_write(slice message, const struct mime *m, struct buf *out)
{
	struct writer w = { .message = message, .out = out, .has_failed = m->truncated };

	for (uint32_t i = 0; i < m->part_count && !w.has_failed;) {
		const struct mime_part *p = &m->parts[i];
		bool is_whole = is_signed(p) || lacks_end(&w, p);
		bool is_message = i == 0 || m->parts[p->parent].kind == MIME_MESSAGE;

		if (is_whole)
			copy_to(&w, p->end);
		else if (p->kind == MIME_LEAF)
			write_leaf(&w, p, is_message);
		else if (says_other_than_7bit(p))
			write_header(&w, p, S("7bit"), false);
		i = is_whole ? p->end_index : i + 1;
	}
	if (!w.has_failed) copy_to(&w, message.n);
	return !w.has_failed && !out->overflow;
}
