#include "imap/view.h"

#include <stdlib.h>

#include "imap/contexts.h"
#include "imap/seqset.h"

struct view *view_new(void)
{
	struct view *v = calloc(1, sizeof(*v));

	if (!v) abort();
	return v;
}

void view_free(struct view *v)
{
	if (!v) return;
	interval_set_done(&v->uids);
	interval_set_done(&v->gone);
	interval_set_done(&v->recent);
	interval_set_done(&v->saved);
	contexts_free(v->contexts);
	free(v);
}

uint32_t view_number(const struct view *v, uint32_t uid)
{
	return interval_set_rank(&v->uids, uid);
}

/* UIDs that follow each other have numbers that do. */
void view_numbers(const struct view *v, const struct interval_set *uids,
		  struct interval_set *ret)
{
	uint64_t cursor = 0;
	struct interval i;

	while (interval_set_next(uids, &cursor, &i)) {
		uint32_t first = view_number(v, i.first);

		interval_set_add_range(ret, first, first + (i.last - i.first));
	}
}

/* From the lowest UID on, as RFC 9051 7.5.1 shows it. */
static bool tell_expunged(struct view *v, struct buf *out, size_t mark)
{
	uint32_t uid;

	while ((uid = interval_set_min(&v->gone))) {
		if (out->n > mark) return false;
		buf_addf(out, "* %u EXPUNGE\r\n", view_number(v, uid));
		interval_set_remove(&v->uids, uid);
		interval_set_remove(&v->recent, uid);
		interval_set_remove(&v->gone, uid);
	}
	return true;
}

/* What was told up to the cursor leaves the view. */
static bool tell_vanished(struct view *v, struct buf *out, size_t mark)
{
	uint64_t cursor = 0;
	bool all = vanished_write(&v->gone, false, &cursor, out, mark);
	struct interval_set told = { 0 };

	interval_set_copy(&told, &v->gone);
	if (cursor <= UINT32_MAX)
		interval_set_remove_range(&told, (uint32_t)cursor, UINT32_MAX);
	interval_set_subtract(&v->uids, &told);
	interval_set_subtract(&v->recent, &told);
	interval_set_subtract(&v->gone, &told);
	interval_set_done(&told);
	return all;
}

bool view_tell_gone(struct view *v, bool as_vanished, struct buf *out, size_t mark)
{
	return as_vanished ? tell_vanished(v, out, mark) : tell_expunged(v, out, mark);
}

void view_tell_arrived(struct view *v, const struct interval_set *arrived,
		       const struct interval_set *recent, struct buf *out)
{
	interval_set_union(&v->uids, arrived);
	interval_set_union(&v->recent, recent);
	buf_addf(out, "* %u EXISTS\r\n", interval_set_count(&v->uids));
	if (v->knows_recent)
		buf_addf(out, "* %u RECENT\r\n", interval_set_count(&v->recent));
}

void view_forget_recent(struct view *v)
{
	interval_set_done(&v->recent);
	v->knows_recent = false;
}
