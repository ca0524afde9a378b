#include "base/random.h"
#include "queue/bounce.h"
#include "queue/listing.h"
#include "queue/put.h"
#include "queue/queue_private.h"
#include "queue/report.h"
#include "store/incoming.h"

enum {
	ARENA_MAX = 4 * 1024 * 1024, /* octets: REPORT_RECIPIENTS_MAX fit */
	ID_OCTETS = 16,
	DESTINATION_MAX = 1024, /* octets */
	FIELDS_MAX = 64 * 1024, /* octets of signatures */
};

/* What was made so far; one place frees it. */
struct making {
	struct arena arena;
	struct queue_report report;
	struct body *body;
	struct buf original, id, octets, destination, fields;
	struct incoming *message;
	unsigned flags;
};

static void init(struct making *k)
{
	*k = (struct making){ .report.kind = REPORT_NONE };
	arena_init(&k->arena, ARENA_MAX);
	buf_init(&k->original, BOUNCE_ORIGINAL_MAX);
	buf_init(&k->id, 2 * ID_OCTETS);
	buf_init(&k->octets, BOUNCE_MAX);
	buf_init(&k->destination, DESTINATION_MAX);
	buf_init(&k->fields, FIELDS_MAX);
}

static void done(struct making *k)
{
	incoming_free(k->message);
	body_close(k->body);
	buf_done(&k->original);
	buf_done(&k->id);
	buf_done(&k->octets);
	buf_done(&k->destination);
	buf_done(&k->fields);
	arena_done(&k->arena);
}

static enum err read_original(struct queue *q, struct making *k)
{
	enum err e = queue_open_body(q, k->report.message.id, &k->body);

	if (e) return e;
	return body_append(k->body, 0, BOUNCE_ORIGINAL_MAX, &k->original) ? ERR_NONE
									  : ERR_LATER;
}

static enum err compose(struct making *k, const struct report_maker *m)
{
	const struct queue_envelope *v = &k->report.message.envelope;
	struct bounce b = { .report = &k->report,
			    .host_name = m->host_name,
			    .now = m->now,
			    .retry_until = v->release_at + m->schedule->expire,
			    .original = buf_slice(&k->original) };

	random_add_id(&k->id, ID_OCTETS);
	b.id = buf_slice(&k->id);
	return bounce_write(&b, &k->octets, &k->flags) ? ERR_NONE : ERR_LIMIT;
}

static enum err make_message(struct queue *q, struct making *k,
			     const struct report_maker *m)
{
	enum err e;

	k->message = incoming_new(q->store);
	e = incoming_add(k->message, buf_slice(&k->octets));
	if (!e) e = incoming_finish(k->message);
	if (!e && m->sign) m->sign(m->signer, k->message, m->now, &k->fields);
	return e;
}

static enum err put(struct queue *q, struct making *k, const struct report_maker *m,
		    int64_t *ret_id)
{
	const struct queue_envelope *v = &k->report.message.envelope;
	const struct queue_envelope envelope = { .flags = k->flags,
						 .priority = v->priority,
						 .received = m->now,
						 .trace_id = buf_slice(&k->id) };
	struct queue_target to = { .address = v->reverse_path, .notify = NOTIFY_NEVER };
	const struct queue_new what = { .envelope = &envelope,
					.message = k->message,
					.prefix = buf_slice(&k->fields),
					.targets = &to,
					.count = 1 };

	queue_destination_of(v->reverse_path, &k->destination);
	to.destination = buf_slice(&k->destination);
	return queue_put(q, &what, ret_id);
}

enum err queue_make_report(struct queue *q, const struct report_maker *m, int64_t after,
			   int64_t *ret_message, int64_t *ret_report)
{
	struct making k;
	enum err e;

	init(&k);
	e = queue_next_report(q, after, &k.arena, &k.report);
	if (!e) e = read_original(q, &k);
	if (!e) e = compose(&k, m);
	if (!e) e = make_message(q, &k, m);
	if (!e) e = put(q, &k, m, ret_report);
	if (!e) e = queue_reported(q, &k.report);
	if (!e) *ret_message = k.report.message.id;
	done(&k);
	return e;
}
