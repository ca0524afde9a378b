/* Threads: the emails of one, and how many a mailbox has. */
#include <assert.h>
#include <stdlib.h>

#include "store/account_private.h"
#include "store/email_view.h"

/* An index has those that follow the first; that one is the last with an id below the
 * thread's (email_put). */
enum err email_each_of_thread(struct account *a, int64_t thread, email_id_visitor *visit,
			      void *context)
{
	struct query *q = db_query(
		a->db, "SELECT id, received FROM email WHERE thread = $1 AND thread < id"
		       " UNION ALL SELECT id, received FROM email WHERE thread = $1"
		       " AND id = (SELECT MAX(id) FROM email WHERE id < $1)"
		       " ORDER BY received, id");
	bool more = true, any = false;
	enum err e;

	query_int(q, thread);
	while (more && query_row(q)) {
		any = true;
		more = visit(context, query_get_int(q, 0));
	}
	e = query_end(q);
	return e ? e : any ? ERR_NONE : ERR_NOT_FOUND;
}

/* --- counting --- */

enum { COUNTS_KEPT = 64 };

/* What was counted last, of mailboxes by their ids' remainders. It holds as long as the
 * mailbox's counts have the same modseq. */
struct kept_counts {
	struct kept_count {
		int64_t mailbox;
		int64_t counted;
		struct thread_counts counts;
	} list[COUNTS_KEPT];
};

static struct kept_count *find_kept(struct account *a, int64_t mailbox)
{
	if (!a->counts) a->counts = calloc(1, sizeof(*a->counts));
	assert(a->counts);
	return a->counts->list + mailbox % COUNTS_KEPT;
}

/* 17: \Seen and \Draft; 8: \Deleted, which is not to be seen (RFC 8621 4.1.1). */
static enum err count(struct account *a, int64_t mailbox, struct thread_counts *ret)
{
	struct query *q = db_query(a->db, "SELECT COUNT(DISTINCT thread), COUNT(DISTINCT"
					  " CASE WHEN flags & 17 = 0 THEN thread END),"
					  " COUNT(DISTINCT email), COUNT(DISTINCT"
					  " CASE WHEN flags & 17 = 0 THEN email END)"
					  " FROM message WHERE mailbox = $1"
					  " AND flags & 8 = 0");

	query_int(q, mailbox);
	if (query_row(q))
		*ret = (struct thread_counts){ (uint32_t)query_get_int(q, 0),
					       (uint32_t)query_get_int(q, 1),
					       (uint32_t)query_get_int(q, 2),
					       (uint32_t)query_get_int(q, 3) };
	return query_end(q);
}

static enum err find_counted(struct account *a, int64_t mailbox, int64_t *ret)
{
	struct query *q = db_query(a->db, "SELECT counted FROM mailbox WHERE id = $1");

	query_int(q, mailbox);
	return query_run_int(q, ret);
}

enum err email_count_threads(struct account *a, int64_t mailbox,
			     struct thread_counts *ret)
{
	struct kept_count now = { .mailbox = mailbox }, *kept;
	enum err e = find_counted(a, mailbox, &now.counted);

	if (e) return e;
	kept = find_kept(a, mailbox);
	if (kept->mailbox != mailbox || kept->counted != now.counted) {
		e = count(a, mailbox, &now.counts);
		if (e) return e;
		*kept = now;
	}
	*ret = kept->counts;
	return ERR_NONE;
}
