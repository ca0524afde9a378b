#include "store/object_id.h"

enum { ID_MAX = 255 }; /* octets */

void object_id_write(enum object_kind kind, int64_t account, int64_t id, struct buf *out)
{
	buf_addf(out, "%c%jx-%jx", (int)kind, (uintmax_t)account, (uintmax_t)id);
}

static bool is_id_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '_' || c == '-';
}

/* As written: lower case, no leading zero, up to 63 bits. */
static bool take_hex(slice *in, int64_t *ret)
{
	size_t n = 0;
	int64_t value = 0;

	while (n < in->n && hex_value(in->p[n]) >= 0) {
		if (value > INT64_MAX >> 4 || (n && !value)) return false;
		value = value << 4 | hex_value(in->p[n]);
		if (in->p[n] >= 'A' && in->p[n] <= 'F') return false;
		n++;
	}
	*in = slice_skip(*in, n);
	*ret = value;
	return n;
}

bool take_object_id(slice *in, enum object_kind kind, int64_t account, int64_t *ret)
{
	int64_t of_account, id;
	size_t n = 0;
	slice text;

	while (n < in->n && is_id_char(in->p[n]))
		n++;
	if (!n || n > ID_MAX) return false;
	text = slice_head(*in, n);
	*in = slice_skip(*in, n);
	*ret = -1;
	if (take_char(&text, (char)kind) && take_hex(&text, &of_account) &&
	    take_char(&text, '-') && take_hex(&text, &id) && !text.n &&
	    of_account == account)
		*ret = id;
	return true;
}
