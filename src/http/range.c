#include "http/range.h"

/* Digits; more than fit are as much as fits, and beyond any content. */
static bool take_position(slice *in, uint64_t *ret)
{
	size_t n = 0;

	while (n < in->n && is_digit(in->p[n]))
		n++;
	if (!n) return false;
	if (take_u64(in, ret)) return true;
	*ret = UINT64_MAX;
	*in = slice_skip(*in, n);
	return true;
}

/* first-pos "-" [ last-pos ] (RFC 9110 14.1.2) */
static bool take_int_range(slice *in, struct http_range *ret)
{
	if (!take_position(in, &ret->first) || !take_char(in, '-')) return false;
	if (!take_position(in, &ret->last)) ret->last = UINT64_MAX;
	return ret->first <= ret->last;
}

static bool take_range(slice *in, struct http_range *ret)
{
	ret->is_suffix = take_char(in, '-');
	return ret->is_suffix ? take_position(in, &ret->last) : take_int_range(in, ret);
}

void http_range_parse(slice field, struct http_range *ret)
{
	struct http_range r = { .is_asked = true };
	slice unit = slice_head(field, slice_find_char(field, '='));
	slice rest = slice_trim(slice_skip(field, unit.n + 1));

	*ret = (struct http_range){ 0 };
	if (!slice_eq_nocase(unit, S("bytes"))) return;
	if (take_range(&rest, &r) && !rest.n) *ret = r;
}

enum http_range_fit http_range_of(const struct http_range *r, uint64_t size,
				  uint64_t *ret_first, uint64_t *ret_count)
{
	uint64_t first = r->first, last = r->last;

	if (!r->is_asked || (r->is_suffix && last && !size)) return HTTP_RANGE_WHOLE;
	if (r->is_suffix) {
		first = last < size ? size - last : 0; /* of 0 octets none is there */
		last = UINT64_MAX;
	}
	if (first >= size) return HTTP_RANGE_OUTSIDE;
	*ret_first = first;
	*ret_count = (last < size ? last + 1 : size) - first;
	return HTTP_RANGE_PART;
}
