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
