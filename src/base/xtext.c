#include "base/xtext.h"

static bool is_plain(char c)
{
	return c > ' ' && c <= '~' && c != '+' && c != '=';
}

bool xtext_write(struct buf *out, slice octets)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < octets.n; i++) {
		unsigned char c = (unsigned char)octets.p[i];

		if (is_plain(octets.p[i])) {
			buf_add_char(out, octets.p[i]);
			continue;
		}
		buf_add_char(out, '+');
		buf_add_char(out, digits[c >> 4]);
		buf_add_char(out, digits[c & 15]);
	}
	return !out->overflow;
}

static bool take_octet(slice *in, char *ret)
{
	slice s = *in;
	int high, low;

	if (!take_char(&s, '+')) {
		if (!is_plain(s.p[0])) return false;
		*ret = s.p[0];
		*in = slice_skip(s, 1);
		return true;
	}
	if (s.n < 2) return false;
	high = hex_value(s.p[0]);
	low = hex_value(s.p[1]);
	if (high < 0 || low < 0) return false;
	*ret = (char)(high << 4 | low);
	*in = slice_skip(s, 2);
	return true;
}

bool xtext_read(struct buf *out, slice text)
{
	size_t before = out->n;
	char c;

	while (text.n) {
		if (take_octet(&text, &c) && buf_add_char(out, c)) continue;
		buf_truncate(out, before);
		return false;
	}
	return true;
}

bool xtext_copy(struct arena *memory, slice text, slice *ret)
{
	struct buf octets;
	bool good;

	buf_init(&octets, text.n);
	good = xtext_read(&octets, text) && arena_copy(memory, buf_slice(&octets), ret);
	buf_done(&octets);
	return good;
}
