#include "queue/listing.h"

#include "base/log.h"
#include "queue/queue_private.h"
#include "store/body_private.h"

struct queue_message queue_read_message(struct query *row)
{
	return (struct queue_message){
		.id = query_get_int(row, 0),
		.envelope = { .reverse_path = query_get_slice(row, 1),
			      .envelope_id = query_get_slice(row, 2),
			      .return_wish = (enum return_wish)query_get_int(row, 3),
			      .flags = (unsigned)query_get_int(row, 4),
			      .priority = (int)query_get_int(row, 5),
			      .received = query_get_int(row, 6),
			      .release_at = query_get_int(row, 7),
			      .login = query_get_slice(row, 8),
			      .trace_id = query_get_slice(row, 9),
			      .hold = query_get_slice(row, 11),
			      .by_time = query_get_int(row, 12),
			      .by = (enum deliver_by)query_get_int(row, 13) },
		.size = (uint64_t)query_get_int(row, 10),
	};
}

enum err queue_list(struct queue *q, int64_t after, queue_see_message *see, void *context)
{
	struct query *row = db_query(q->db, "SELECT " MESSAGE_COLUMNS " FROM message"
					    " WHERE id > $1 ORDER BY id");
	bool more = true;

	query_int(row, after);
	while (more && query_row(row)) {
		struct queue_message m = queue_read_message(row);

		more = see(context, &m);
	}
	return query_end(row);
}

enum err queue_find(struct queue *q, int64_t message, queue_see_message *see,
		    void *context)
{
	struct query *row = db_query(q->db, "SELECT " MESSAGE_COLUMNS " FROM message"
					    " WHERE id = $1");
	bool there;
	enum err e;

	query_int(row, message);
	there = query_row(row);
	if (there) {
		struct queue_message m = queue_read_message(row);

		see(context, &m);
	}
	e = query_end(row);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

enum err queue_recipients(struct queue *q, int64_t message, uint32_t from,
			  queue_see_recipient *see, void *context)
{
	struct query *row =
		db_query(q->db, "SELECT " RECIPIENT_COLUMNS " FROM recipient"
				" WHERE message = $1 AND number >= $2 ORDER BY number");
	bool more = true;

	query_int(row, message);
	query_int(row, from);
	while (more && query_row(row)) {
		struct queue_recipient r = queue_read_recipient(row);

		more = see(context, &r);
	}
	return query_end(row);
}

enum err queue_open_body(struct queue *q, int64_t message, struct body **ret)
{
	struct query *row =
		db_query(q->db, "SELECT m.encoding, m.size, m.prefix, m.hash, b.bytes"
				" FROM message m LEFT JOIN body b ON b.message = m.id"
				" WHERE m.id = $1");
	enum err e = ERR_NOT_FOUND, ended;
	struct body *b = NULL;

	query_int(row, message);
	if (query_row(row)) {
		struct body_row found = { .parts = S(""),
					  .encoding = query_get_int(row, 0),
					  .size = (uint64_t)query_get_int(row, 1),
					  .prefix = query_get_slice(row, 2),
					  .hash = query_get_slice(row, 3),
					  .bytes = query_get_slice(row, 4) };

		e = body_make(&q->files, &found, &b);
		if (e == ERR_INTERNAL)
			log_event(LOG_ERROR, "queue.damaged",
				  LOG_INT("message", message));
	}
	ended = query_end(row);
	if (!ended && !e) {
		*ret = b;
		return ERR_NONE;
	}
	body_close(b);
	return ended ? ended : e;
}

/* --- changing --- */

static enum err require(struct queue *q, int64_t message)
{
	struct query *row = db_query(q->db, "SELECT id FROM message WHERE id = $1");
	int64_t id;

	query_int(row, message);
	return query_run_int(row, &id);
}

enum err queue_hold_message(struct queue *q, int64_t message)
{
	struct query *row;
	enum err e = require(q, message);

	if (e) return e;
	row = db_query(q->db, "UPDATE recipient SET state = 2"
			      " WHERE message = $1 AND state = 0");
	query_int(row, message);
	e = query_run(row);
	return e ? e : destinations_follow(q, message);
}

enum err queue_release_message(struct queue *q, int64_t message, int64_t now)
{
	struct query *row;
	enum err e = require(q, message);

	if (e) return e;
	row = db_query(q->db, "UPDATE recipient SET state = 0, next_attempt = $2"
			      " WHERE message = $1 AND state = 2");
	query_int(row, message);
	query_int(row, now);
	e = query_run(row);
	return e ? e : destinations_follow(q, message);
}

static enum err open_destinations(struct queue *q, int64_t message)
{
	struct query *row = db_query(
		q->db, "UPDATE destination SET not_before = 0 WHERE name IN"
		       " (SELECT destination FROM recipient WHERE message = $1)");

	query_int(row, message);
	return query_run(row);
}

enum err queue_retry_message(struct queue *q, int64_t message, int64_t now)
{
	struct query *row;
	enum err e = require(q, message);

	if (e) return e;
	row = db_query(q->db, "UPDATE recipient SET next_attempt = $2"
			      " WHERE message = $1 AND state = 0");
	query_int(row, message);
	query_int(row, now);
	e = query_run(row);
	if (!e) e = open_destinations(q, message);
	return e ? e : destinations_follow(q, message);
}

/* Held first, so that the destinations follow while the rows still name them. */
enum err queue_delete_message(struct queue *q, int64_t message)
{
	enum err e = queue_hold_message(q, message);

	return e ? e : queue_drop(q, message);
}
