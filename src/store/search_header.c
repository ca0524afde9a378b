#include "store/search_header.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/encoded_word.h"
#include "message/header_text.h"
#include "message/text.h"
#include "store/search_text.h"

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

/* Without a name: of all fields. */
static bool take_value(slice *section, slice name, slice *ret)
{
	slice field;

	while (take_folded_line(section, ret))
		if (take_field_name(ret, &field) &&
		    (!name.p || slice_eq_nocase(field, name)))
			return true;
	return false;
}

void header_section_each(slice section, slice name, void (*take)(void *, slice),
			 void *context)
{
	slice value;

	while (take_value(&section, name, &value)) {
		CLEANUP(buf_done) struct buf decoded = { 0 };

		decode_value(value, &decoded);
		take(context, buf_slice(&decoded));
	}
}

void header_section_values(slice section, void (*take)(void *context, slice utf8),
			   void *context)
{
	header_section_each(section, (slice){ 0 }, take, context);
}

static bool value_has(slice value, slice needle)
{
	CLEANUP(buf_done) struct buf decoded, folded;
	slice s;

	if (needle.n == 0) return true;
	decode_value(value, &decoded);
	buf_init(&folded, decoded.n * TEXT_FOLD_GROWTH_MAX);
	text_fold(buf_slice(&decoded), &folded);
	s = buf_slice(&folded);
	return slice_find(s, needle) < s.n;
}

bool header_section_has(slice section, slice name, slice needle)
{
	slice value;

	while (take_value(&section, name, &value))
		if (value_has(value, needle)) return true;
	return false;
}
