#include "base/utf8.h"

#include <assert.h>

/* By length, from 1: the bits that mark the first octet, and the least value, below which
 * the form is overlong. */
static const struct {
	uint8_t mask, mark;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

bool is_code_point(uint32_t c)
{
	return c < 0x110000 && (c < 0xd800 || c > 0xdfff);
}

bool is_deceptive(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

bool take_code_point(slice *in, uint32_t *ret)
{
	size_t length = 1;
	uint32_t c;

	if (in->n == 0) return false;
	c = (unsigned char)in->p[0];
	if (c < 0x80) {
		*in = slice_skip(*in, 1);
		*ret = c;
		return true;
	}
	while (length <= countof(forms) &&
	       (c & forms[length - 1].mask) != forms[length - 1].mark)
		length++;
	if (length > countof(forms) || length > in->n) return false;
	c &= (uint8_t)~forms[length - 1].mask;
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(in->p[i])) return false;
		c = c << 6 | ((unsigned char)in->p[i] & 0x3f);
	}
	if (c < forms[length - 1].least || !is_code_point(c)) return false;
	*in = slice_skip(*in, length);
	*ret = c;
	return true;
}

bool take_code_point_lenient(slice *in, uint32_t *ret)
{
	if (in->n == 0) return false;
	if (take_code_point(in, ret)) return true;
	*in = slice_skip(*in, 1);
	*ret = UTF8_REPLACEMENT;
	return true;
}

bool is_ascii(slice text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.n; i++)
		all |= (unsigned char)text.p[i];
	return all < 0x80;
}

bool utf8_valid(slice text)
{
	uint32_t c;

	if (is_ascii(text)) return true; /* most are */
	while (text.n) {
		if ((unsigned char)text.p[0] < 0x80)
			text = slice_skip(text, 1);
		else if (!take_code_point(&text, &c))
			return false;
	}
	return true;
}

bool buf_add_code_point(struct buf *b, uint32_t c)
{
	char octets[countof(forms)];
	size_t length = countof(forms);

	assert(is_code_point(c));
	if (c < 0x80) return buf_add_char(b, (char)c);
	while (c < forms[length - 1].least)
		length--;
	for (size_t i = length - 1; i > 0; i--) {
		octets[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	octets[0] = (char)(forms[length - 1].mark | c);
	return buf_add(b, (slice){ octets, length });
}

slice utf8_head(slice text, size_t n)
{
	if (n >= text.n) return text;
	while (n && is_continuation(text.p[n]))
		n--;
	return slice_head(text, n);
}
