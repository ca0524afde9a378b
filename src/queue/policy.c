#include "queue/policy.h"

#include "queue/queue_private.h"

enum { TRIED_KEPT_S = 24 * 60 * 60 }; /* how long a failure is of any interest */

static bool read_row(struct query *row, int64_t now, struct arena *arena,
		     struct kept_policy *ret)
{
	ret->tried = query_get_int(row, 4);
	if (!arena_copy(arena, query_get_slice(row, 3), &ret->tried_id)) return false;
	if (query_get_int(row, 2) <= now) return true;
	ret->expires = query_get_int(row, 2);
	return arena_copy(arena, query_get_slice(row, 0), &ret->id) &&
	       arena_copy(arena, query_get_slice(row, 1), &ret->text);
}

enum err queue_read_policy(struct queue *q, slice domain, int64_t now,
			   struct arena *arena, struct kept_policy *ret)
{
	struct query *row = db_query(q->db, "SELECT id, policy, expires, tried_id, tried"
					    " FROM sts_policy WHERE domain = $1");
	bool fits = true;
	enum err e;

	*ret = (struct kept_policy){ 0 };
	query_text(row, domain);
	if (query_row(row)) fits = read_row(row, now, arena, ret);
	e = query_end(row);
	return e ? e : fits ? ERR_NONE : ERR_LIMIT;
}

static enum err forget_old(struct queue *q, int64_t now)
{
	struct query *row = db_query(q->db, "DELETE FROM sts_policy WHERE expires <= $1"
					    " AND tried <= $2");

	query_int(row, now);
	query_int(row, now - TRIED_KEPT_S);
	return query_run(row);
}

enum err queue_keep_policy(struct queue *q, slice domain, int64_t now,
			   const struct kept_policy *p)
{
	struct query *row = db_query(
		q->db,
		"INSERT INTO sts_policy (domain, id, policy, expires, tried_id, tried)"
		" VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (domain) DO UPDATE SET id = excluded.id,"
		" policy = excluded.policy, expires = excluded.expires,"
		" tried_id = excluded.tried_id, tried = excluded.tried");
	enum err e;

	query_text(row, domain);
	query_text(row, p->id);
	query_text(row, p->text);
	query_int(row, p->expires);
	query_text(row, p->tried_id);
	query_int(row, p->tried);
	e = query_run(row);
	return e ? e : forget_old(q, now);
}
