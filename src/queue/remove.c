#include "queue/queue_private.h"
#include "store/blob.h"

bool queue_names_file(void *queue, slice hash)
{
	const struct queue *q = queue;
	struct query *row = db_query(q->db, "SELECT id FROM message"
					    " WHERE hash = $1 AND encoding = 2 LIMIT 1");
	int64_t id;

	query_blob(row, hash);
	return query_run_int(row, &id) != ERR_NOT_FOUND;
}

static enum err delete_message(struct queue *q, int64_t id)
{
	struct query *row = db_query(q->db, "DELETE FROM message WHERE id = $1"
					    " RETURNING encoding, hash");
	bool there;
	enum err e;

	query_int(row, id);
	there = query_row(row);
	if (there && query_get_int(row, 0) == BLOB_FILE)
		body_files_suspect(&q->files, query_get_slice(row, 1));
	e = query_end(row);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err delete_body(struct queue *q, int64_t id)
{
	struct query *row = db_query(q->db, "DELETE FROM body WHERE message = $1");

	query_int(row, id);
	return query_run(row);
}

static enum err delete_recipients(struct queue *q, int64_t id)
{
	struct query *row = db_query(q->db, "DELETE FROM recipient WHERE message = $1");

	query_int(row, id);
	return query_run(row);
}

enum err queue_drop(struct queue *q, int64_t message)
{
	enum err e = delete_message(q, message);

	if (!e) e = delete_body(q, message);
	return e ? e : delete_recipients(q, message);
}

enum err queue_drop_if_done(struct queue *q, int64_t message)
{
	struct query *row =
		db_query(q->db, "SELECT number FROM recipient WHERE message = $1"
				" AND (state < 3 OR owed > 0) LIMIT 1");
	int64_t number;
	enum err e;

	query_int(row, message);
	e = query_run_int(row, &number);
	return e == ERR_NOT_FOUND ? queue_drop(q, message) : e;
}
