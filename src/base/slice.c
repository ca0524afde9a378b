#include "base/slice.h"

#include <string.h>

slice slice_of(const char *text)
{
	return text ? (slice){ text, strlen(text) } : (slice){ "", 0 };
}

bool slice_eq(slice a, slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool slice_eq_nocase(slice a, slice b)
{
	if (a.n != b.n) return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower_ascii(a.p[i]) != lower_ascii(b.p[i])) return false;
	return true;
}

int slice_cmp(slice a, slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order) return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool slice_starts(slice s, slice prefix)
{
	return slice_eq(slice_head(s, prefix.n), prefix);
}

bool slice_starts_nocase(slice s, slice prefix)
{
	return slice_eq_nocase(slice_head(s, prefix.n), prefix);
}

bool slice_ends_nocase(slice s, slice suffix)
{
	return s.n >= suffix.n && slice_eq_nocase(slice_skip(s, s.n - suffix.n), suffix);
}

size_t slice_find_char(slice s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t slice_find(slice s, slice needle)
{
	const char *hit;

	if (needle.n == 0) return 0;
	hit = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t slice_find_nocase(slice s, slice needle)
{
	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (slice_eq_nocase((slice){ s.p + i, needle.n }, needle)) return i;
	return s.n;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool has_controls(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f) return true;
	return false;
}

bool is_visible(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n > 0;
}

slice slice_trim(slice s)
{
	while (s.n && is_blank(s.p[0]))
		s = slice_skip(s, 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool take_char(slice *in, char c)
{
	if (in->n == 0 || in->p[0] != c) return false;
	*in = slice_skip(*in, 1);
	return true;
}

bool take_literal(slice *in, slice text)
{
	if (!slice_starts(*in, text)) return false;
	*in = slice_skip(*in, text.n);
	return true;
}

bool take_literal_nocase(slice *in, slice text)
{
	if (!slice_starts_nocase(*in, text)) return false;
	*in = slice_skip(*in, text.n);
	return true;
}

bool take_until(slice *in, char delimiter, slice *ret)
{
	size_t at = slice_find_char(*in, delimiter);

	if (at == in->n) return false;
	*ret = slice_head(*in, at);
	*in = slice_skip(*in, at + 1);
	return true;
}

bool take_listed(slice *list, char delimiter, slice *ret)
{
	size_t at = slice_find_char(*list, delimiter);

	if (!list->n) return false;
	*ret = slice_head(*list, at);
	*list = slice_skip(*list, at + 1);
	return true;
}

bool take_word(slice *in, slice *ret)
{
	size_t at = slice_find_char(*in, ' ');

	if (at == 0) return false;
	*ret = slice_head(*in, at);
	*in = slice_skip(*in, at);
	return true;
}

bool take_line(slice *in, slice *ret)
{
	size_t at = slice_find(*in, S("\r\n"));

	if (at == in->n) return false;
	*ret = slice_head(*in, at);
	*in = slice_skip(*in, at + 2);
	return true;
}

bool take_u64(slice *in, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < in->n && is_digit(in->p[i]); i++) {
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(in->p[i] - '0'), &value))
			return false;
	}
	if (i == 0) return false;
	*in = slice_skip(*in, i);
	*ret = value;
	return true;
}

bool take_u32(slice *in, uint32_t *ret)
{
	slice s = *in;
	uint64_t value;

	if (!take_u64(&s, &value) || value > UINT32_MAX) return false;
	*in = s;
	*ret = (uint32_t)value;
	return true;
}

int hex_value(char c)
{
	if (is_digit(c)) return c - '0';
	c = lower_ascii(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
