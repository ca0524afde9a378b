#include "imap/seqset.h"

#include "imap/view.h"

enum { VANISHED_INTERVALS_MAX = 500 }; /* of one response: clients have lines, too */

/* "*" is larger than any number that can be written. */
#define STAR (UINT32_MAX + UINT64_C(1))

static bool take_seq_number(slice *in, uint64_t *ret)
{
	slice s = *in;
	uint32_t n;

	if (take_char(in, '*')) {
		*ret = STAR;
		return true;
	}
	if (!s.n || s.p[0] == '0' || !take_u32(&s, &n)) return false;
	*in = s;
	*ret = n;
	return true;
}

static void add_range(struct seqset *s, uint64_t a, uint64_t b)
{
	uint64_t first = a < b ? a : b, last = a < b ? b : a;
	uint32_t from = first == STAR ? UINT32_MAX : (uint32_t)first;

	if (last != STAR)
		interval_set_add_range(&s->ranges, from, (uint32_t)last);
	else if (!s->open_from || from < s->open_from)
		s->open_from = from;
}

/* seq-number or seq-range, in either order (RFC 9051 9: 4:2 is 2:4). */
static bool take_range(slice *in, struct seqset *s)
{
	uint64_t first, last;

	if (!take_seq_number(in, &first)) return false;
	last = first;
	if (take_char(in, ':') && !take_seq_number(in, &last)) return false;
	add_range(s, first, last);
	return true;
}

bool take_seqset(slice *in, struct seqset *ret)
{
	struct seqset got = { 0 };
	slice s = *in;

	if (take_char(in, '$')) {
		*ret = (struct seqset){ .is_saved = true };
		return true;
	}
	do {
		if (take_range(&s, &got)) continue;
		seqset_done(&got);
		return false;
	} while (take_char(&s, ','));
	*in = s;
	*ret = got;
	return true;
}

void seqset_done(struct seqset *s)
{
	interval_set_done(&s->ranges);
}

static void resolve_uids(const struct seqset *s, const struct view *v,
			 struct interval_set *ret)
{
	uint32_t max = interval_set_max(&v->uids);

	interval_set_copy(ret, &s->ranges);
	if (s->open_from && max)
		interval_set_add_range(ret, s->open_from < max ? s->open_from : max, max);
	interval_set_intersect(ret, &v->uids);
}

/* All UIDs between the two ends, for the view has no others there than those meant. */
static void add_numbers(const struct view *v, uint32_t first, uint32_t last,
			struct interval_set *ret)
{
	interval_set_add_range(ret, interval_set_select(&v->uids, first),
			       interval_set_select(&v->uids, last));
}

static void resolve_saved(const struct view *v, struct interval_set *ret)
{
	interval_set_copy(ret, &v->saved);
	interval_set_intersect(ret, &v->uids);
}

static bool resolve_numbers(const struct seqset *s, const struct view *v,
			    struct interval_set *ret)
{
	uint32_t exists = interval_set_count(&v->uids);
	uint64_t cursor = 0;
	struct interval i;

	if (interval_set_max(&s->ranges) > exists || (s->open_from && !exists))
		return false;
	if (s->open_from > exists && s->open_from != UINT32_MAX) return false;
	while (interval_set_next(&s->ranges, &cursor, &i))
		add_numbers(v, i.first, i.last, ret);
	if (s->open_from)
		add_numbers(v, s->open_from < exists ? s->open_from : exists, exists,
			    ret);
	interval_set_intersect(ret, &v->uids);
	return true;
}

void seqset_clip(struct seqset *s, uint32_t exists)
{
	if (exists < UINT32_MAX)
		interval_set_remove_range(&s->ranges, exists + 1, UINT32_MAX);
	if (s->open_from > exists) s->open_from = exists;
}

bool seqset_resolve(const struct seqset *s, const struct view *v, bool by_uid,
		    struct interval_set *ret)
{
	if (!by_uid && !s->is_saved) return resolve_numbers(s, v, ret);
	if (s->is_saved)
		resolve_saved(v, ret);
	else
		resolve_uids(s, v, ret);
	return true;
}

void seqset_asked(const struct seqset *s, uint32_t uid_next, struct interval_set *ret)
{
	interval_set_copy(ret, &s->ranges);
	if (s->open_from) interval_set_add_range(ret, s->open_from, uid_next - 1);
	interval_set_remove_range(ret, uid_next, UINT32_MAX);
}

static void write_interval(struct buf *out, struct interval i, bool *first)
{
	if (!*first) buf_add_char(out, ',');
	*first = false;
	buf_add_u64(out, i.first);
	if (i.last == i.first) return;
	buf_add_char(out, ':');
	buf_add_u64(out, i.last);
}

bool uid_set_write(struct buf *out, const struct interval_set *uids)
{
	uint64_t cursor = 0;
	struct interval i;
	bool first = true;

	while (interval_set_next(uids, &cursor, &i))
		write_interval(out, i, &first);
	return !out->overflow;
}

/* One response. False when it is the last, or was none. */
static bool write_vanished_line(const struct interval_set *uids, bool earlier,
				uint64_t *cursor, struct buf *out)
{
	bool first = true;
	struct interval i;
	int n = 0;

	while (n < VANISHED_INTERVALS_MAX && interval_set_next(uids, cursor, &i)) {
		if (!n++)
			buf_add(out,
				earlier ? S("* VANISHED (EARLIER) ") : S("* VANISHED "));
		write_interval(out, i, &first);
	}
	if (n) buf_add(out, S("\r\n"));
	return n == VANISHED_INTERVALS_MAX;
}

bool vanished_write(const struct interval_set *uids, bool earlier, uint64_t *cursor,
		    struct buf *out, size_t mark)
{
	while (out->n <= mark)
		if (!write_vanished_line(uids, earlier, cursor, out)) return true;
	return false;
}
