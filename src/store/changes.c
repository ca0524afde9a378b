#include "store/changes.h"

#include "store/account_private.h"
#include "store/vanished.h"

/* --- arrivals and flag changes --- */

enum { FEW = 1000 }; /* found by modseq and sorted; more are found by UID */

/* The unary plus keeps a condition from choosing the index. */
#define SELECT_CHANGED                                                                   \
	"SELECT uid, email, flags, modseq, saved, size FROM message WHERE mailbox = $1 "
static const char by_modseq[] =
	SELECT_CHANGED "AND modseq > $2 AND +uid BETWEEN $3 AND $4 ORDER BY uid";
static const char by_uid[] =
	SELECT_CHANGED "AND +modseq > $2 AND uid BETWEEN $3 AND $4 ORDER BY uid";

static enum err choose_order(struct account *a, int64_t mailbox, uint64_t since,
			     const char **ret_sql)
{
	struct query *q = db_query(a->db, "SELECT COUNT(*) FROM (SELECT 1 FROM message"
					  " WHERE mailbox = $1 AND modseq > $2"
					  " LIMIT 1000) AS some");
	int64_t count;
	enum err e;

	query_int(q, mailbox);
	query_int(q, (int64_t)since);
	e = query_run_int(q, &count);
	if (!e) *ret_sql = count < FEW ? by_modseq : by_uid;
	return e;
}

enum err changes_each(struct account *a, int64_t mailbox, uint64_t since, uint32_t first,
		      uint32_t last, message_visitor *visit, void *context)
{
	const char *sql;
	enum err e = choose_order(a, mailbox, since, &sql);
	struct query *q;
	bool more = true;

	if (e) return e;
	q = db_query(a->db, sql);
	query_int(q, mailbox);
	query_int(q, (int64_t)since);
	query_int(q, first);
	query_int(q, last);
	while (more && query_row(q)) {
		struct message m = {
			.uid = (uint32_t)query_get_int(q, 0),
			.email = query_get_int(q, 1),
			.flags = (uint64_t)query_get_int(q, 2),
			.modseq = (uint64_t)query_get_int(q, 3),
			.saved = query_get_int(q, 4),
			.size = (uint64_t)query_get_int(q, 5),
		};

		more = visit(context, &m);
	}
	return query_end(q);
}

/* --- the expunge log --- */

static enum err add_row(struct account *a, int64_t mailbox, uint64_t modseq,
			struct interval i)
{
	struct query *q =
		db_query(a->db, "INSERT INTO vanished (mailbox, modseq, first_uid,"
				" last_uid) VALUES ($1, $2, $3, $4)");

	query_int(q, mailbox);
	query_int(q, (int64_t)modseq);
	query_int(q, i.first);
	query_int(q, i.last);
	return query_run(q);
}

static enum err count_rows(struct account *a, int64_t mailbox, int64_t added,
			   int64_t *ret)
{
	struct query *q =
		db_query(a->db, "UPDATE mailbox SET vanished_rows = vanished_rows + $2"
				" WHERE id = $1 RETURNING vanished_rows");

	query_int(q, mailbox);
	query_int(q, added);
	return query_run_int(q, ret);
}

static enum err forget_until(struct account *a, int64_t mailbox, int64_t modseq)
{
	struct query *q = db_query(
		a->db, "DELETE FROM vanished WHERE mailbox = $1 AND modseq <= $2");
	int64_t left;
	enum err e;

	query_int(q, mailbox);
	query_int(q, modseq);
	e = query_run(q);
	if (!e) e = count_rows(a, mailbox, -db_changes(a->db), &left);
	if (e) return e;
	q = db_query(a->db, "UPDATE mailbox SET vanished_floor = $2 WHERE id = $1");
	query_int(q, mailbox);
	query_int(q, modseq);
	return query_run(q);
}

static enum err forget_older_half(struct account *a, int64_t mailbox, int64_t rows)
{
	struct query *q = db_query(a->db, "SELECT modseq FROM vanished WHERE mailbox = $1"
					  " ORDER BY modseq LIMIT 1 OFFSET $2");
	int64_t modseq;
	enum err e;

	query_int(q, mailbox);
	query_int(q, rows / 2);
	e = query_run_int(q, &modseq);
	return e ? e : forget_until(a, mailbox, modseq);
}

enum err vanished_add(struct account *a, int64_t mailbox, uint64_t modseq,
		      const struct interval_set *uids)
{
	struct interval i;
	uint64_t cursor = 0;
	int64_t added = 0, rows = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &i)) {
		e = add_row(a, mailbox, modseq, i);
		added++;
	}
	if (!e) e = count_rows(a, mailbox, added, &rows);
	if (e || rows <= VANISHED_ROWS_MAX) return e;
	return forget_older_half(a, mailbox, rows);
}

static enum err check_floor(struct account *a, int64_t mailbox, uint64_t since)
{
	struct query *q =
		db_query(a->db, "SELECT vanished_floor FROM mailbox WHERE id = $1");
	int64_t floor;
	enum err e;

	query_int(q, mailbox);
	e = query_run_int(q, &floor);
	return e ? e : since < (uint64_t)floor ? ERR_NOT_FOUND : ERR_NONE;
}

enum err changes_vanished(struct account *a, int64_t mailbox, uint64_t since,
			  struct interval_set *ret)
{
	enum err e = check_floor(a, mailbox, since);
	struct query *q;

	if (e) return e;
	q = db_query(a->db, "SELECT first_uid, last_uid FROM vanished"
			    " WHERE mailbox = $1 AND modseq > $2");
	query_int(q, mailbox);
	query_int(q, (int64_t)since);
	while (query_row(q))
		interval_set_add_range(ret, (uint32_t)query_get_int(q, 0),
				       (uint32_t)query_get_int(q, 1));
	return query_end(q);
}
