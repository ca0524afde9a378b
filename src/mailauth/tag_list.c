#include "mailauth/tag_list.h"

static bool is_name_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* tag-name = ALPHA *ALNUMPUNC (RFC 6376 3.2). */
static bool is_name(slice s)
{
	if (s.n == 0 || !is_alpha(s.p[0])) return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_name_char(s.p[i])) return false;
	return true;
}

/* VALCHAR and the white space between them; no ";" comes here. */
static bool is_value(slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x21 && !is_blank(s.p[i])) || c == 0x7f) return false;
	}
	return true;
}

bool tag_list_take(slice *in, struct tag *ret)
{
	size_t end = slice_find_char(*in, ';');
	slice value = slice_head(*in, end);
	slice name;

	if (!take_until(&value, '=', &name)) return false;
	name = slice_trim(name);
	value = slice_trim(value);
	if (!is_name(name) || !is_value(value)) return false;
	*in = slice_skip(*in, end + 1);
	*ret = (struct tag){ name, value };
	return true;
}

bool tag_list_parse(slice text, struct tag_list *ret)
{
	struct tag_list got = { .count = 0 };

	do {
		struct tag *tag = &got.tags[got.count];

		if (got.count == TAGS_MAX || !tag_list_take(&text, tag) ||
		    tag_list_find(&got, tag->name).p)
			return false;
		got.count++;
	} while (slice_trim(text).n);
	*ret = got;
	return true;
}

slice tag_list_find(const struct tag_list *list, slice name)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (slice_eq(list->tags[i].name, name)) return list->tags[i].value;
	return (slice){ NULL, 0 };
}

bool take_tag_item(slice *in, slice *ret)
{
	size_t end = slice_find_char(*in, ':');

	if (!in->p) return false;
	*ret = slice_trim(slice_head(*in, end));
	*in = end < in->n ? slice_skip(*in, end + 1) : (slice){ NULL, 0 };
	return true;
}

bool tag_has_item(slice value, slice item)
{
	slice one;

	while (take_tag_item(&value, &one))
		if (slice_eq_nocase(one, item)) return true;
	return false;
}
