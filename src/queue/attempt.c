#include <assert.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/utf8.h"
#include "queue/queue_private.h"
#include "queue/report.h"
#include "queue/sending.h"

/* What is to be decided about. */
struct tried {
	int64_t message;
	uint32_t number, attempts;
	int64_t next_attempt, start, received;
	enum deliver_by by;
	int64_t by_time;
	unsigned notify;
	bool null_path, delay_told;
	enum report owed;
};

struct verdict {
	enum recipient_state state;
	uint32_t attempts;
	int64_t next_attempt;
	enum report owed;
	bool delay_told;
};

/* --- deciding --- */

static struct verdict end_it(const struct tried *t, enum recipient_state state,
			     enum handover handover)
{
	return (struct verdict){
		.state = state,
		.attempts = t->attempts + 1,
		.next_attempt = t->next_attempt,
		.owed = report_owed(state, t->notify, t->null_path, handover),
		.delay_told = t->delay_told,
	};
}

static bool is_over(const struct tried *t, const struct attempt *a)
{
	return schedule_is_over(a->schedule, t->start, a->now) ||
	       (t->by == DELIVER_BY_RETURN && a->now >= t->by_time);
}

/* Of one that came late its sender has been told already (RFC 2852 4). */
static bool is_late(const struct tried *t, const struct attempt *a)
{
	return schedule_is_late(a->schedule, t->start, a->now) ||
	       (t->by == DELIVER_BY_NOTIFY && a->now >= t->by_time &&
		t->by_time > t->received);
}

/* So that it is noticed when its time is over. */
static int64_t not_behind_its_time(const struct tried *t, const struct attempt *a,
				   int64_t next)
{
	return t->by != DELIVER_ANY_TIME && a->now < t->by_time && next > t->by_time
		       ? t->by_time
		       : next;
}

static struct verdict defer(const struct tried *t, const struct attempt *a)
{
	struct verdict v = { .state = RECIPIENT_QUEUED,
			     .attempts = t->attempts + 1,
			     .owed = t->owed,
			     .delay_told = t->delay_told };

	if (is_over(t, a)) return end_it(t, RECIPIENT_EXPIRED, HANDOVER_SILENT);
	v.next_attempt = not_behind_its_time(
		t, a,
		schedule_next(a->schedule, t->start, v.attempts, a->now, a->jitter));
	if (!t->delay_told && is_late(t, a)) {
		v.owed = report_owed(RECIPIENT_QUEUED, t->notify, t->null_path,
				     HANDOVER_SILENT);
		v.delay_told = true;
	}
	return v;
}

static struct verdict decide(const struct tried *t, const struct attempt *a)
{
	switch (a->outcome) {
	case ATTEMPT_DELIVERED:
		return end_it(t, RECIPIENT_DELIVERED, a->handover);
	case ATTEMPT_REFUSED:
		return end_it(t, RECIPIENT_FAILED, HANDOVER_SILENT);
	default:
		return defer(t, a);
	}
}

/* --- rows --- */

static enum err find_tried(struct queue *q, int64_t message, uint32_t number,
			   struct tried *ret)
{
	struct query *row = db_query(
		q->db, "SELECT r.attempts, r.next_attempt, m.release_at, r.notify,"
		       " LENGTH(m.reverse_path), r.delay_told, r.owed, m.received,"
		       " m.by_mode, m.by_time FROM recipient r"
		       " JOIN message m ON m.id = r.message"
		       " WHERE r.message = $1 AND r.number = $2");
	bool there;
	enum err e;

	query_int(row, message);
	query_int(row, number);
	there = query_row(row);
	if (there)
		*ret = (struct tried){
			.message = message,
			.number = number,
			.attempts = (uint32_t)query_get_int(row, 0),
			.next_attempt = query_get_int(row, 1),
			.start = query_get_int(row, 2),
			.notify = (unsigned)query_get_int(row, 3),
			.null_path = query_get_int(row, 4) == 0,
			.delay_told = query_get_int(row, 5) != 0,
			.owed = (enum report)query_get_int(row, 6),
			.received = query_get_int(row, 7),
			.by = (enum deliver_by)query_get_int(row, 8),
			.by_time = query_get_int(row, 9),
		};
	e = query_end(row);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

/* What another server says may be anything; what is kept is text. */
static void add_text(struct buf *out, slice said)
{
	uint32_t c;

	said = slice_head(said, QUEUE_REPLY_MAX);
	while (take_code_point_lenient(&said, &c))
		buf_add_code_point(out, c ? c : UTF8_REPLACEMENT);
}

static enum err write_verdict(struct queue *q, const struct tried *t,
			      const struct verdict *v, const struct attempt *a)
{
	struct query *row =
		db_query(q->db, "UPDATE recipient SET state = $1, attempts = $2,"
				" next_attempt = $3, last_attempt = $4, reply_code = $5,"
				" status = $6, reply = $7, remote = $8, owed = $9,"
				" delay_told = $10 WHERE message = $11 AND number = $12");
	struct buf text, remote, status;
	enum err e;

	buf_init(&text, 3 * QUEUE_REPLY_MAX);
	buf_init(&remote, 3 * QUEUE_REPLY_MAX);
	buf_init(&status, 3 * QUEUE_REPLY_MAX);
	add_text(&text, a->reply.text);
	add_text(&remote, a->reply.remote);
	add_text(&status, a->reply.status);
	query_int(row, v->state);
	query_int(row, v->attempts);
	query_int(row, v->next_attempt);
	query_int(row, a->now);
	query_int(row, a->reply.code);
	query_text(row, buf_slice(&status));
	query_text(row, buf_slice(&text));
	query_text(row, buf_slice(&remote));
	query_int(row, v->owed);
	query_int(row, v->delay_told);
	query_int(row, t->message);
	query_int(row, t->number);
	e = query_run(row);
	buf_done(&text);
	buf_done(&remote);
	buf_done(&status);
	return e;
}

static enum err set_state(struct queue *q, int64_t message, uint32_t number,
			  enum recipient_state from, enum recipient_state to)
{
	struct query *row = db_query(q->db, "UPDATE recipient SET state = $1"
					    " WHERE message = $2 AND number = $3"
					    " AND state = $4");
	enum err e;

