#include "smtp/newlines.h"

#include <string.h>

static const slice crlf = SLICE_INIT("\r\n");

/* Lines as they should be, up to a CR or LF that stands alone, or may. */
static slice until_bare(slice s)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end) {
		slice line = { p, (size_t)(end - p) };
		size_t lf = slice_find_char(line, '\n');
		size_t cr = slice_find_char(slice_head(line, lf), '\r');

		if (lf == line.n || cr + 1 != lf) {
			p += cr;
			break;
		}
		p += lf + 1;
	}
	return slice_head(s, (size_t)(p - s.p));
}

static bool take_newline(struct newlines *n, slice *in, slice *ret)
{
	bool has_lf = take_char(in, '\n');

	if (!n->has_cr || !has_lf) n->added++;
	n->has_cr = false;
	*ret = crlf;
	return true;
}

bool newlines_take(struct newlines *n, slice *in, slice *ret)
{
	if (!n->has_cr) {
		*ret = until_bare(*in);
		*in = slice_skip(*in, ret->n);
		if (ret->n) return true;
		n->has_cr = take_char(in, '\r');
	}
	return in->n && take_newline(n, in, ret);
}

bool newlines_end(struct newlines *n, slice *ret)
{
	slice none = { 0 };

	return n->has_cr && take_newline(n, &none, ret);
}
