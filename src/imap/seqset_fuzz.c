/* A set that is read resolves to UIDs of the view only; by UID it means what a plain walk
 * over its text says. */
#include <stdlib.h>

#include "imap/seqset.h"
#include "imap/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { UIDS = 40 };

static void fill(struct view *v)
{
	*v = (struct view){ 0 };
	for (uint32_t uid = 1; uid <= UIDS; uid++)
		if (uid % 3) interval_set_add(&v->uids, uid);
	for (uint32_t uid = 1; uid <= UIDS; uid += 5)
		interval_set_add(&v->saved, uid);
}

static uint64_t number(slice *in, uint64_t max)
{
	uint64_t n = 0;

	if (take_char(in, '*')) return max;
	if (!take_u64(in, &n)) abort();
	return n;
}

/* Whether text, a set that has been read, names value, "*" being max. */
static bool names(slice text, uint64_t value, uint64_t max)
{
	do {
		uint64_t a = number(&text, max), b = a;

		if (take_char(&text, ':')) b = number(&text, max);
		if ((a <= value && value <= b) || (b <= value && value <= a)) return true;
	} while (take_char(&text, ','));
	return false;
}

static void check(const struct seqset *s, slice text, const struct view *v, bool by_uid)
{
	uint32_t max = by_uid ? interval_set_max(&v->uids) : interval_set_count(&v->uids);
	struct interval_set got = { 0 };

	if (seqset_resolve(s, v, by_uid, &got)) {
		for (uint32_t uid = 1; uid <= UIDS + 1; uid++) {
			uint32_t rank = view_number(v, uid);
			bool want = rank &&
				    (s->is_saved ? interval_set_contains(&v->saved, uid)
						 : names(text, by_uid ? uid : rank, max));

			if (interval_set_contains(&got, uid) != want) abort();
		}
	} else if (by_uid || s->is_saved) {
		abort();
	}
	interval_set_done(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n }, in = text;
	struct seqset s;
	struct view v;

	if (!take_seqset(&in, &s)) {
		if (in.n != n) abort();
		return 0;
	}
	fill(&v);
	check(&s, slice_head(text, n - in.n), &v, true);
	check(&s, slice_head(text, n - in.n), &v, false);
	interval_set_done(&v.uids);
	interval_set_done(&v.saved);
	seqset_done(&s);
	return 0;
}
