#include "smtp/newlines.h"

#include <string.h>

static const slice crlf = SLICE_INIT("\r\n");

static slice until_newline(slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '\r' && s.p[n] != '\n')
		n++;
	return slice_head(s, n);
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
	if (!n->has_cr && take_char(in, '\r')) n->has_cr = true;
	if (!in->n) return false;
	if (n->has_cr || *in->p == '\n') return take_newline(n, in, ret);
	*ret = until_newline(*in);
	*in = slice_skip(*in, ret->n);
	return true;
}

bool newlines_end(struct newlines *n, slice *ret)
{
	slice none = { 0 };

	return n->has_cr && take_newline(n, &none, ret);
}
