#include "queue/queue_private.h"

/*
 * A row of destination says when its first waiting recipient is due. Recipients of one
 * destination wait by turn (their priority), then by time, so the first is looked for
 * in each turn that there is: mostly one.
 */

enum err destination_next_turn(struct queue *q, slice name, int64_t *turn)
{
	struct query *row = db_query(q->db, "SELECT turn FROM recipient WHERE state = 0"
					    " AND destination = $1 AND turn > $2"
					    " ORDER BY turn LIMIT 1");

	query_text(row, name);
	query_int(row, *turn);
	return query_run_int(row, turn);
}

static enum err first_of_turn(struct queue *q, slice name, int64_t turn, int64_t *ret)
{
	struct query *row = db_query(q->db, "SELECT next_attempt FROM recipient"
					    " WHERE state = 0 AND destination = $1"
					    " AND turn = $2"
					    " ORDER BY next_attempt LIMIT 1");

	query_text(row, name);
	query_int(row, turn);
	return query_run_int(row, ret);
}

/* When the first is due; ERR_NOT_FOUND: nobody waits. */
static enum err first_waiting(struct queue *q, slice name, int64_t *ret)
{
	int64_t turn = BEFORE_ALL_TURNS, at, first = INT64_MAX;
	enum err e;

	while (!(e = destination_next_turn(q, name, &turn))) {
		e = first_of_turn(q, name, turn, &at);
		if (e) return e;
		if (at < first) first = at;
	}
	if (e != ERR_NOT_FOUND || first == INT64_MAX) return e;
	*ret = first;
	return ERR_NONE;
}

static enum err forget(struct queue *q, slice name)
{
	struct query *row = db_query(q->db, "DELETE FROM destination WHERE name = $1");

	query_text(row, name);
	return query_run(row);
}

enum err destination_follow(struct queue *q, slice name)
{
	struct query *row;
	int64_t first;
	enum err e = first_waiting(q, name, &first);

	if (e == ERR_NOT_FOUND) return forget(q, name);
	if (e) return e;
	q->changing = true;
	row = db_query(q->db, "INSERT INTO destination (name, not_before, next_attempt)"
			      " VALUES ($1, 0, $2) ON CONFLICT (name) DO UPDATE"
			      " SET next_attempt = CASE"
			      " WHEN destination.not_before > excluded.next_attempt"
			      " THEN destination.not_before"
			      " ELSE excluded.next_attempt END");
	query_text(row, name);
	query_int(row, first);
	return query_run(row);
}

enum err destinations_follow(struct queue *q, int64_t message)
{
	struct query *row = db_query(q->db, "SELECT DISTINCT destination FROM recipient"
					    " WHERE message = $1");
	enum err e = ERR_NONE, ended;

	query_int(row, message);
	while (!e && query_row(row))
		e = destination_follow(q, query_get_slice(row, 0));
	ended = query_end(row);
	return e ? e : ended;
}
