#include "http/query.h"

#include "base/hex.h"

static slice take_pair(slice *query)
{
	slice pair = slice_head(*query, slice_find_char(*query, '&'));

	*query = slice_skip(*query, pair.n + 1);
	return pair;
}

/* A "+" that was meant is written "%2B", so only those are left that stand for a space.
 */
static bool decode(slice value, struct buf *out)
{
	while (value.n) {
		slice run = slice_head(value, slice_find_char(value, '+'));

		if (!percent_decode(run, out)) return false;
		if (run.n < value.n && !buf_add_char(out, ' ')) return false;
		value = slice_skip(value, run.n + 1);
	}
	return true;
}

bool http_query_value(slice query, slice name, struct buf *out)
{
	while (query.n) {
		slice pair = take_pair(&query);

		if (take_literal(&pair, name) && take_char(&pair, '='))
			return decode(pair, out);
	}
	return false;
}
