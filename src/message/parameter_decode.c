/*
 * The decoded half of parameter.h: RFC 2231.
 *
 * Each raw parameter is a piece of a value. Pieces are sorted so that those of one name
 * lie together in the order in which they are joined, a value is made of each name's
 * best form, and the values go back to the order in which their names came.
 */
#include <stdlib.h>

#include "base/hex.h"
#include "message/encoded_word.h"
#include "message/header_text.h"
#include "message/parameter.h"
#include "message/text.h"

/* name=, name*= and name*N[*]= in the order in which they are preferred. */
enum form { FORM_WHOLE_EXTENDED, FORM_SECTION, FORM_PLAIN };

struct piece {
	slice name; /* without the suffix */
	slice value;
	enum form form;
	uint32_t section;
	uint32_t order; /* place in the field */
	bool extended;  /* percent-encoded */
};

static bool take_section(slice *name, uint32_t *ret)
{
	size_t n = name->n;
	slice digits;

	while (n && is_digit(name->p[n - 1]))
		n--;
	if (n < 2 || name->p[n - 1] != '*') return false;
	digits = slice_skip(*name, n);
	if (!take_u32(&digits, ret)) return false;
	name->n = n - 1;
	return true;
}

static struct piece piece_of(struct mime_parameter raw, uint32_t order)
{
	struct piece p = { .name = raw.name, .value = raw.value, .order = order };

	if (p.name.n > 1 && p.name.p[p.name.n - 1] == '*') {
		p.extended = true;
		p.name.n--;
	}
	if (take_section(&p.name, &p.section))
		p.form = FORM_SECTION;
	else
		p.form = p.extended ? FORM_WHOLE_EXTENDED : FORM_PLAIN;
	return p;
}

static int name_cmp(slice a, slice b)
{
	if (a.n != b.n) return a.n < b.n ? -1 : 1;
	for (size_t i = 0; i < a.n; i++) {
		int order = lower_ascii(a.p[i]) - lower_ascii(b.p[i]);

		if (order) return order;
	}
	return 0;
}

static int u32_cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int piece_cmp(const void *left, const void *right)
{
	const struct piece *a = left, *b = right;
	int order = name_cmp(a->name, b->name);

	if (!order) order = u32_cmp(a->form, b->form);
	if (!order) order = u32_cmp(a->section, b->section);
	return order ? order : u32_cmp(a->order, b->order);
}

/* charset'language'text: the language is dropped. Without its quotes it is all text. */
static slice take_charset(slice *value)
{
	slice charset = { 0 }, language, s = *value;

	if (take_until(&s, '\'', &charset) && take_until(&s, '\'', &language)) {
		*value = s;
		return charset;
	}
	return (slice){ 0 };
}

/* Joins sections 0, 1, 2...: a repeated one is dropped, a gap is closed. */
static void join(const struct piece *first, uint32_t count, struct buf *out)
{
	for (uint32_t i = 0; i < count && first[i].form == first->form; i++) {
		slice value = first[i].value;

		if (i && first[i].section == first[i - 1].section) continue;
		if (i == 0 && first->extended) take_charset(&value);
		if (first[i].extended)
			percent_decode(value, out);
		else
			buf_add(out, value);
	}
}

/* Octets, still in their charset, to UTF-8. Without one, or an unknown one, it is as
 * with any bare text in a header. */
static void decode(const struct piece *first, slice octets, struct buf *out)
{
	slice value = first->value;
	slice charset = first->extended ? take_charset(&value) : (slice){ 0 };

	if (charset.n && text_decode(charset, octets, out)) return;
	if (first->extended)
		text_decode_unlabelled(octets, out);
	else
		encoded_word_decode(octets, out);
}

/* The value that count pieces of one name make. */
static bool make_value(const struct piece *first, uint32_t count, struct arena *arena,
		       slice *ret)
{
	struct buf joined, decoded;
	size_t size = 0;
	bool ok;

	for (uint32_t i = 0; i < count; i++)
		size += first[i].value.n;
	buf_init(&joined, size);
	buf_init(&decoded, TEXT_GROWTH_MAX * size);
	join(first, count, &joined);
	if (slice_eq_nocase(first->name, S("boundary")))
		buf_add(&decoded, buf_slice(&joined));
	else
		decode(first, buf_slice(&joined), &decoded);
	ok = arena_copy(arena, buf_slice(&decoded), ret);
	buf_done(&joined);
	buf_done(&decoded);
	return ok;
}

/* A name's value and the place where the name stood first. */
struct placed {
	struct mime_parameter parameter;
	uint32_t order;
};

static int placed_cmp(const void *left, const void *right)
{
	return u32_cmp(((const struct placed *)left)->order,
		       ((const struct placed *)right)->order);
}

/* How many pieces from the first on have its name; the earliest place among them. */
static uint32_t same_name(const struct piece *first, uint32_t count, uint32_t *ret_order)
{
	uint32_t n = 0;

	*ret_order = first->order;
	for (; n < count && slice_eq_nocase(first[n].name, first->name); n++)
		if (first[n].order < *ret_order) *ret_order = first[n].order;
	return n;
}

static bool make_values(const struct piece *pieces, uint32_t count, struct arena *arena,
			struct placed *ret, uint32_t *ret_count)
{
	uint32_t made = 0;

	for (uint32_t i = 0, n; i < count; i += n, made++) {
		n = same_name(pieces + i, count - i, &ret[made].order);
		ret[made].parameter.name = pieces[i].name;
		if (!make_value(pieces + i, n, arena, &ret[made].parameter.value))
			return false;
	}
	qsort(ret, made, sizeof(*ret), placed_cmp);
	*ret_count = made;
	return true;
}

bool parameter_list_parse(slice list, struct arena *arena,
			  const struct mime_parameter **ret, uint32_t *ret_count)
{
	const struct mime_parameter *raw;
	struct mime_parameter *parameters;
	struct piece *pieces;
	struct placed *values;
	uint32_t count, made;

	if (!parameter_list_raw(list, arena, &raw, &count)) return false;
	pieces = arena_alloc_array(arena, count, sizeof(*pieces));
	values = arena_alloc_array(arena, count, sizeof(*values));
	parameters = arena_alloc_array(arena, count, sizeof(*parameters));
	if (!pieces || !values || !parameters) return false;
	for (uint32_t i = 0; i < count; i++)
		pieces[i] = piece_of(raw[i], i);
	qsort(pieces, count, sizeof(*pieces), piece_cmp);
	if (!make_values(pieces, count, arena, values, &made)) return false;
	for (uint32_t i = 0; i < made; i++)
		parameters[i] = values[i].parameter;
	*ret = parameters;
	*ret_count = made;
	return true;
}
