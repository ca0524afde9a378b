#include "report/ledger_private.h"

static enum err find_due(struct db *d, int64_t now, const struct ledger_report *after,
			 struct arena *arena, struct ledger_report *ret)
{
	struct query *row =
		db_query(d, "SELECT kind, domain, begin_at, end_at FROM tally"
			    " WHERE end_at <= $1"
			    " AND (end_at, kind, domain, begin_at) > ($2, $3, $4, $5)"
			    " ORDER BY end_at, kind, domain, begin_at LIMIT 1");
	bool there, fits = true;
	enum err e;

	query_int(row, now);
	query_int(row, after ? after->end : INT64_MIN);
	query_int(row, after ? after->kind : 0);
	query_text(row, after ? after->domain : S(""));
	query_int(row, after ? after->begin : 0);
	there = query_row(row);
	if (there) {
		*ret = (struct ledger_report){
			.kind = (enum report_kind)query_get_int(row, 0),
			.begin = query_get_int(row, 2),
			.end = query_get_int(row, 3),
		};
		fits = arena_copy(arena, query_get_slice(row, 1), &ret->domain);
	}
	e = query_end(row);
	return e ? e : !there ? ERR_NOT_FOUND : fits ? ERR_NONE : ERR_LIMIT;
}

enum err ledger_due(struct ledger *l, int64_t now, const struct ledger_report *after,
		    struct arena *arena, struct ledger_report *ret)
{
	enum err e = ledger_waiting(l) ? ledger_write(l) : ERR_NONE;

	if (e) return e;
	pthread_mutex_lock(&l->db_lock);
	e = find_due(l->db, now, after, arena, ret);
	pthread_mutex_unlock(&l->db_lock);
	return e;
}

static void bind_report(struct query *q, const struct ledger_report *of)
{
	query_int(q, of->kind);
	query_text(q, of->domain);
	query_int(q, of->begin);
	query_int(q, of->end);
}

enum err ledger_read(struct ledger *l, const struct ledger_report *of, ledger_see *see,
		     void *context)
{
	struct query *row;
	bool goes_on = true;
	enum err e;

	pthread_mutex_lock(&l->db_lock);
	row = db_query(l->db, "SELECT policy, entry, count FROM tally"
			      " WHERE kind = $1 AND domain = $2 AND begin_at = $3"
			      " AND end_at = $4 ORDER BY policy = (SELECT policy"
			      " FROM tally WHERE kind = $1 AND domain = $2"
			      " AND begin_at = $3 AND end_at = $4"
			      " ORDER BY id DESC LIMIT 1) DESC, policy, count DESC");
	bind_report(row, of);
	while (goes_on && query_row(row))
		goes_on = see(context, query_get_slice(row, 0), query_get_slice(row, 1),
			      query_get_int(row, 2));
	e = query_end(row);
	pthread_mutex_unlock(&l->db_lock);
	return e;
}

enum err ledger_settle(struct ledger *l, const struct ledger_report *of)
{
	struct query *row;
	enum err e;

	pthread_mutex_lock(&l->db_lock);
	row = db_query(l->db, "DELETE FROM tally WHERE kind = $1 AND domain = $2"
			      " AND begin_at = $3 AND end_at = $4");
	bind_report(row, of);
	e = query_run(row);
	pthread_mutex_unlock(&l->db_lock);
	return e;
}

/* ---- reports of others ---- */

static enum err insert_received(struct db *d, const struct ledger_received *r)
{
	struct query *row = db_query(
		d,
		"INSERT INTO received (kind, domain, reporter, name, received_at, json)"
		" VALUES ($1, $2, $3, $4, $5, $6)");

	query_int(row, r->kind);
	query_text(row, r->domain);
	query_text(row, r->reporter);
	query_text(row, r->name);
	query_int(row, r->at);
	query_text(row, r->json);
	return query_run(row);
}

static enum err forget_received(struct db *d, int64_t before)
{
	struct query *row = db_query(d, "DELETE FROM received WHERE received_at < $1"
					" OR id <= (SELECT MAX(id) FROM received) - $2");

	query_int(row, before);
	query_int(row, LEDGER_RECEIVED_MAX);
	return query_run(row);
}

static enum err keep(struct db *d, const struct ledger_received *r, int64_t forget_at)
{
	bool unknown;
	enum err e = db_begin(d, DB_SYNC_NORMAL);

	if (e) return e;
	e = insert_received(d, r);
	if (!e) e = forget_received(d, forget_at);
	if (!e) return db_commit(d, &unknown);
	db_rollback(d);
	return e;
}

enum err ledger_keep(struct ledger *l, const struct ledger_received *r, int64_t forget_at)
{
	enum err e = ERR_LATER;

	pthread_mutex_lock(&l->db_lock);
	if (store_takes_mail(l->store)) e = keep(l->db, r, forget_at);
	pthread_mutex_unlock(&l->db_lock);
	return e;
}

static bool is_about(slice domain, slice wanted)
{
	size_t above = domain.n - wanted.n;

	if (wanted.n == 0) return true;
	if (domain.n == wanted.n) return slice_eq_nocase(domain, wanted);
	return domain.n > wanted.n && domain.p[above - 1] == '.' &&
	       slice_eq_nocase(slice_skip(domain, above), wanted);
}

enum err ledger_each_received(struct ledger *l, slice domain, ledger_see_received *see,
			      void *context)
{
	struct query *row;
	bool goes_on = true;
	enum err e;

	pthread_mutex_lock(&l->db_lock);
	row = db_query(l->db, "SELECT kind, domain, reporter, name, received_at, json"
			      " FROM received ORDER BY id");
	while (goes_on && query_row(row)) {
		const struct ledger_received r = {
			.kind = (enum report_kind)query_get_int(row, 0),
			.domain = query_get_slice(row, 1),
			.reporter = query_get_slice(row, 2),
			.name = query_get_slice(row, 3),
			.at = query_get_int(row, 4),
			.json = query_get_slice(row, 5),
		};

		if (is_about(r.domain, domain)) goes_on = see(context, &r);
	}
	e = query_end(row);
	pthread_mutex_unlock(&l->db_lock);
	return e;
}
