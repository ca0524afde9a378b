/*
 * The parameters of header_write.h: a token or a quoted string where that can hold the
 * value, else RFC 2231's forms, in sections where a line cannot hold it.
 */
#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/folding.h"
#include "message/header_write.h"

enum {
	SIMPLE_MAX = 60,  /* octets of a value in one piece */
	SECTION_MAX = 50, /* octets of a section's text */
};

static bool is_token_char(char c)
{
	return c > ' ' && c <= '~' && slice_find_char(S("()<>@,;:\\\"/[]?="), c) == 15;
}

static bool is_token(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.p[i])) return false;
	return s.n > 0;
}

/* RFC 2231 7: attribute-char, which is a token's without "*", "'" and "%". */
static bool is_attribute_char(char c)
{
	return is_token_char(c) && c != '*' && c != '\'' && c != '%';
}

/* Readers of RFC 2047 take "=?...?=" in quotes for an encoded word. */
static bool is_simple(slice value)
{
	return value.n <= SIMPLE_MAX && is_ascii(value) && !has_controls(value) &&
	       slice_find(value, S("=?")) == value.n;
}

static void add_value(slice value, struct buf *out)
{
	if (is_token(value)) {
		buf_add(out, value);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '"' || value.p[i] == '\\') buf_add_char(out, '\\');
		buf_add_char(out, value.p[i]);
	}
	buf_add_char(out, '"');
}

/* Octets of the value until the section is full; characters may be cut (RFC 2231 3). */
static size_t add_section(slice value, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t start = out->n, i = 0;

	for (; i < value.n && out->n - start < SECTION_MAX; i++) {
		unsigned char c = (unsigned char)value.p[i];
		char escape[] = { '%', hex[c >> 4], hex[c & 15] };

		if (is_attribute_char(value.p[i]))
			buf_add_char(out, value.p[i]);
		else
			buf_add(out, (slice){ escape, sizeof(escape) });
	}
	return i;
}

static void add_extended(struct folding *f, const struct mime_parameter *p)
{
	CLEANUP(buf_done) struct buf word, text;
	slice rest = p->value;
	bool is_whole;

	buf_init(&word, HEADER_LINE_MAX);
	buf_init(&text, HEADER_LINE_MAX);
	rest = slice_skip(rest, add_section(rest, &text));
	is_whole = !rest.n;
	for (unsigned section = 0; section == 0 || text.n; section++) {
		folding_glue(f, S(";"));
		buf_addf(&word, "%.*s%s", FMT(p->name), is_whole ? "" : "*");
		if (!is_whole) buf_add_u64(&word, section);
		buf_addf(&word, "*=%s%.*s", section ? "" : "utf-8''",
			 FMT(buf_slice(&text)));
		folding_word(f, buf_slice(&word));
		buf_reset(&word);
		buf_reset(&text);
		rest = slice_skip(rest, add_section(rest, &text));
	}
}

static void add_parameter(struct folding *f, const struct mime_parameter *p)
{
	CLEANUP(buf_done) struct buf word;

	buf_init(&word, HEADER_LINE_MAX);
	if (!is_simple(p->value)) {
		add_extended(f, p);
		return;
	}
	folding_glue(f, S(";"));
	buf_add(&word, p->name);
	buf_add_char(&word, '=');
	add_value(p->value, &word);
	folding_word(f, buf_slice(&word));
}

bool header_write_parameters(slice name, slice value, const struct mime_parameter *list,
			     uint32_t count, struct buf *out)
{
	enum { PARAMETER_NAME_MAX = 64 };
	struct folding f = folding_start(name, out);

	folding_word(&f, value);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_token(list[i].name) || list[i].name.n > PARAMETER_NAME_MAX)
			return false;
		add_parameter(&f, &list[i]);
	}
	return folding_end(&f);
}
