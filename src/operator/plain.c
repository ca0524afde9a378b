#include "operator/plain.h"

void plain_add(struct buf *out, slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n')
			buf_add_char(out, ' ');
		else
			buf_add_char(out, c < ' ' || c == 0x7f ? '?' : text.p[i]);
	}
}
