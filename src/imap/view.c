#include "imap/view.h"

#include <stdlib.h>

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
	free(v);
}

uint32_t view_number(const struct view *v, uint32_t uid)
{
	return interval_set_rank(&v->uids, uid);
}

/* From the lowest UID on, as RFC 9051 7.5.1 shows it. */
bool view_tell_gone(struct view *v, struct buf *out, size_t mark)
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

void view_tell_arrived(struct view *v, const struct interval_set *arrived,
		       const struct interval_set *recent, struct buf *out)
{
	interval_set_union(&v->uids, arrived);
	interval_set_union(&v->recent, recent);
	buf_addf(out, "* %u EXISTS\r\n* %u RECENT\r\n", interval_set_count(&v->uids),
		 interval_set_count(&v->recent));
}
