/* What can be said of interval sets in terms of their intervals alone. */
#include "base/interval_set.h"

#include "base/varint.h"

bool interval_set_equal(const struct interval_set *a, const struct interval_set *b)
{
	uint64_t at = 0, other_at = 0;
	struct interval i, k;

	if (interval_set_count(a) != interval_set_count(b)) return false;
	while (interval_set_next(a, &at, &i))
		if (!interval_set_next(b, &other_at, &k) || i.first != k.first ||
		    i.last != k.last)
			return false;
	return true;
}

void interval_set_union(struct interval_set *s, const struct interval_set *other)
{
	uint64_t at = 0;
	struct interval i;

	while (interval_set_next(other, &at, &i))
		interval_set_add_range(s, i.first, i.last);
}

void interval_set_subtract(struct interval_set *s, const struct interval_set *other)
{
	uint64_t at = 0;
	struct interval i;

	while (interval_set_next(other, &at, &i))
		interval_set_remove_range(s, i.first, i.last);
}

void interval_set_intersect(struct interval_set *s, const struct interval_set *other)
{
	uint64_t at = 0;
	uint32_t gap = 1; /* where what other lacks begins */
	struct interval i;

	while (interval_set_next(other, &at, &i)) {
		interval_set_remove_range(s, gap, i.first - 1);
		if (i.last == UINT32_MAX) return;
		gap = i.last + 1;
	}
	interval_set_remove_range(s, gap, UINT32_MAX);
}

/* --- the stored form --- */

bool interval_set_encode(const struct interval_set *s, struct buf *out)
{
	size_t had = out->n;
	uint64_t at = 0;
	uint32_t free_from = 1; /* the least value the next interval could start with */
	struct interval i;
	bool fits = true;

	while (fits && interval_set_next(s, &at, &i)) {
		fits = buf_add_varint(out, i.first - free_from) &&
		       buf_add_varint(out, i.last - i.first);
		free_from = i.last + 2; /* wraps only behind the last possible interval */
	}
	if (!fits) buf_truncate(out, had);
	return fits;
}

static bool take_interval(slice *stored, uint64_t free_from, struct interval *ret)
{
	uint64_t gap, length;

	if (!take_varint(stored, &gap) || !take_varint(stored, &length)) return false;
	if (free_from > UINT32_MAX || gap > UINT32_MAX - free_from) return false;
	ret->first = (uint32_t)(free_from + gap);
	if (length > UINT32_MAX - ret->first) return false;
	ret->last = ret->first + (uint32_t)length;
	return true;
}

bool interval_set_decode(struct interval_set *s, slice stored)
{
	struct interval_set got = { 0 };
	uint64_t free_from = 1;
	bool good = true;

	while (good && stored.n) {
		struct interval i;

		good = take_interval(&stored, free_from, &i);
		if (!good) break;
		interval_set_add_range(&got, i.first, i.last);
		free_from = (uint64_t)i.last + 2;
	}
	if (good) interval_set_union(s, &got);
	interval_set_done(&got);
	return good;
}
