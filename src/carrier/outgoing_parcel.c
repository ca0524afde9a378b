#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "carrier/outgoing_parcel.h"
#include "carrier/trace_delivery.h"
#include "queue/listing.h"

enum {
	PARCEL_ARENA_MAX = 1024 * 1024,
	PARCEL_AGAIN_MS = 5000, /* when the queue would not be told */
};

/* ---- taking ---- */

static bool keep_slices(struct arena *arena, slice *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!arena_copy(arena, *fields[i], fields[i])) return false;
	return true;
}

static bool keep_target(struct arena *arena, struct queue_target *t)
{
	slice *const fields[] = { &t->address, &t->original };

	t->destination = (slice){ 0 };
	return keep_slices(arena, fields, countof(fields));
}

/* One message's recipients only; that there are others is noted. */
static bool see_recipient(void *context, const struct queue_recipient *r)
{
	struct parcel *p = context;
	struct parcel_recipient *kept = &p->recipients[p->count];

	p->has_more = p->count == PARCEL_RECIPIENTS_MAX ||
		      (p->count && r->message != p->message.id);
	if (p->has_more) return false;
	*kept = (struct parcel_recipient){ .number = r->number,
					   .attempts = r->attempts,
					   .target = r->target,
					   .outcome = ATTEMPT_UNTRIED };
	if (!keep_target(&p->arena, &kept->target)) return false;
	p->message.id = r->message;
	p->count++;
	return true;
}

static bool see_message(void *context, const struct queue_message *m)
{
	struct parcel *p = context;
	struct queue_envelope *e = &p->message.envelope;
	slice *const fields[] = { &e->reverse_path, &e->envelope_id, &e->login,
				  &e->trace_id, &e->hold };

	p->message = *m;
	if (!keep_slices(&p->arena, fields, countof(fields))) p->count = 0;
	return true;
}

/* Those that are not waiting any more are left out. */
static enum err begin_attempts(struct parcel *p, struct queue *q)
{
	uint32_t kept = 0;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; i < p->count && !e; i++) {
		e = queue_attempt_begin(q, p->message.id, p->recipients[i].number);
		if (!e) p->recipients[kept++] = p->recipients[i];
		if (e == ERR_NOT_FOUND) e = ERR_NONE;
	}
	p->count = kept;
	return e;
}

static enum err run_take(struct job *j, struct queue *q)
{
	struct parcel *p = CONTAINER_OF(j, struct parcel, job);
	const struct queue_place place = { .destination = p->destination };
	enum err e;

	arena_reset(&p->arena); /* it may be run again */
	body_close(p->body);
	p->body = NULL;
	p->count = 0;
	e = queue_due(q, &place, p->now, PARCEL_RECIPIENTS_MAX + 1, see_recipient, p);
	if (e || p->count == 0) return e;
	e = queue_find(q, p->message.id, see_message, p);
	if (!e) e = begin_attempts(p, q);
	if (!e && queue_open_body(q, p->message.id, &p->body)) p->body = NULL;
	return e;
}

static void taken(struct ticket *t)
{
	struct parcel *p = CONTAINER_OF(t, struct parcel, ticket);

	if (t->outcome) {
		log_event(LOG_ERROR, "queue.trouble", LOG_ERR("error", t->outcome));
		p->count = 0;
	}
	p->taken(p);
}

static void submit(struct parcel *p, enum job_level level,
		   enum err (*run)(struct job *j, struct queue *q),
		   void (*answered)(struct ticket *t))
{
	p->now = clock_now();
	p->job = (struct job){ .level = level, .run_queue = run };
	outgoing_submit(p->all, &p->job, &p->ticket, answered);
}

static void end_again(struct timer *t);

struct parcel *parcel_take(struct outgoing_mail *o, slice destination,
			   void (*taken_by)(struct parcel *p), void *context)
{
	struct parcel *p = calloc(1, sizeof(*p) + destination.n);
	char *name;

	assert(p);
	name = (char *)(p + 1);
	memcpy(name, destination.p, destination.n);
	p->all = o;
	p->taken = taken_by;
	p->context = context;
	p->again.fire = end_again;
	arena_init(&p->arena, PARCEL_ARENA_MAX);
	p->destination = (slice){ name, destination.n };
	outgoing_hold(o);
	submit(p, JOB_WRITES_FLAGS, run_take, taken);
	return p;
}

static void parcel_free(struct parcel *p)
{
	struct outgoing_mail *o = p->all;

	body_close(p->body);
	arena_done(&p->arena);
	free(p);
	outgoing_release(o);
}

