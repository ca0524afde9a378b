#include "queue/put.h"

#include <assert.h>

#include "message/text.h"
#include "queue/queue_private.h"
#include "queue/report.h"
#include "store/blob.h"
#include "store/delivery.h"
#include "store/incoming_private.h"

enum { FORGET_EVERY_S = 3600 };

/* --- a message's rows --- */

static enum err insert_message(struct queue *q, int64_t id, const struct queue_new *what)
{
	const struct queue_envelope *v = what->envelope;
	struct query *row = db_query(
		q->db, "INSERT INTO message (id, reverse_path, envelope_id, return_wish,"
		       " flags, priority, received, release_at, login, trace_id, size,"
		       " encoding, hash, prefix, hold, by_time, by_mode) VALUES ($1, $2, "
		       "$3, $4, $5, $6,"
		       " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)");

	query_int(row, id);
	query_text(row, v->reverse_path);
	query_text(row, v->envelope_id);
	query_int(row, v->return_wish);
	query_int(row, v->flags);
	query_int(row, v->priority);
	query_int(row, v->received);
	query_int(row, v->release_at > v->received ? v->release_at : v->received);
	query_text(row, v->login);
	query_text(row, v->trace_id);
	query_int(row, (int64_t)incoming_size(what->message));
	query_int(row, incoming_stored(what->message).encoding);
	query_blob(row, incoming_hash(what->message));
	query_blob(row, what->prefix);
	query_text(row, v->hold);
	query_int(row, v->by_time);
	query_int(row, v->by);
	return query_run(row);
}

static enum err insert_body(struct queue *q, int64_t id, const struct incoming *m)
{
	struct stored_form form = incoming_stored(m);
	struct query *row;

	if (form.encoding == BLOB_FILE) return body_files_put(&q->files, m);
	row = db_query(q->db, "INSERT INTO body (message, bytes) VALUES ($1, $2)");
	query_int(row, id);
	query_blob(row, form.bytes);
	return query_run(row);
}

static enum recipient_state first_state(const struct queue_new *what,
					const struct queue_target *to)
{
	if (to->is_delivered) return RECIPIENT_DELIVERED;
	return what->held ? RECIPIENT_HELD : RECIPIENT_QUEUED;
}

static enum err insert_recipient(struct queue *q, int64_t id, uint32_t number,
				 const struct queue_new *what)
{
	const struct queue_envelope *v = what->envelope;
	const struct queue_target *to = &what->targets[number];
	enum recipient_state state = first_state(what, to);
	enum report owed = to->is_delivered
				   ? report_owed(state, to->notify,
						 v->reverse_path.n == 0, HANDOVER_FINAL)
				   : REPORT_NONE;
	struct query *row = db_query(
		q->db, "INSERT INTO recipient (message, number, destination, address,"
		       " original, notify, turn, state, attempts, next_attempt,"
		       " last_attempt, reply_code, status, reply, remote, owed,"
		       " delay_told) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 0, 0,"
		       " '', '', '', $10, 0)");

	query_int(row, id);
	query_int(row, number);
	query_text(row, to->destination);
	query_text(row, to->address);
	query_text(row, to->original);
	query_int(row, to->notify);
	query_int(row, -v->priority);
	query_int(row, state);
	query_int(row, v->release_at > v->received ? v->release_at : v->received);
	query_int(row, owed);
	q->changing = true; /* somebody waits, or a report is owed */
	return query_run(row);
}

enum err queue_put(struct queue *q, const struct queue_new *what, int64_t *ret_id)
{
	int64_t id = q->next_id++;
	enum err e;

	assert(what->count > 0);
	if (what->count > QUEUE_RECIPIENTS_MAX) return ERR_LIMIT;
	if (!store_takes_mail(q->store)) return ERR_LATER;
	e = insert_message(q, id, what);
	if (!e) e = insert_body(q, id, what->message);
	for (uint32_t i = 0; !e && i < what->count; i++)
		e = insert_recipient(q, id, i, what);
	if (!e) e = destinations_follow(q, id);
	if (!e) *ret_id = id;
	return e;
}

void queue_destination_of(slice address, struct buf *out)
{
	slice domain = address;

	for (size_t at; (at = slice_find_char(domain, '@')) < domain.n;)
		domain = slice_skip(domain, at + 1);
	if (domain_to_ascii(domain, out)) return;
	for (size_t i = 0; i < domain.n; i++) /* an address literal */
		buf_add_char(out, lower_ascii(domain.p[i]));
}

/* --- exactly once --- */

static enum err find_unanswered(struct queue *q, slice id, int64_t now, int64_t *ret)
{
	struct query *row = db_query(q->db, "SELECT message FROM delivery"
					    " WHERE id = $1 AND arrived > $2");

	query_blob(row, id);
	query_int(row, now - DELIVERY_MEMORY_S);
	return query_run_int(row, ret);
}

static enum err remember(struct queue *q, slice id, int64_t now, int64_t message)
{
	struct query *row = db_query(
		q->db, "INSERT INTO delivery (id, arrived, message) VALUES ($1, $2, $3)"
		       " ON CONFLICT (id) DO UPDATE SET arrived = excluded.arrived,"
		       " message = excluded.message");

	query_blob(row, id);
	query_int(row, now);
	query_int(row, message);
	return query_run(row);
}

enum err queue_deliver(struct queue *q, slice delivery_id, const struct queue_new *what,
		       int64_t *ret_id, bool *ret_merged)
{
	int64_t now = what->envelope->received;
	enum err e = find_unanswered(q, delivery_id, now, ret_id);

	assert(delivery_id.n == DELIVERY_ID_SIZE);
	*ret_merged = !e;
	if (e != ERR_NOT_FOUND) return e;
	e = queue_put(q, what, ret_id);
	return e ? e : remember(q, delivery_id, now, *ret_id);
}

static enum err forget_old(struct queue *q, int64_t now)
{
	struct query *row;

	if (now < q->swept_deliveries + FORGET_EVERY_S) return ERR_NONE;
	row = db_query(q->db, "DELETE FROM delivery WHERE arrived <= $1");
	query_int(row, now - DELIVERY_MEMORY_S);
	q->swept_deliveries = now;
	return query_run(row);
}

enum err queue_answered(struct queue *q, slice delivery_id, int64_t now)
{
	struct query *row = db_query(q->db, "DELETE FROM delivery WHERE id = $1");
	enum err e;

	query_blob(row, delivery_id);
	e = query_run(row);
	return e ? e : forget_old(q, now);
}
