#include "fetch/netstring.h"

enum { DIGITS_MAX = 10 };

bool netstrings_add(struct buf *out, const slice *strings, size_t count)
{
	bool fits = true;

	for (size_t i = 0; i < count; i++)
		fits = buf_addf(out, "%zu:", strings[i].n) && buf_add(out, strings[i]) &&
		       buf_add_char(out, ',') && fits;
	return fits;
}

static enum netstrings take_length(slice *in, size_t max, size_t *ret)
{
	size_t colon = slice_find_char(*in, ':');
	slice digits = slice_head(*in, colon);
	uint64_t n = 0;

	if (digits.n > DIGITS_MAX) return NETSTRINGS_BAD;
	if (digits.n > 0 && (!take_u64(&digits, &n) || digits.n > 0 || n > max))
		return NETSTRINGS_BAD;
	if (colon == in->n) return NETSTRINGS_PARTIAL;
	if (colon == 0) return NETSTRINGS_BAD;
	*in = slice_skip(*in, colon + 1);
	*ret = (size_t)n;
	return NETSTRINGS_WHOLE;
}

static enum netstrings take(slice *in, size_t max, slice *ret)
{
	size_t n;
	enum netstrings taken = take_length(in, max, &n);

	if (taken != NETSTRINGS_WHOLE) return taken;
	if (in->n <= n) return NETSTRINGS_PARTIAL;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return take_char(in, ',') ? NETSTRINGS_WHOLE : NETSTRINGS_BAD;
}

enum netstrings netstrings_read(slice in, size_t max, slice *ret, size_t count)
{
	enum netstrings taken = NETSTRINGS_WHOLE;

	for (size_t i = 0; i < count && taken == NETSTRINGS_WHOLE; i++)
		taken = take(&in, max, &ret[i]);
	return taken == NETSTRINGS_WHOLE && in.n > 0 ? NETSTRINGS_BAD : taken;
}