/* ---- what came of it ---- */

void parcel_settle(struct parcel *p, uint32_t recipient, enum attempt_outcome outcome,
		   const struct queue_reply *reply)
{
	struct parcel_recipient *r = &p->recipients[recipient];

	assert(recipient < p->count);
	r->outcome = outcome;
	r->reply.code = reply->code;
	if (!arena_copy(&p->arena, reply->status, &r->reply.status) ||
	    !arena_copy(&p->arena, slice_head(reply->text, QUEUE_REPLY_MAX),
			&r->reply.text))
		r->reply.text = S("");
}

void parcel_settle_all(struct parcel *p, enum attempt_outcome outcome,
		       const struct queue_reply *reply)
{
	for (uint32_t i = 0; i < p->count; i++)
		parcel_settle(p, i, outcome, reply);
}

bool parcel_is_too_late(struct parcel *p)
{
	static const struct queue_reply reply = {
		.status = SLICE_INIT("5.4.7"),
		.text = SLICE_INIT(
			"The time within which it was to be delivered is over")
	};
	const struct queue_envelope *e = &p->message.envelope;

	if (e->by != DELIVER_BY_RETURN || clock_now() < e->by_time) return false;
	parcel_settle_all(p, ATTEMPT_REFUSED, &reply);
	return true;
}

static enum err run_end(struct job *j, struct queue *q)
{
	const struct parcel *p = CONTAINER_OF(j, struct parcel, job);
	enum err e = ERR_NONE;

	for (uint32_t i = 0; i < p->count && !e; i++) {
		const struct parcel_recipient *r = &p->recipients[i];
		struct attempt what = { .outcome = r->outcome,
					.handover = r->handover,
					.reply = r->reply,
					.now = p->now,
					.schedule = &p->schedule,
					.jitter = outgoing_dice() };

		e = queue_attempt_end(q, p->message.id, r->number, &what);
		if (e == ERR_NOT_FOUND) e = ERR_NONE; /* removed meanwhile */
	}
	return e;
}

slice attempt_outcome_name(enum attempt_outcome o)
{
	static const slice names[] = {
		[ATTEMPT_DELIVERED] = SLICE_INIT("delivered"),
		[ATTEMPT_DEFERRED] = SLICE_INIT("deferred"),
		[ATTEMPT_REFUSED] = SLICE_INIT("refused"),
		[ATTEMPT_UNTRIED] = SLICE_INIT("untried"),
	};

	return names[o];
}

static void log_attempts(const struct parcel *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct parcel_recipient *r = &p->recipients[i];

		log_event(LOG_INFO, "delivery.attempt",
			  LOG_STR("id", p->message.envelope.trace_id),
			  LOG_INT("message", p->message.id),
			  LOG_STR("from", p->message.envelope.reverse_path),
			  LOG_STR("to", r->target.address),
			  LOG_STR("outcome", attempt_outcome_name(r->outcome)),
			  LOG_STR("host", r->reply.remote),
			  LOG_INT("code", r->reply.code),
			  LOG_STR("status", r->reply.status),
			  LOG_STR("reply", r->reply.text),
			  LOG_INT("attempt", r->attempts + 1));
	}
}

/* Stopping, it is left to the next start, which tries all again that was under way. */
static void ended(struct ticket *t)
{
	struct parcel *p = CONTAINER_OF(t, struct parcel, ticket);

	if (t->outcome)
		log_event(LOG_ERROR, "queue.trouble", LOG_ERR("error", t->outcome),
			  LOG_INT("message", p->message.id));
	if (t->outcome && !p->all->is_stopping) {
		timer_set(p->all->loop, &p->again,
			  loop_now_ms(p->all->loop) + PARCEL_AGAIN_MS);
		return;
	}
	parcel_free(p);
}

static void submit_end(struct parcel *p)
{
	p->schedule = outgoing_schedule(p->all);
	submit(p, JOB_WRITES, run_end, ended);
}

static void end_again(struct timer *t)
{
	submit_end(CONTAINER_OF(t, struct parcel, again));
}

void parcel_end(struct parcel *p, slice remote)
{
	slice kept = S("");

	if (!arena_copy(&p->arena, remote, &kept)) kept = S("");
	for (uint32_t i = 0; i < p->count; i++)
		p->recipients[i].reply.remote = kept;
	if (p->count == 0) {
		parcel_free(p);
		return;
	}
	log_attempts(p);
	trace_attempts(p);
	submit_end(p);
}
