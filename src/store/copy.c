/*
 * COPY and MOVE, as statements over the ranges of UIDs that are there: the
 * copies of a range are the range, shifted.
 */
#include "base/clock.h"
#include "store/account_private.h"
#include "store/mailbox_private.h"
#include "store/message.h"
#include "store/quota.h"
#include "store/uidset.h"

struct copy {
	struct account *a;
	int64_t from, to;
	bool moves; /* what comes goes elsewhere: the quota is not asked */
	uint64_t modseq;
	struct mailbox_delta delta;
};

static bool count_message(void *context, const struct message *m)
{
	struct copy *c = context;

	mailbox_delta_add(&c->delta, m->flags, (int64_t)m->size, 1);
	return true;
}

static enum err count_all(struct copy *c, const struct interval_set *uids)
{
	struct interval range;
	uint64_t cursor = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &range))
		e = message_each(c->a, c->from, range.first, range.last, 0, count_message,
				 c);
	return e;
}

static enum err copy_range(struct copy *c, struct interval range, int64_t shift)
{
	struct query *q = db_query(
		c->a->db, "INSERT INTO message (mailbox, uid, email, flags, modseq,"
			  " saved, size, crlf_growth, thread) SELECT $1, uid + $2,"
			  " email, flags, $3, $4, size, crlf_growth, thread"
			  " FROM message WHERE mailbox = $5 AND uid BETWEEN $6 AND $7");

	query_int(q, c->to);
	query_int(q, shift);
	query_int(q, (int64_t)c->modseq);
	query_int(q, clock_now());
	query_int(q, c->from);
	query_int(q, range.first);
	query_int(q, range.last);
	return query_run(q);
}

static enum err copy_ranges(struct copy *c, const struct interval_set *uids,
			    uint32_t first)
{
	struct interval range;
	uint64_t cursor = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &range)) {
		e = copy_range(c, range, (int64_t)first - range.first);
		first += range.last - range.first + 1;
	}
	return e;
}

static enum err copy_all(struct copy *c, const struct interval_set *uids,
			 uint32_t *ret_first)
{
	uint32_t n = interval_set_count(uids);
	enum err e = count_all(c, uids);

	if (!e && !c->moves) e = quota_check(c->a, (uint64_t)c->delta.size, n);
	if (!e) e = account_take_modseq(c->a, &c->modseq);
	if (!e) e = mailbox_count(c->a, c->to, &c->delta, c->modseq, n, ret_first);
	if (!e) e = copy_ranges(c, uids, *ret_first);
	return e ? e : uidset_append(c->a, c->to, *ret_first, *ret_first + n - 1);
}

/* Adds to ret_copied only once all is done. */
static enum err copy_found(struct copy *c, const struct interval_set *uids,
			   struct interval_set *ret_copied, uint32_t *ret_first)
{
	struct interval_set found = { 0 };
	enum err e = uidset_read_among(c->a, c->from, uids, &found);

	if (!e && interval_set_count(&found)) e = copy_all(c, &found, ret_first);
	if (!e) interval_set_union(ret_copied, &found);
	interval_set_done(&found);
	return e;
}

enum err message_copy(struct account *a, int64_t from, const struct interval_set *uids,
		      int64_t to, struct interval_set *ret_copied, uint32_t *ret_first)
{
	struct copy c = { .a = a, .from = from, .to = to };

	return copy_found(&c, uids, ret_copied, ret_first);
}

enum err message_move(struct account *a, int64_t from, const struct interval_set *uids,
		      int64_t to, struct interval_set *ret_moved, uint32_t *ret_first)
{
	struct copy c = { .a = a, .from = from, .to = to, .moves = true };
	struct interval_set copied = { 0 }, removed = { 0 };
	enum err e = copy_found(&c, uids, &copied, ret_first);

	if (!e) e = message_remove_moved(a, from, &copied, &removed);
	if (!e) interval_set_union(ret_moved, &copied);
	interval_set_done(&copied);
	interval_set_done(&removed);
	return e;
}
