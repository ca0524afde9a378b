#include "queue/sending.h"

#include "queue/queue_private.h"

struct queue_recipient queue_read_recipient(struct query *row)
{
	return (struct queue_recipient){
		.message = query_get_int(row, 0),
		.number = (uint32_t)query_get_int(row, 1),
		.target = { .destination = query_get_slice(row, 2),
			    .address = query_get_slice(row, 3),
			    .original = query_get_slice(row, 4),
			    .notify = (unsigned)query_get_int(row, 5) },
		.state = (enum recipient_state)query_get_int(row, 6),
		.attempts = (uint32_t)query_get_int(row, 7),
		.next_attempt = query_get_int(row, 8),
		.last_attempt = query_get_int(row, 9),
		.reply = { .code = (int)query_get_int(row, 10),
			   .status = query_get_slice(row, 11),
			   .text = query_get_slice(row, 12),
			   .remote = query_get_slice(row, 13) },
		.owed = (enum report)query_get_int(row, 14),
	};
}

/* --- destinations --- */

enum err queue_due_places(struct queue *q, int64_t now, const struct queue_place *after,
			  queue_see_place *see, void *context)
{
	struct query *row = db_query(q->db, "SELECT next_attempt, name FROM destination"
					    " WHERE next_attempt <= $1"
					    " AND (next_attempt, name) > ($2, $3)"
					    " ORDER BY next_attempt, name");
	bool more = true;

	query_int(row, now);
	query_int(row, after->next_attempt);
	query_text(row, after->destination);
	while (more && query_row(row)) {
		struct queue_place p = { query_get_int(row, 0), query_get_slice(row, 1) };

		more = see(context, &p);
	}
	return query_end(row);
}

enum err queue_next_time(struct queue *q, int64_t *ret)
{
	enum err e = query_run_int(db_query(q->db, "SELECT next_attempt FROM destination"
						   " ORDER BY next_attempt LIMIT 1"),
				   ret);

	if (e != ERR_NOT_FOUND) return e;
	*ret = INT64_MAX;
	return ERR_NONE;
}

/* --- recipients --- */

struct due {
	struct queue *q;
	slice destination;
	int64_t now;
	uint32_t left; /* to be seen at most */
	queue_see_recipient *see;
	void *context;
};

static enum err see_turn(struct due *d, int64_t turn)
{
	struct query *row =
		db_query(d->q->db, "SELECT " RECIPIENT_COLUMNS " FROM recipient"
				   " WHERE state = 0 AND destination = $1"
				   " AND turn = $2 AND next_attempt <= $3"
				   " ORDER BY next_attempt, message, number LIMIT $4");

	query_text(row, d->destination);
	query_int(row, turn);
	query_int(row, d->now);
	query_int(row, d->left);
	while (d->left > 0 && query_row(row)) {
		struct queue_recipient r = queue_read_recipient(row);

		d->left = d->see(d->context, &r) ? d->left - 1 : 0;
	}
	return query_end(row);
}

enum err queue_due(struct queue *q, const struct queue_place *place, int64_t now,
		   uint32_t max, queue_see_recipient *see, void *context)
{
	struct due d = { .q = q,
			 .destination = place->destination,
			 .now = now,
			 .left = max,
			 .see = see,
			 .context = context };
	int64_t turn = BEFORE_ALL_TURNS;
	enum err e = ERR_NONE;

	while (!e && d.left > 0 && !(e = destination_next_turn(q, d.destination, &turn)))
		e = see_turn(&d, turn);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}
