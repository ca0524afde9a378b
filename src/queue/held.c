#include "queue/held.h"

#include "queue/queue_private.h"

enum err queue_held_of(struct queue *q, slice login, int64_t now, struct queue_held *ret)
{
	struct query *row = db_query(q->db, "SELECT COUNT(*), COALESCE(SUM(size), 0)"
					    " FROM message WHERE release_at > 0"
					    " AND login = $1 COLLATE NOCASE"
					    " AND release_at > $2");
	struct queue_held found = { 0 };
	enum err e;

	query_text(row, login);
	query_int(row, now);
	if (query_row(row)) {
		found.messages = (uint64_t)query_get_int(row, 0);
		found.octets = (uint64_t)query_get_int(row, 1);
	}
	e = query_end(row);
	if (!e) *ret = found;
	return e;
}
