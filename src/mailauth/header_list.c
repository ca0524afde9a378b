#include "mailauth/header_list.h"

static bool is_continuation(slice line)
{
	return line.n && (line.p[0] == ' ' || line.p[0] == '\t');
}

/* A line without its end; the last one may have none. */
static slice take_any_line(slice *in)
{
	size_t at = slice_find_char(*in, '\n');
	slice line = slice_head(*in, at);

	*in = slice_skip(*in, at + 1);
	if (line.n && line.p[line.n - 1] == '\r') line.n--;
	return line;
}

/* A first line and those that continue it; empty at the end of the section. */
static slice take_raw_field(slice *in)
{
	slice field = take_any_line(in);

	if (field.n == 0) return field;
	while (is_continuation(*in)) {
		slice line = take_any_line(in);

		field.n = (size_t)(line.p + line.n - field.p);
	}
	return field;
}

/* field-name of RFC 5322 2.2; white space may stand before the colon (4.5). */
bool signed_field_parse(slice raw, struct signed_field *ret)
{
	slice rest = raw;
	slice name;

	if (is_continuation(raw) || !take_until(&rest, ':', &name)) return false;
	name = slice_trim(name);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~') return false;
	*ret = (struct signed_field){ raw, name, rest };
	return name.n > 0;
}

static bool count_fields(slice section, uint32_t *ret)
{
	struct signed_field field;
	uint32_t count = 0;
	slice raw;

	while ((raw = take_raw_field(&section)).n)
		if (signed_field_parse(raw, &field) && ++count > HEADER_FIELDS_MAX)
			return false;
	*ret = count;
	return true;
}

bool header_list_parse(slice section, struct arena *arena, struct header_list *ret)
{
	struct signed_field *fields;
	uint32_t count, i = 0;

	if (!count_fields(section, &count)) return false;
	fields = arena_alloc_array(arena, count, sizeof(*fields));
	if (!fields) return false;
	while (i < count)
		if (signed_field_parse(take_raw_field(&section), &fields[i])) i++;
	*ret = (struct header_list){ fields, count };
	return true;
}
