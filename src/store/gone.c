#include "store/gone.h"

#include "store/account_private.h"

enum { TRIMMED_EVERY = 1000 }; /* rows: counting costs */

static enum err insert(struct account *a, int kind, const struct gone *g)
{
	struct query *q =
		db_query(a->db, "INSERT INTO gone (kind, modseq, id, created, what)"
				" VALUES ($1, $2, $3, $4, $5)"
				" ON CONFLICT (kind, modseq, id) DO UPDATE"
				" SET what = excluded.what");

	query_int(q, kind);
	query_int(q, (int64_t)g->modseq);
	query_int(q, g->id);
	query_int(q, (int64_t)g->created);
	query_int(q, g->what);
	return query_run(q);
}

static enum err count(struct account *a, int kind, int64_t *ret)
{
	struct query *q = db_query(a->db, "SELECT COUNT(*) FROM gone WHERE kind = $1");

	query_int(q, kind);
	return query_run_int(q, ret);
}

static enum err set_floor(struct account *a, int kind, int64_t modseq)
{
	struct query *q = db_query(a->db, "INSERT INTO gone_floor (kind, modseq)"
					  " VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE"
					  " SET modseq = excluded.modseq");

	query_int(q, kind);
	query_int(q, modseq);
	return query_run(q);
}

static enum err forget_until(struct account *a, int kind, int64_t modseq)
{
	struct query *q =
		db_query(a->db, "DELETE FROM gone WHERE kind = $1 AND modseq <= $2");
	enum err e;

	query_int(q, kind);
	query_int(q, modseq);
	e = query_run(q);
	return e ? e : set_floor(a, kind, modseq);
}

static enum err trim(struct account *a, int kind)
{
	int64_t rows, modseq;
	enum err e = count(a, kind, &rows);
	struct query *q;

	if (e || rows <= STATE_LOG_MAX) return e;
	q = db_query(a->db, "SELECT modseq FROM gone WHERE kind = $1"
			    " ORDER BY modseq LIMIT 1 OFFSET $2");
	query_int(q, kind);
	query_int(q, rows / 2);
	e = query_run_int(q, &modseq);
	return e ? e : forget_until(a, kind, modseq);
}

enum err gone_put(struct account *a, int kind, const struct gone *g)
{
	enum err e = insert(a, kind, g);

	if (!e && a->gone_put[kind]++ % TRIMMED_EVERY == 0) e = trim(a, kind);
	return e;
}

enum err gone_each(struct account *a, int kind, uint64_t since, gone_visitor *visit,
		   void *context)
{
	struct query *q =
		db_query(a->db, "SELECT modseq, id, created, what FROM gone"
				" WHERE kind = $1 AND modseq > $2 ORDER BY modseq");

	query_int(q, kind);
	query_int(q, (int64_t)since);
	while (query_row(q)) {
		const struct gone g = { (uint64_t)query_get_int(q, 0),
					query_get_int(q, 1),
					(uint64_t)query_get_int(q, 2),
					(enum gone_what)query_get_int(q, 3) };

		visit(context, &g);
	}
	return query_end(q);
}

enum err gone_floor(struct account *a, int kind, uint64_t *ret)
{
	struct query *q =
		db_query(a->db, "SELECT modseq FROM gone_floor WHERE kind = $1");
	int64_t modseq = 0;
	enum err e;

	query_int(q, kind);
	e = query_run_int(q, &modseq);
	*ret = (uint64_t)modseq;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}
