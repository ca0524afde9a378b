#include "store/uidset.h"

#include "store/account_private.h"

/* Two LEB128 numbers of 32 bits an interval. */
enum { ROW_MAX = (UIDSET_ROW_INTERVALS + 2) * 10 };

struct row {
	int64_t mailbox;
	int64_t first_uid; /* its key */
	struct interval_set uids;
};

static enum err decode(const struct account *a, slice stored, struct interval_set *ret)
{
	if (interval_set_decode(ret, stored)) return ERR_NONE;
	return damaged(a, "uidset");
}

static uint32_t count_intervals(const struct interval_set *s)
{
	struct interval i;
	uint64_t cursor = 0;
	uint32_t n = 0;

	while (interval_set_next(s, &cursor, &i))
		n++;
	return n;
}

/* The row that holds uid if any does: the last whose key is not above it. */
static enum err find_row(struct account *a, int64_t mailbox, uint32_t uid,
			 struct row *ret)
{
	struct query *q = db_query(a->db, "SELECT first_uid, intervals FROM uidset"
					  " WHERE mailbox = $1 AND first_uid <= $2"
					  " ORDER BY first_uid DESC LIMIT 1");
	enum err e = ERR_NOT_FOUND, ended;

	*ret = (struct row){ .mailbox = mailbox };
	query_int(q, mailbox);
	query_int(q, uid);
	if (query_row(q)) {
		ret->first_uid = query_get_int(q, 0);
		e = decode(a, query_get_slice(q, 1), &ret->uids);
	}
	ended = query_end(q);
	return ended ? ended : e;
}

static enum err run_with_key(struct account *a, const char *sql, const struct row *r)
{
	struct query *q = db_query(a->db, sql);

	query_int(q, r->mailbox);
	query_int(q, r->first_uid);
	return query_run(q);
}

static enum err delete_row(struct account *a, const struct row *r)
{
	return run_with_key(a, "DELETE FROM uidset WHERE mailbox = $1 AND first_uid = $2",
			    r);
}

static enum err put_row(struct account *a, const struct row *r)
{
	struct query *q;
	struct buf stored;
	enum err e;

	buf_init(&stored, ROW_MAX);
	interval_set_encode(&r->uids, &stored);
	q = db_query(a->db, "INSERT INTO uidset (mailbox, first_uid, intervals)"
			    " VALUES ($1, $2, $3) ON CONFLICT (mailbox, first_uid)"
			    " DO UPDATE SET intervals = excluded.intervals");
	query_int(q, r->mailbox);
	query_int(q, r->first_uid);
	query_blob(q, buf_slice(&stored));
	e = query_run(q);
	buf_done(&stored);
	return e;
}

enum err uidset_append(struct account *a, int64_t mailbox, uint32_t first, uint32_t last)
{
	struct row r;
	enum err e = find_row(a, mailbox, first, &r);
	bool joins = !e && interval_set_max(&r.uids) + 1 == first;

	if (e == ERR_NOT_FOUND ||
	    (!e && !joins && count_intervals(&r.uids) >= UIDSET_ROW_INTERVALS)) {
		interval_set_done(&r.uids);
		r.first_uid = first;
		e = ERR_NONE;
	}
	interval_set_add_range(&r.uids, first, last);
	if (!e) e = put_row(a, &r);
	interval_set_done(&r.uids);
	return e;
}

/* --- removing --- */

/* Writes the row's UIDs back as one row or, where holes have made it too large, several;
 * the first keeps the key. */
static enum err split_row(struct account *a, const struct row *r)
{
	struct row piece = { .mailbox = r->mailbox, .first_uid = r->first_uid };
	struct interval i;
	uint64_t cursor = 0;
	uint32_t n = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(&r->uids, &cursor, &i)) {
		if (n == UIDSET_ROW_INTERVALS) {
			e = put_row(a, &piece);
			interval_set_done(&piece.uids);
			piece.first_uid = i.first;
			n = 0;
		}
		interval_set_add_range(&piece.uids, i.first, i.last);
		n++;
	}
	if (!e) e = put_row(a, &piece);
	interval_set_done(&piece.uids);
	return e;
}

static enum err remove_from_row(struct account *a, struct row *r,
				const struct interval_set *uids)
{
	interval_set_subtract(&r->uids, uids);
	if (interval_set_count(&r->uids) == 0) return delete_row(a, r);
	return split_row(a, r);
}

enum err uidset_remove(struct account *a, int64_t mailbox,
		       const struct interval_set *uids)
{
	struct interval i;
	uint64_t cursor = 0;
	enum err e = ERR_NONE;

	while (!e && interval_set_next(uids, &cursor, &i)) {
		struct row r;

		e = find_row(a, mailbox, i.first, &r);
		if (!e) {
			cursor = (uint64_t)interval_set_max(&r.uids) + 1;
			if (cursor <= i.first) cursor = (uint64_t)i.first + 1;
			e = remove_from_row(a, &r, uids);
		}
		interval_set_done(&r.uids);
		if (e == ERR_NOT_FOUND) e = ERR_NONE;
	}
	return e;
}

enum err uidset_clear(struct account *a, int64_t mailbox)
{
	struct query *q = db_query(a->db, "DELETE FROM uidset WHERE mailbox = $1");

	query_int(q, mailbox);
	return query_run(q);
}

/* --- reading --- */

enum err uidset_read(struct account *a, int64_t mailbox, struct interval_set *ret)
{
	struct query *q = db_query(a->db, "SELECT intervals FROM uidset"
					  " WHERE mailbox = $1 ORDER BY first_uid");
	enum err e = ERR_NONE, ended;

	query_int(q, mailbox);
	while (!e && query_row(q))
		e = decode(a, query_get_slice(q, 0), ret);
	ended = query_end(q);
	return ended ? ended : e;
}

enum err uidset_read_among(struct account *a, int64_t mailbox,
			   const struct interval_set *uids, struct interval_set *ret)
{
	enum err e = uidset_read(a, mailbox, ret);

	if (!e) interval_set_intersect(ret, uids);
	return e;
}
