/* Threads: the emails of one, and how many a mailbox has. */
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

/* 17: \Seen and \Draft. */
enum err email_count_threads(struct account *a, int64_t mailbox,
			     struct thread_counts *ret)
{
	struct query *q = db_query(a->db, "SELECT COUNT(DISTINCT thread), COUNT(DISTINCT"
					  " CASE WHEN flags & 17 = 0 THEN thread END),"
					  " COUNT(DISTINCT email), COUNT(DISTINCT"
					  " CASE WHEN flags & 17 = 0 THEN email END)"
					  " FROM message WHERE mailbox = $1");
	enum err e;

	query_int(q, mailbox);
	*ret = (struct thread_counts){ 0 };
	if (query_row(q))
		*ret = (struct thread_counts){ (uint32_t)query_get_int(q, 0),
					       (uint32_t)query_get_int(q, 1),
					       (uint32_t)query_get_int(q, 2),
					       (uint32_t)query_get_int(q, 3) };
	e = query_end(q);
	return e;
}
