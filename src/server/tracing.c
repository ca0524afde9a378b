#include "server/tracing.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/date.h"
#include "base/log.h"
#include "server/server.h"

/*
 *   RESTING --first record--> WAITING --a second, or many records--> WRITING --> RESTING
 *
 * On the first loop, but for recorder_add and the writing itself.
 */

enum { WRITE_AFTER_MS = 1000, USUAL_OCTETS = 1024 };

struct tracing {
	struct server *server;
	struct recorder *recorder;
	struct task begin; /* posted when the first record waits, or many do */
	struct timer timer;
	struct work work;
	bool is_writing;
};

struct recorder *tracing_recorder(struct tracing *t)
{
	return t->recorder;
}

/* ---- writing ---- */

static int64_t forget_before(const struct tracing *t)
{
	const struct config *c = t->server->config;

	return clock_now_ms() - c->trace_keep_days * DAY_SECONDS * 1000;
}

static void write_records(struct work *w)
{
	struct tracing *t = CONTAINER_OF(w, struct tracing, work);

	/* What failed is logged there, and nobody waits for it. */
	(void)!recorder_write(t->recorder, forget_before(t));
}

static void wait_on(struct tracing *t);

static void written(struct work *w)
{
	struct tracing *t = CONTAINER_OF(w, struct tracing, work);

	t->is_writing = false;
	if (recorder_waiting(t->recorder)) wait_on(t);
}

static void start_writing(struct tracing *t)
{
	if (t->is_writing) return;
	t->is_writing = true;
	t->work = (struct work){ .run = write_records,
				 .done = written,
				 .loop = t->server->loops[0] };
	workers_submit(t->server->workers, WORK_LONG, &t->work);
}

static void timer_fired(struct timer *timer)
{
	start_writing(CONTAINER_OF(timer, struct tracing, timer));
}

static void wait_on(struct tracing *t)
{
	struct loop *l = t->server->loops[0];

	if (t->is_writing || timer_is_set(&t->timer) || loop_is_stopping(l)) return;
	timer_set(l, &t->timer, loop_now_ms(l) + WRITE_AFTER_MS);
}

static void begin(struct task *task)
{
	struct tracing *t = CONTAINER_OF(task, struct tracing, begin);

	/* At the end there may be no workers left: tracing_free writes the rest. */
	if (loop_is_stopping(t->server->loops[0])) return;
	if (recorder_waiting(t->recorder) < RECORDER_MANY) {
		wait_on(t);
		return;
	}
	timer_cancel(t->server->loops[0], &t->timer);
	start_writing(t);
}

/* ---- the record ---- */

void trace_event_begin(struct trace_event *e, struct tracing *t, slice name)
{
	e->all = t;
	e->at_ms = clock_now_ms();
	e->keys.count = 0;
	buf_init(&e->octets, RECORD_JSON_MAX);
	buf_reserve(&e->octets, USUAL_OCTETS);
	json_writer_init(&e->json, &e->octets);
	json_write_object_begin(&e->json);
	json_write_key(&e->json, S("at"));
	json_write_date_ms(&e->json, e->at_ms);
	trace_event_text(e, S("event"), name);
}

void trace_event_text(struct trace_event *e, slice name, slice value)
{
	if (value.n == 0) return;
	json_write_key(&e->json, name);
	json_write_string(&e->json, value);
}

void trace_event_number(struct trace_event *e, slice name, int64_t value)
{
	json_write_key(&e->json, name);
	json_write_int(&e->json, value);
}

void trace_event_key(struct trace_event *e, slice name, char kind, slice value)
{
	trace_event_text(e, name, value);
	record_key_add(&e->keys, kind, value);
}

void trace_event_queue_id(struct trace_event *e, int64_t message)
{
	struct buf text;

	if (!message) return;
	trace_event_number(e, S("message"), message);
	buf_init(&text, 24);
	buf_addf(&text, "%lld", (long long)message);
	record_key_add(&e->keys, KEY_QUEUE, buf_slice(&text));
	buf_done(&text);
}

void trace_event_end(struct trace_event *e)
{
	struct tracing *t = e->all;
	bool is_first;

	json_write_object_end(&e->json);
	/* One that is too long would not be JSON: it is left out. */
	is_first = !e->octets.overflow &&
		   recorder_add(t->recorder, e->at_ms, &e->keys, buf_slice(&e->octets));
	buf_done(&e->octets);
	if (is_first || recorder_waiting(t->recorder) >= RECORDER_MANY)
		loop_post(t->server->loops[0], &t->begin);
}

/* ---- beginning and end ---- */

struct tracing *tracing_new(struct server *s)
{
	const struct config *c = s->config;
	struct tracing *t;

	if (s->is_sandbox || c->trace_keep_days <= 0) return NULL;
	t = calloc(1, sizeof(*t));
	assert(t);
	*t = (struct tracing){ .server = s,
			       .begin.run = begin,
			       .timer.fire = timer_fired };
	if (!recorder_open(s->store, &t->recorder)) return t;
	log_event(LOG_ERROR, "trace.not-kept");
	free(t);
	return NULL;
}

void tracing_free(struct tracing *t)
{
	if (!t) return;
	if (recorder_waiting(t->recorder)) (void)!recorder_write(t->recorder, INT64_MIN);
	recorder_close(t->recorder);
	free(t);
}
