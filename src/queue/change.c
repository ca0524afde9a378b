/* What a person does to messages and recipients that wait; see listing.h. */
#include "queue/listing.h"
#include "queue/queue_private.h"

enum { EVERY_RECIPIENT = -1 }; /* in place of a number */

#define THESE " WHERE message = $1 AND ($2 < 0 OR number = $2)"

static enum err require(struct queue *q, int64_t message, int64_t number)
{
	struct query *row =
		db_query(q->db, "SELECT message FROM recipient" THESE " LIMIT 1");
	int64_t id;

	query_int(row, message);
	query_int(row, number);
	return query_run_int(row, &id);
}

/* --- hold --- */

static enum err hold(struct queue *q, int64_t message, int64_t number)
{
	struct query *row;
	enum err e = require(q, message, number);

	if (e) return e;
	row = db_query(q->db, "UPDATE recipient SET state = 2" THESE " AND state = 0");
	query_int(row, message);
	query_int(row, number);
	e = query_run(row);
	return e ? e : destinations_follow(q, message);
}

enum err queue_hold_message(struct queue *q, int64_t message)
{
	return hold(q, message, EVERY_RECIPIENT);
}

enum err queue_hold_recipient(struct queue *q, int64_t message, uint32_t number)
{
	return hold(q, message, number);
}

/* --- release --- */

static enum err release(struct queue *q, int64_t message, int64_t number, int64_t now)
{
	struct query *row;
	enum err e = require(q, message, number);

	if (e) return e;
	row = db_query(q->db, "UPDATE recipient SET state = 0, next_attempt = $3" THESE
			      " AND state = 2");
	query_int(row, message);
	query_int(row, number);
	query_int(row, now);
	e = query_run(row);
	return e ? e : destinations_follow(q, message);
}

enum err queue_release_message(struct queue *q, int64_t message, int64_t now)
{
	return release(q, message, EVERY_RECIPIENT, now);
}

enum err queue_release_recipient(struct queue *q, int64_t message, uint32_t number,
				 int64_t now)
{
	return release(q, message, number, now);
}

/* --- retry --- */

static enum err open_destinations(struct queue *q, int64_t message, int64_t number)
{
	struct query *row = db_query(
		q->db, "UPDATE destination SET not_before = 0 WHERE name IN"
		       " (SELECT destination FROM recipient" THESE " AND state = 0)");

	query_int(row, message);
	query_int(row, number);
	return query_run(row);
}

static enum err retry(struct queue *q, int64_t message, int64_t number, int64_t now)
{
	struct query *row;
	enum err e = require(q, message, number);

	if (e) return e;
	row = db_query(q->db,
		       "UPDATE recipient SET next_attempt = $3" THESE " AND state = 0");
	query_int(row, message);
	query_int(row, number);
	query_int(row, now);
	e = query_run(row);
	if (!e) e = open_destinations(q, message, number);
	return e ? e : destinations_follow(q, message);
}

enum err queue_retry_message(struct queue *q, int64_t message, int64_t now)
{
	return retry(q, message, EVERY_RECIPIENT, now);
}

enum err queue_retry_recipient(struct queue *q, int64_t message, uint32_t number,
			       int64_t now)
{
	return retry(q, message, number, now);
}

/* --- delete: held first, so that the destinations follow while rows still name them ---
 */

enum err queue_delete_message(struct queue *q, int64_t message)
{
	enum err e = hold(q, message, EVERY_RECIPIENT);

	return e ? e : queue_drop(q, message);
}

enum err queue_delete_recipient(struct queue *q, int64_t message, uint32_t number)
{
	struct query *row;
	enum err e = hold(q, message, number);

	if (e) return e;
	row = db_query(q->db, "DELETE FROM recipient WHERE message = $1 AND number = $2");
	query_int(row, message);
	query_int(row, number);
	e = query_run(row);
	return e ? e : queue_drop_if_done(q, message);
}
