#include "queue/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "queue/queue_private.h"
#include "queue/queue_schema.h"

enum {
	LOG_SOFT_MAX = 2 << 20, /* octets: written back after the answers */
	LOG_HARD_MAX = 8 << 20, /* octets: written back before the next group */
};

static const struct db_schema schema = { queue_steps, countof(queue_steps) };

/* --- opening --- */

static enum err read_row(struct db *db, struct queue *into)
{
	struct query *row = db_query(db, "SELECT boot, group_number, next_id FROM queue");
	bool there = query_row(row);
	enum err e;

	if (there) {
		into->boot = query_get_int(row, 0);
		into->group_number = query_get_int(row, 1);
		into->next_id = query_get_int(row, 2);
	}
	e = query_end(row);
	return e ? e : there ? ERR_NONE : ERR_INTERNAL;
}

static enum err write_row(struct queue *q)
{
	struct query *row = db_query(q->db, "UPDATE queue SET boot = $1,"
					    " group_number = $2, next_id = $3");

	query_int(row, q->boot);
	query_int(row, q->group_number);
	query_int(row, q->next_id);
	return query_run(row);
}

/* The one window that no order of steps can close: the other server took the message,
 * and we died before its answer was on disk. */
static enum err log_interrupted(struct queue *q)
{
	struct query *row = db_query(q->db, "SELECT r.message, r.number, r.address,"
					    " r.destination, m.trace_id FROM recipient r"
					    " JOIN message m ON m.id = r.message"
					    " WHERE r.state = 1");

	while (query_row(row))
		log_event(LOG_WARNING, "queue.maybe-doubled",
			  LOG_INT("message", query_get_int(row, 0)),
			  LOG_INT("number", query_get_int(row, 1)),
			  LOG_STR("to", query_get_slice(row, 2)),
			  LOG_STR("destination", query_get_slice(row, 3)),
			  LOG_STR("id", query_get_slice(row, 4)));
	return query_end(row);
}

static enum err next_interrupted(struct queue *q, int64_t *ret_message)
{
	return query_run_int(db_query(q->db, "SELECT message FROM recipient"
					     " WHERE state = 1 LIMIT 1"),
			     ret_message);
}

static enum err requeue(struct queue *q, int64_t message)
{
	struct query *row = db_query(q->db, "UPDATE recipient SET state = 0"
					    " WHERE message = $1 AND state = 1");
	enum err e;

	query_int(row, message);
	e = query_run(row);
	return e ? e : destinations_follow(q, message);
}

static enum err requeue_all(struct queue *q)
{
	int64_t message;
	enum err e = log_interrupted(q);

	while (!e && !(e = next_interrupted(q, &message)))
		e = requeue(q, message);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err recover(struct queue *q)
{
	bool unclean = q->boot != store_boot(q->store);
	int64_t message;
	enum err e = next_interrupted(q, &message);

	if (e == ERR_NOT_FOUND && !unclean) return ERR_NONE;
	if (e && e != ERR_NOT_FOUND) return e;
	q->boot = store_boot(q->store);
	e = queue_begin(q, JOB_WRITES);
	if (e) return e;
	e = requeue_all(q);
	if (e)
		queue_rollback(q);
	else
		e = queue_commit(q);
	if (!e && unclean && q->files.folder >= 0)
		e = body_files_sweep(&q->files, queue_names_file, q);
	return e;
}

enum err queue_open(struct store *s, struct queue **ret)
{
	struct queue *q = calloc(1, sizeof(*q));
	enum err e;

	assert(q);
	q->store = s;
	e = body_files_open(&q->files, s, "queue");
	if (!e) e = store_open_database(s, "queue/queue.db", &schema, &q->db);
	if (!e) e = read_row(q->db, q);
	if (!e) e = recover(q);
	if (e)
		queue_close(q);
	else
		*ret = q;
	return e;
}

void queue_close(struct queue *q)
{
	if (!q) return;
	db_close(q->db);
	body_files_close(&q->files);
	free(q);
}

/* --- transactions --- */

/* The sync of the last group failed. Whatever can be read after this is on disk. */
static enum err find_outcome(struct queue *q)
{
	struct queue found;
	enum err e = db_reopen(q->db);

	if (!e) e = read_row(q->db, &found);
	if (e) return ERR_INTERNAL;
	return found.group_number == q->group_number ? ERR_NONE : ERR_LATER;
}

/* A failed checkpoint may have lost what the kernel had taken: settled as a commit is. */
static enum err write_log_back(struct queue *q, uint64_t above)
{
	if (db_log_size(q->db) <= above || !db_checkpoint(q->db)) return ERR_NONE;
	return find_outcome(q) == ERR_INTERNAL ? ERR_INTERNAL : ERR_NONE;
}

enum err queue_begin(struct queue *q, enum job_level strongest)
{
	enum db_sync sync = strongest == JOB_WRITES ? DB_SYNC_FULL : DB_SYNC_NORMAL;
	enum err e = write_log_back(q, LOG_HARD_MAX);

	if (!e) e = db_begin(q->db, sync);
	if (e) return e;
	q->changing = false;
	q->group_number++;
	return ERR_NONE;
}

enum err queue_savepoint(struct queue *q)
{
	return db_savepoint(q->db);
}

enum err queue_release(struct queue *q)
{
	return db_release(q->db);
}

void queue_rollback_to(struct queue *q)
{
	db_rollback_to(q->db);
}

bool queue_in_transaction(const struct queue *q)
{
	return db_in_transaction(q->db);
}

enum err queue_commit(struct queue *q)
{
	bool unknown = false;
	enum err e = write_row(q);

	if (!e)
		e = db_commit(q->db, &unknown);
	else
		db_rollback(q->db);
	if (e && unknown) e = find_outcome(q);
	if (!e && q->changing) q->changed = true;
	body_files_settle(&q->files, queue_names_file, q);
	return e;
}

void queue_rollback(struct queue *q)
{
	db_rollback(q->db);
	body_files_settle(&q->files, queue_names_file, q);
}

bool queue_take_changed(struct queue *q)
{
	bool changed = q->changed;

	q->changed = false;
	return changed;
}

void queue_checkpoint(struct queue *q)
{
	if (write_log_back(q, LOG_SOFT_MAX)) log_event(LOG_ERROR, "queue.out-of-service");
}