	query_int(row, to);
	query_int(row, message);
	query_int(row, number);
	query_int(row, from);
	e = query_run(row);
	return e ? e : db_changes(q->db) ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err follow(struct queue *q, int64_t message, uint32_t number)
{
	struct query *row = db_query(q->db, "SELECT destination FROM recipient"
					    " WHERE message = $1 AND number = $2");
	enum err e = ERR_NONE, ended;

	query_int(row, message);
	query_int(row, number);
	if (query_row(row)) e = destination_follow(q, query_get_slice(row, 0));
	ended = query_end(row);
	return e ? e : ended;
}

/* --- attempts --- */

enum err queue_attempt_begin(struct queue *q, int64_t message, uint32_t number)
{
	enum err e = set_state(q, message, number, RECIPIENT_QUEUED, RECIPIENT_SENDING);

	return e ? e : follow(q, message, number);
}

/* The postmaster's trace of what nobody else is told (RFC 3461 5.2). */
static void log_untold(const struct tried *t, const struct verdict *v,
		       const struct attempt *a)
{
	if (v->owed || (v->state != RECIPIENT_FAILED && v->state != RECIPIENT_EXPIRED))
		return;
	log_event(LOG_WARNING, "queue.failed-untold", LOG_INT("message", t->message),
		  LOG_INT("number", t->number), LOG_INT("code", a->reply.code),
		  LOG_STR("status", a->reply.status), LOG_STR("reply", a->reply.text),
		  LOG_STR("remote", a->reply.remote));
}

static enum err judge(struct queue *q, int64_t message, uint32_t number,
		      const struct attempt *what)
{
	struct tried t;
	struct verdict v;
	enum err e = find_tried(q, message, number, &t);

	if (e) return e;
	v = decide(&t, what);
	log_untold(&t, &v, what);
	if (v.owed != t.owed) q->changing = true;
	e = write_verdict(q, &t, &v, what);
	return e || v.state == RECIPIENT_QUEUED ? e : queue_drop_if_done(q, message);
}

enum err queue_attempt_end(struct queue *q, int64_t message, uint32_t number,
			   const struct attempt *what)
{
	enum err e = set_state(q, message, number, RECIPIENT_SENDING, RECIPIENT_QUEUED);

	if (e) return e;
	if (what->outcome != ATTEMPT_UNTRIED) e = judge(q, message, number, what);
	return e ? e : follow(q, message, number);
}

/* --- a destination out of reach --- */

static enum err close_until(struct queue *q, slice destination, int64_t not_before)
{
	struct query *row = db_query(q->db, "UPDATE destination SET not_before = $1"
					    " WHERE name = $2");

	query_int(row, not_before);
	query_text(row, destination);
	return query_run(row);
}

struct deferral {
	struct queue *q;
	const struct attempt *what;
	struct arena arena;
	struct deferred {
		struct deferred *next;
		int64_t message;
		uint32_t number;
	} * first;
	uint32_t count;
};

static bool note(void *context, const struct queue_recipient *r)
{
	struct deferral *d = context;
	struct deferred *one = arena_alloc(&d->arena, sizeof(*one));

	if (!one) return false;
	*one = (struct deferred){ d->first, r->message, r->number };
	d->first = one;
	d->count++;
	return true;
}

enum err queue_unreachable(struct queue *q, slice destination, const struct attempt *what,
			   int64_t not_before, uint32_t max, uint32_t *ret_count)
{
	const struct queue_place place = { .destination = destination };
	struct deferral d = { .q = q, .what = what };
	enum err e;

	assert(what->outcome == ATTEMPT_DEFERRED);
	arena_init(&d.arena, (size_t)max * 2 * sizeof(struct deferred));
	e = queue_due(q, &place, what->now, max, note, &d);
	for (const struct deferred *one = d.first; !e && one; one = one->next)
		e = judge(q, one->message, one->number, what);
	if (!e) e = close_until(q, destination, not_before);
	if (!e) e = destination_follow(q, destination);
	if (!e) *ret_count = d.count;
	arena_done(&d.arena);
	return e;
}
