#include "store/document.h"

#include "store/account_private.h"
#include "store/gone.h"
#include "store/states_private.h"

/* --- writing --- */

/* After the row was put: so what replaces a document does not count twice. */
static enum err check_limits(struct account *a, enum document_kind kind)
{
	struct query *q =
		db_query(a->db, "SELECT COUNT(*), COALESCE(SUM(LENGTH(value)), 0)"
				" FROM document WHERE kind = $1");
	bool good;
	enum err e;

	query_int(q, kind);
	good = query_row(q) && query_get_int(q, 0) <= DOCUMENTS_MAX &&
	       query_get_int(q, 1) <= DOCUMENTS_OCTETS_MAX;
	e = query_end(q);
	return e ? e : good ? ERR_NONE : ERR_LIMIT;
}

static enum err insert(struct account *a, enum document_kind kind, slice value,
		       uint64_t modseq, int64_t id)
{
	struct query *q =
		db_query(a->db, "INSERT INTO document (kind, id, created, modseq, value)"
				" VALUES ($1, $2, $3, $3, $4)");

	query_int(q, kind);
	query_int(q, id);
	query_int(q, (int64_t)modseq);
	query_blob(q, value);
	return query_run(q);
}

enum err document_add(struct account *a, enum document_kind kind, slice value,
		      int64_t *ret_id)
{
	int64_t id = account_take_id(a);
	uint64_t modseq;
	enum err e = value.n <= DOCUMENT_MAX ? ERR_NONE : ERR_LIMIT;

	if (!e) e = account_take_modseq(a, &modseq);
	if (!e) e = insert(a, kind, value, modseq, id);
	if (!e) e = check_limits(a, kind);
	if (!e) *ret_id = id;
	return e;
}

static enum err update(struct account *a, enum document_kind kind, int64_t id,
		       slice value, uint64_t modseq)
{
	struct query *q = db_query(a->db, "UPDATE document SET value = $3, modseq = $4"
					  " WHERE kind = $1 AND id = $2");
	enum err e;

	query_int(q, kind);
	query_int(q, id);
	query_blob(q, value);
	query_int(q, (int64_t)modseq);
	e = query_run(q);
	return e ? e : db_changes(a->db) ? ERR_NONE : ERR_NOT_FOUND;
}

enum err document_set(struct account *a, enum document_kind kind, int64_t id, slice value)
{
	uint64_t modseq;
	enum err e = value.n <= DOCUMENT_MAX ? ERR_NONE : ERR_LIMIT;

	if (!e) e = account_take_modseq(a, &modseq);
	if (!e) e = update(a, kind, id, value, modseq);
	return e ? e : check_limits(a, kind);
}

enum err document_remove(struct account *a, enum document_kind kind, int64_t id)
{
	struct query *q = db_query(a->db, "DELETE FROM document WHERE kind = $1"
					  " AND id = $2 RETURNING created");
	struct gone g = { .id = id, .what = GONE_WHOLLY };
	int64_t created;
	enum err e;

	query_int(q, kind);
	query_int(q, id);
	e = query_run_int(q, &created);
	if (!e) e = account_take_modseq(a, &g.modseq);
	if (e) return e;
	g.created = (uint64_t)created;
	return gone_put(a, GONE_DOCUMENT + (int)kind, &g);
}

/* --- reading --- */

enum err document_get(struct account *a, enum document_kind kind, int64_t id,
		      struct arena *arena, slice *ret)
{
	struct query *q =
		db_query(a->db, "SELECT value FROM document WHERE kind = $1 AND id = $2");
	enum err e = ERR_NOT_FOUND, ended;

	query_int(q, kind);
	query_int(q, id);
	if (query_row(q))
		e = arena_copy(arena, query_get_slice(q, 0), ret) ? ERR_NONE : ERR_LIMIT;
	ended = query_end(q);
	return ended ? ended : e;
}

enum err document_each(struct account *a, enum document_kind kind,
		       document_visitor *visit, void *context)
{
	struct query *q = db_query(
		a->db, "SELECT id, value FROM document WHERE kind = $1 ORDER BY id");
	bool more = true;

	query_int(q, kind);
	while (more && query_row(q))
		more = visit(context, query_get_int(q, 0), query_get_slice(q, 1));
	return query_end(q);
}

/* --- changes --- */

/* The newest row of the log is never forgotten, so this does not go back. */
enum err document_state(struct account *a, enum document_kind kind, uint64_t *ret)
{
	struct query *q =
		db_query(a->db, "SELECT MAX(modseq) FROM (SELECT COALESCE(MAX(modseq), 0)"
				" AS modseq FROM document WHERE kind = $1 UNION ALL"
				" SELECT COALESCE(MAX(modseq), 0) FROM gone"
				" WHERE kind = $2) AS both");
	int64_t modseq;
	enum err e;

	query_int(q, kind);
	query_int(q, GONE_DOCUMENT + (int)kind);
	e = query_run_int(q, &modseq);
	if (!e) *ret = (uint64_t)modseq;
	return e;
}

static enum err facts_of_documents(struct account *a, struct facts *f)
{
	struct query *q = db_query(a->db, "SELECT id, created, modseq FROM document"
					  " WHERE kind = $1 AND modseq > $2");

	query_int(q, f->gone_kind - GONE_DOCUMENT);
	query_int(q, (int64_t)f->since);
	while (query_row(q)) {
		uint64_t created = (uint64_t)query_get_int(q, 1);
		bool is_new = created > f->since;

		facts_add(f, query_get_int(q, 0),
			  is_new ? created : (uint64_t)query_get_int(q, 2),
			  is_new ? FACT_MADE : FACT_CHANGED);
	}
	return query_end(q);
}

enum err document_changes(struct account *a, enum document_kind kind, uint64_t since,
			  uint32_t max, struct state_changes *ret)
{
	struct states_of of = { .gone_kind = GONE_DOCUMENT + (int)kind,
				.gather = facts_of_documents };
	enum err e = document_state(a, kind, &of.now);

	*ret = (struct state_changes){ 0 };
	return e ? e : states_find(a, &of, since, max, ret);
}
