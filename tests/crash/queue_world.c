#include "queue_world.h"

#include <stdio.h>
#include <stdlib.h>

#include "queue/listing.h"
#include "queue/put.h"
#include "queue/report.h"

enum { NOW = 1'000'000 };

enum err queue_world_run(struct world *w, enum job_level level, step *run)
{
	enum err e = queue_begin(w->queue, level);

	if (!e) e = queue_savepoint(w->queue);
	if (!e) e = run(w);
	if (!e) e = queue_release(w->queue);
	if (!e)
		e = queue_commit(w->queue);
	else
		queue_rollback(w->queue);
	if (!e) queue_checkpoint(w->queue);
	return e;
}

/* --- describing --- */

struct describing {
	struct world *w;
	struct buf text;
	bool good;
};

static bool describe_recipient(void *context, const struct queue_recipient *r)
{
	struct describing *d = context;
	enum recipient_state state =
		r->state == RECIPIENT_SENDING ? RECIPIENT_QUEUED : r->state;

	buf_addf(&d->text, " %.*s=%.*s/%u/%d", FMT(r->target.address),
		 FMT(recipient_state_name(state)), r->attempts, r->owed);
	return true;
}

static bool describe_message(void *context, const struct queue_message *m)
{
	struct describing *d = context;

	buf_addf(&d->text, "%.*s %llu:", FMT(m->envelope.reverse_path),
		 (unsigned long long)m->size);
	if (queue_recipients(d->w->queue, m->id, 0, describe_recipient, d))
		d->good = false;
	buf_add(&d->text, S("\n"));
	if ((uint64_t)m->id > d->w->shared->modseq)
		d->w->shared->modseq = (uint64_t)m->id;
	return true;
}

bool queue_world_describe(struct world *w, char ret[STATE_MAX])
{
	struct describing d = { .w = w, .good = true };

	buf_init(&d.text, STATE_MAX - 1);
	if (queue_list(w->queue, 0, describe_message, &d)) d.good = false;
	if (d.text.overflow) abort(); /* STATE_MAX is too small */
	snprintf(ret, STATE_MAX, "%.*s", FMT(buf_slice(&d.text)));
	buf_done(&d.text);
	return d.good;
}

/* --- steps --- */

static enum err put(struct world *w, const struct incoming *m, bool is_new)
{
	const struct queue_envelope envelope = { .reverse_path = S("a@x"),
						 .received = NOW };
	const struct queue_target targets[] = {
		{ .destination = S("x"), .address = S("b@x") },
		{ .destination = S("y"), .address = S("c@y") },
	};
	const struct queue_new what = { .envelope = &envelope,
					.message = m,
					.targets = targets,
					.count = countof(targets) };
	char id[DELIVERY_ID_SIZE];
	int64_t message;
	bool merged;

	if (is_new) return queue_put(w->queue, &what, &message);
	delivery_make_id(S("a@x"), S("b@x\nc@y"), incoming_hash(m), id);
	return queue_deliver(w->queue, (slice){ id, sizeof(id) }, &what, &message,
			     &merged);
}

enum err queue_world_fill(struct world *w)
{
	return put(w, w->large, false);
}

enum err queue_put_small(struct world *w)
{
	return put(w, w->small, false);
}

enum err queue_put_mark(struct world *w)
{
	struct incoming *m = incoming_new(w->store);
	enum err e = incoming_add(m, S("Subject: mark\r\n\r\n"));

	if (!e) e = incoming_finish(m);
	if (!e) e = put(w, m, true);
	incoming_free(m);
	return e;
}

enum err queue_put_large(struct world *w)
{
	return put(w, w->fresh, false);
}

enum err queue_put_again(struct world *w)
{
	return put(w, w->large, false);
}

enum err queue_begin_first(struct world *w)
{
	return queue_attempt_begin(w->queue, 1, 0);
}

enum err queue_begin_second(struct world *w)
{
	return queue_attempt_begin(w->queue, 1, 1);
}

static enum err end(struct world *w, uint32_t number, enum attempt_outcome outcome)
{
	const struct attempt a = { .outcome = outcome,
				   .reply = { .code = 250, .text = S("said") },
				   .now = NOW,
				   .schedule = &schedule_usual };

	return queue_attempt_end(w->queue, 1, number, &a);
}

enum err queue_deliver_first(struct world *w)
{
	return end(w, 0, ATTEMPT_DELIVERED);
}

enum err queue_refuse_second(struct world *w)
{
	return end(w, 1, ATTEMPT_REFUSED);
}

enum err queue_report_it(struct world *w)
{
	const struct report_maker m = { S("mx.test"), &schedule_usual, NOW };
	int64_t message, report;

	return queue_make_report(w->queue, &m, 0, &message, &report);
}

enum err queue_hold_all(struct world *w)
{
	return queue_hold_message(w->queue, 1);
}

enum err queue_delete_first(struct world *w)
{
	return queue_delete_message(w->queue, 1);
}
