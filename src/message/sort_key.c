#include "message/sort_key.h"

#include "message/text.h"

/* NUL ends a text, and stands in none. */
void sort_text_add(slice utf8, struct buf *out)
{
	size_t from = out->n;

	text_fold(utf8, out);
	for (size_t i = from; i < out->n; i++)
		if (!out->p[out->start + i]) out->p[out->start + i] = 1;
	buf_add_char(out, '\0');
}

void sort_number_add(int64_t n, struct buf *out)
{
	uint64_t biased = (uint64_t)n ^ (UINT64_C(1) << 63);

	for (int shift = 56; shift >= 0; shift -= 8)
		buf_add_char(out, (char)(biased >> shift & 0xff));
}
