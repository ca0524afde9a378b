/*
 * Taking messages out of a mailbox: by expunge, by move, or as they are named.
 */
#include <assert.h>

#include "store/account_private.h"
#include "store/email.h"
#include "store/mailbox_private.h"
#include "store/uidset.h"
#include "store/vanished.h"

/* What is taken, as gathered before anything is changed. */
struct taking {
	struct account *a;
	int64_t mailbox;
	bool only_deleted; /* \Deleted ones */
	bool moved;        /* they are elsewhere already */
	struct interval_set *taken;
	struct mailbox_delta delta;
	struct emails emails;
};

static bool take_message(void *context, const struct message *m)
{
	struct taking *t = context;

	if (t->only_deleted && !(m->flags & FLAG_DELETED)) return true;
	interval_set_add(t->taken, m->uid);
	mailbox_delta_add(&t->delta, m->flags, (int64_t)m->size, -1);
	emails_add(&t->emails, m->email);
	return true;
}

static enum err gather(struct taking *t, const struct interval_set *uids)
{
	struct interval range;
	uint64_t cursor = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &range))
		e = message_each(t->a, t->mailbox, range.first, range.last, 0,
				 take_message, t);
	return e;
}

static enum err delete_rows(struct account *a, const char *sql, int64_t mailbox,
			    const struct interval_set *uids)
{
	struct interval range;
	uint64_t cursor = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &range)) {
		struct query *q = db_query(a->db, sql);

		query_int(q, mailbox);
		query_int(q, range.first);
		query_int(q, range.last);
		e = query_run(q);
	}
	return e;
}

static enum err take_gathered(struct taking *t)
{
	struct account *a = t->a;
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	if (!e)
		e = delete_rows(a,
				"DELETE FROM message WHERE mailbox = $1"
				" AND uid BETWEEN $2 AND $3",
				t->mailbox, t->taken);
	if (!e)
		e = delete_rows(a,
				"DELETE FROM seen WHERE mailbox = $1"
				" AND uid BETWEEN $2 AND $3",
				t->mailbox, t->taken);
	if (!e) e = uidset_remove(a, t->mailbox, t->taken);
	if (!e) e = vanished_add(a, t->mailbox, modseq, t->taken);
	if (!e) e = mailbox_count(a, t->mailbox, &t->delta, modseq, 0, NULL);
	return e ? e : emails_release(a, &t->emails, modseq, t->moved);
}

static enum err take_out(struct taking *t, const struct interval_set *uids)
{
	enum err e = gather(t, uids);

	if (!e && t->emails.count) e = take_gathered(t);
	emails_done(&t->emails);
	return e;
}

enum err message_expunge(struct account *a, int64_t mailbox,
			 const struct interval_set *uids,
			 struct interval_set *ret_expunged)
{
	struct taking t = {
		.a = a, .mailbox = mailbox, .only_deleted = true, .taken = ret_expunged
	};
	struct interval_set all = { 0 };
	enum err e;

	if (uids) return take_out(&t, uids);
	interval_set_add_range(&all, 1, UINT32_MAX);
	e = take_out(&t, &all);
	interval_set_done(&all);
	return e;
}

enum err message_remove(struct account *a, int64_t mailbox,
			const struct interval_set *uids, struct interval_set *ret_removed)
{
	struct taking t = { .a = a, .mailbox = mailbox, .taken = ret_removed };

	return take_out(&t, uids);
}

enum err message_remove_moved(struct account *a, int64_t mailbox,
			      const struct interval_set *uids,
			      struct interval_set *ret_removed)
{
	struct taking t = {
		.a = a, .mailbox = mailbox, .moved = true, .taken = ret_removed
	};

	return take_out(&t, uids);
}
