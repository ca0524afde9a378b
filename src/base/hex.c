#include "base/hex.h"

bool hex_encode(struct buf *out, slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *to = buf_reserve(out, 2 * bytes.n);

	if (!to) return false;
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];

		to[2 * i] = digits[c >> 4];
		to[2 * i + 1] = digits[c & 15];
	}
	buf_commit(out, 2 * bytes.n);
	return true;
}

bool hex_decode(struct buf *out, slice text)
{
	char *to = text.n % 2 ? NULL : buf_reserve(out, text.n / 2);

	if (!to) return false;
	for (size_t i = 0; i < text.n / 2; i++) {
		int high = hex_value(text.p[2 * i]), low = hex_value(text.p[2 * i + 1]);

		if (high < 0 || low < 0) return false;
		to[i] = (char)(high << 4 | low);
	}
	buf_commit(out, text.n / 2);
	return true;
}

bool take_hex_escape(slice *in, char escape, char *ret)
{
	int high, low;

	if (in->n < 3 || in->p[0] != escape) return false;
	high = hex_value(in->p[1]);
	low = hex_value(in->p[2]);
	if (high < 0 || low < 0) return false;
	*in = slice_skip(*in, 3);
	*ret = (char)(high * 16 + low);
	return true;
}

bool percent_decode(slice text, struct buf *out)
{
	bool is_whole = true;

	while (text.n) {
		char c = text.p[0];

		if (!take_hex_escape(&text, '%', &c)) {
			is_whole = is_whole && c != '%';
			text = slice_skip(text, 1);
		}
		buf_add_char(out, c);
	}
	return is_whole && !out->overflow;
}
