#include "store/search_header.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/encoded_word.h"
#include "message/header_text.h"
#include "message/text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A line with those that continue it, without the line end behind the last. */
static bool take_folded_line(slice *in, slice *ret)
{
	size_t n = 0;

	if (in->n == 0) return false;
	do {
		n += slice_find_char(slice_skip(*in, n), '\n');
		n += n < in->n;
	} while (n < in->n && is_blank(in->p[n]));
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	if (ret->n && ret->p[ret->n - 1] == '\n') ret->n--;
	if (ret->n && ret->p[ret->n - 1] == '\r') ret->n--;
	return true;
}

/* Nothing to decode: what most header sections are, whole. */
static bool is_plain(slice s)
{
	return is_ascii(s) && slice_find(s, S("=?")) == s.n;
}

static void add_line(slice line, bool plain, struct buf *out)
{
	if (plain)
		header_unfold(line, out);
	else
		encoded_word_decode(line, out);
}

void header_section_text(slice section, struct buf *out)
{
	bool plain = is_plain(section);
	slice line;

	while (take_folded_line(&section, &line)) {
		add_line(line, plain, out);
		buf_add(out, S("\r\n"));
	}
}

static bool take_field_name(slice *line, slice *ret)
{
	if (!take_until(line, ':', ret)) return false;
	while (ret->n && is_blank(ret->p[ret->n - 1]))
		ret->n--;
	return true;
}

static void decode_value(slice value, struct buf *decoded)
{
	buf_init(decoded, value.n * TEXT_GROWTH_MAX);
	add_line(value, is_plain(value), decoded);
}

void header_section_values(slice section,
			   void (*take)(void *context, slice name, slice utf8),
			   void *context)
{
	slice line, name;

	while (take_folded_line(&section, &line)) {
		CLEANUP(buf_done) struct buf decoded = { 0 };

		if (!take_field_name(&line, &name)) continue;
		decode_value(line, &decoded);
		take(context, name, buf_slice(&decoded));
	}
}
