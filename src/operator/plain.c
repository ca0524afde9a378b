#include "operator/plain.h"

#include "base/utf8.h"

void plain_add(struct buf *out, slice text)
{
	slice rest;
	uint32_t c;

	for (; text.n; text = rest) {
		rest = text;
		bool is_text = take_code_point(&rest, &c);

		if (!is_text) rest = slice_skip(text, 1);
		if (is_text && c == '\n')
			buf_add_char(out, ' ');
		else if (is_text && !is_deceptive(c))
			buf_add(out, slice_head(text, text.n - rest.n));
		else
			buf_add_char(out, '?');
	}
}
