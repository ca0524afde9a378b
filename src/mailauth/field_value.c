#include "mailauth/field_value.h"

#include "base/utf8.h"

/* atext that is token, too: without "/", "=" and "?". */
static bool is_plain_char(char c)
{
	static const slice signs = SLICE_INIT("!#$%&'*+-^_`{|}~");

	return is_alpha(c) || is_digit(c) || slice_find_char(signs, c) < signs.n;
}

static bool is_plain(slice s)
{
	char before = '.';

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? before == '.' : !is_plain_char(s.p[i])) return false;
		before = s.p[i];
	}
	return before != '.';
}

/* Text of code points; each of those in escaped gets a backslash, in left_out none comes
 * through. */
static void add_clean(struct buf *out, slice s, slice escaped, slice left_out)
{
	uint32_t c;

	s = slice_head(s, FIELD_VALUE_MAX);
	while (take_code_point_lenient(&s, &c)) {
		if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == UTF8_REPLACEMENT) c = '?';
		if (c < 0x80 && slice_find_char(left_out, (char)c) < left_out.n) continue;
		if (c < 0x80 && slice_find_char(escaped, (char)c) < escaped.n)
			buf_add_char(out, '\\');
		buf_add_code_point(out, c);
	}
}

void field_add_value(struct buf *out, slice value)
{
	if (is_plain(value) && value.n <= FIELD_VALUE_MAX) {
		buf_add(out, value);
		return;
	}
	buf_add_char(out, '"');
	add_clean(out, value, S("\"\\"), S(""));
	buf_add_char(out, '"');
}

void field_add_comment(struct buf *out, slice text)
{
	add_clean(out, text, S(""), S("()\\"));
}
