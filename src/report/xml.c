#include "report/xml.h"

#include "base/utf8.h"

void xml_init(struct xml *x, slice document)
{
	*x = (struct xml){ .rest = document };
	take_literal(&x->rest, S("\xef\xbb\xbf")); /* some write the mark of UTF-8 */
}

static enum xml_event bad(struct xml *x)
{
	x->is_bad = true;
	return XML_BAD;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(slice *in)
{
	while (in->n && is_space(*in->p))
		*in = slice_skip(*in, 1);
}

/* Beyond ASCII every octet passes (XML 1.0 2.3 has most of them). */
static bool is_name_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_' || c == ':' || c == '-' ||
	       c == '.' || (unsigned char)c >= 0x80;
}

static bool take_name(slice *in, slice *ret)
{
	size_t n = 0;

	while (n < in->n && is_name_char(in->p[n]))
		n++;
	if (n == 0 || is_digit(*in->p) || *in->p == '-' || *in->p == '.') return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

static slice local_name(slice name)
{
	size_t colon = slice_find_char(name, ':');

	return colon < name.n ? slice_skip(name, colon + 1) : name;
}

/* What ends with those octets; they are taken, too. */
static bool take_past(slice *in, slice end, slice *ret)
{
	size_t at = slice_find(*in, end);

	if (at == in->n) return false;
	*ret = slice_head(*in, at);
	*in = slice_skip(*in, at + end.n);
	return true;
}

/* S Attribute ... up to the end of the tag (XML 1.0 3.1). */
static bool skip_attributes(slice *in)
{
	for (;;) {
		slice name, value;
		bool has_space = in->n && is_space(*in->p);

		skip_space(in);
		if (in->n && (*in->p == '>' || *in->p == '/' || *in->p == '?'))
			return true;
		if (!has_space || !take_name(in, &name)) return false;
		skip_space(in);
		if (!take_char(in, '=')) return false;
		skip_space(in);
		if (take_char(in, '"')) {
			if (!take_until(in, '"', &value)) return false;
		} else if (!take_char(in, '\'') || !take_until(in, '\'', &value)) {
			return false;
		}
		if (slice_find_char(value, '<') < value.n) return false;
	}
}

static enum xml_event end_element(struct xml *x, slice name)
{
	if (x->depth == 0 || !slice_eq(x->open[x->depth - 1], name)) return bad(x);
	x->depth--;
	x->name = local_name(name);
	return XML_END;
}

/* Behind "</". */
static enum xml_event take_end_tag(struct xml *x)
{
	slice name;

	if (!take_name(&x->rest, &name)) return bad(x);
	skip_space(&x->rest);
	return take_char(&x->rest, '>') ? end_element(x, name) : bad(x);
}

/* Behind "<". */
static enum xml_event take_start_tag(struct xml *x)
{
	slice name;

	if (x->depth == XML_DEPTH_MAX || (x->depth == 0 && x->has_root)) return bad(x);
	if (!take_name(&x->rest, &name) || !skip_attributes(&x->rest)) return bad(x);
	x->closes = take_char(&x->rest, '/');
	if (!take_char(&x->rest, '>')) return bad(x);
	x->has_root = true;
	x->open[x->depth++] = name;
	x->name = local_name(name);
	return XML_START;
}

/* Comments and processing instructions: true when one was taken, or the document is bad.
 */
static bool skip_other(struct xml *x)
{
	slice skipped;

	if (take_literal(&x->rest, S("<!--")))
		x->is_bad = !take_past(&x->rest, S("-->"), &skipped);
	else if (take_literal(&x->rest, S("<?")))
		x->is_bad = !take_past(&x->rest, S("?>"), &skipped);
	else
		return false;
	return true;
}

static enum xml_event take_markup(struct xml *x)
{
	if (take_literal(&x->rest, S("<![CDATA["))) {
		x->is_literal = true;
		return x->depth && take_past(&x->rest, S("]]>"), &x->text) ? XML_TEXT
									   : bad(x);
	}
	if (slice_starts(x->rest, S("<!"))) return bad(x);
	if (take_literal(&x->rest, S("</"))) return take_end_tag(x);
	take_char(&x->rest, '<');
	return take_start_tag(x);
}

static enum xml_event take_text(struct xml *x)
{
	size_t n = slice_find_char(x->rest, '<');

	x->is_literal = false;
	x->text = slice_head(x->rest, n);
	x->rest = slice_skip(x->rest, n);
	if (x->depth == 0 && slice_trim(x->text).n) return bad(x);
	return XML_TEXT;
}

enum xml_event xml_next(struct xml *x)
{
	if (x->is_bad) return XML_BAD;
	if (x->closes) {
		x->closes = false;
		return end_element(x, x->open[x->depth - 1]);
	}
	while (!x->is_bad && skip_other(x))
		;
	if (x->is_bad) return XML_BAD;
	if (x->depth == 0) {
		skip_space(&x->rest);
		while (!x->is_bad && skip_other(x))
			skip_space(&x->rest);
		if (x->is_bad) return XML_BAD;
	}
	if (x->rest.n == 0) return x->depth == 0 && x->has_root ? XML_DONE : bad(x);
	return *x->rest.p == '<' ? take_markup(x) : take_text(x);
}

/* ---- text ---- */

static bool is_character(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
	       (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c <= 0x10ffff);
}

/* Behind "&#" (XML 1.0 4.1). */
static bool read_number(slice text, uint32_t *ret)
{
	bool is_hex = take_char(&text, 'x');
	uint32_t value = 0;

	if (text.n == 0 || text.n > 8) return false;
	for (size_t i = 0; i < text.n; i++) {
		int digit = hex_value(text.p[i]);

		if (digit < 0 || (!is_hex && digit > 9) || value > 0x10ffff) return false;
		value = value * (is_hex ? 16 : 10) + (uint32_t)digit;
	}
	*ret = value;
	return is_character(value);
}

/* Behind "&", up to ";" (XML 1.0 4.6). */
static bool add_reference(slice name, struct buf *out)
{
	static const struct {
		slice name;
		char c;
	} known[] = {
		{ SLICE_INIT("amp"), '&' },   { SLICE_INIT("lt"), '<' },
		{ SLICE_INIT("gt"), '>' },    { SLICE_INIT("quot"), '"' },
		{ SLICE_INIT("apos"), '\'' },
	};
	uint32_t c;

	if (take_char(&name, '#'))
		return read_number(name, &c) && buf_add_code_point(out, c);
	for (size_t i = 0; i < countof(known); i++)
		if (slice_eq(name, known[i].name)) return buf_add_char(out, known[i].c);
	return false;
}

bool xml_text_add(const struct xml *x, struct buf *out)
{
	slice in = x->text;

	if (x->is_literal) return buf_add(out, in);
	while (in.n) {
		size_t n = slice_find_char(in, '&');
		slice name;

		if (!buf_add(out, slice_head(in, n))) return false;
		in = slice_skip(in, n);
		if (!take_char(&in, '&')) continue;
		if (!take_until(&in, ';', &name) || !add_reference(name, out))
			return false;
	}
	return true;
}

/* ---- writing ---- */

static void add_character(struct buf *out, uint32_t c)
{
	if (c == '<')
		buf_add(out, S("&lt;"));
	else if (c == '>')
		buf_add(out, S("&gt;"));
	else if (c == '&')
		buf_add(out, S("&amp;"));
	else
		buf_add_code_point(out,
				   is_character(c) && c != '\r' && c != '\n' ? c : '?');
}

bool xml_add_escaped(struct buf *out, slice text)
{
	for (uint32_t c; take_code_point_lenient(&text, &c);)
		add_character(out, c == UTF8_REPLACEMENT ? '?' : c);
	return !out->overflow;
}

void xml_add_element(struct buf *out, const char *name, slice text)
{
	if (text.n == 0) return;
	buf_addf(out, "<%s>", name);
	xml_add_escaped(out, text);
	buf_addf(out, "</%s>\n", name);
}
