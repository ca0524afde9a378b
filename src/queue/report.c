#include "queue/report.h"

#include "queue/queue_private.h"

enum report report_owed(enum recipient_state state, unsigned notify, bool null_path,
			enum handover handover)
{
	static const enum report successes[] = { [HANDOVER_SILENT] = REPORT_RELAYED,
						 [HANDOVER_ASKED] = REPORT_NONE,
						 [HANDOVER_FINAL] = REPORT_DELIVERED,
						 [HANDOVER_TRACED] = REPORT_RELAYED };

	if (null_path || notify & NOTIFY_NEVER) return REPORT_NONE;
	switch (state) {
	case RECIPIENT_QUEUED:
		return !notify || notify & NOTIFY_DELAY ? REPORT_DELAYED : REPORT_NONE;
	case RECIPIENT_FAILED:
	case RECIPIENT_EXPIRED:
		return !notify || notify & NOTIFY_FAILURE ? REPORT_FAILED : REPORT_NONE;
	case RECIPIENT_DELIVERED:
		return notify & NOTIFY_SUCCESS || handover == HANDOVER_TRACED
			       ? successes[handover]
			       : REPORT_NONE;
	default:
		return REPORT_NONE;
	}
}

/* --- reading --- */

static bool copy(struct arena *arena, slice *s)
{
	return arena_copy(arena, *s, s);
}

static bool copy_message(struct arena *arena, struct queue_message *m)
{
	struct queue_envelope *v = &m->envelope;

	return copy(arena, &v->reverse_path) && copy(arena, &v->envelope_id) &&
	       copy(arena, &v->login) && copy(arena, &v->trace_id) &&
	       copy(arena, &v->hold);
}

static bool copy_recipient(struct arena *arena, struct queue_recipient *r)
{
	return copy(arena, &r->target.destination) && copy(arena, &r->target.address) &&
	       copy(arena, &r->target.original) && copy(arena, &r->reply.status) &&
	       copy(arena, &r->reply.text) && copy(arena, &r->reply.remote);
}

static enum err find_owed(struct queue *q, int64_t after, int64_t *ret_message,
			  enum report *ret_kind)
{
	struct query *row = db_query(q->db, "SELECT message, owed FROM recipient"
					    " WHERE owed > 0 AND message > $1"
					    " ORDER BY message LIMIT 1");
	bool there;
	enum err e;

	query_int(row, after);
	there = query_row(row);
	if (there) {
		*ret_message = query_get_int(row, 0);
		*ret_kind = (enum report)query_get_int(row, 1);
	}
	e = query_end(row);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err load_message(struct queue *q, int64_t id, struct arena *arena,
			     struct queue_message *ret)
{
	struct query *row = db_query(q->db, "SELECT " MESSAGE_COLUMNS " FROM message"
					    " WHERE id = $1");
	enum err e = ERR_NOT_FOUND, ended;

	query_int(row, id);
	if (query_row(row)) {
		*ret = queue_read_message(row);
		e = copy_message(arena, ret) ? ERR_NONE : ERR_LIMIT;
	}
	ended = query_end(row);
	return ended ? ended : e;
}

static enum err load_recipients(struct queue *q, struct arena *arena,
				struct queue_report *r)
{
	struct queue_recipient *list =
		arena_alloc_array(arena, REPORT_RECIPIENTS_MAX, sizeof(*list));
	struct query *row;
	enum err e;

	if (!list) return ERR_LIMIT;
	row = db_query(q->db, "SELECT " RECIPIENT_COLUMNS " FROM recipient"
			      " WHERE message = $1 AND owed = $2 ORDER BY number");
	query_int(row, r->message.id);
	query_int(row, r->kind);
	while (r->count < REPORT_RECIPIENTS_MAX && query_row(row)) {
		list[r->count] = queue_read_recipient(row);
		if (!copy_recipient(arena, &list[r->count])) break;
		r->count++;
	}
	e = query_end(row);
	r->recipients = list;
	return e ? e : r->count ? ERR_NONE : ERR_LIMIT;
}

enum err queue_next_report(struct queue *q, int64_t after, struct arena *arena,
			   struct queue_report *ret)
{
	struct queue_report r = { .kind = REPORT_NONE };
	int64_t message;
	enum err e = find_owed(q, after, &message, &r.kind);

	if (!e) e = load_message(q, message, arena, &r.message);
	if (!e) e = load_recipients(q, arena, &r);
	if (!e) *ret = r;
	return e;
}

/* --- done --- */

/* Nothing, where the recipient owes another kind by now: that one is still to come. */
static enum err settle(struct queue *q, const struct queue_report *r, uint32_t number)
{
	struct query *row = db_query(q->db, "UPDATE recipient SET owed = 0"
					    " WHERE message = $1 AND number = $2"
					    " AND owed = $3");

	query_int(row, r->message.id);
	query_int(row, number);
	query_int(row, r->kind);
	return query_run(row);
}

enum err queue_reported(struct queue *q, const struct queue_report *r)
{
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < r->count; i++)
		e = settle(q, r, r->recipients[i].number);
	if (!e) e = queue_drop_if_done(q, r->message.id);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}
