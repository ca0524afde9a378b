#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "carrier/outgoing_place.h"
#include "carrier/trace_delivery.h"
#include "policy/signing.h"

/*
 *   RESTING --soon, timer--> LOOKING --a report is owed--> REPORTING --> LOOKING
 *                                    --else--> RESTING, with a timer for the next
 */

enum {
	REPORTS_AT_ONCE = 20,
	REPORT_ARENA_MAX = 4 * 1024 * 1024,
	NAMES_MAX = SURVEY_PLACES * 512, /* octets */
	SURVEY_BUSY_MS =
		1000, /* until the next look, while more is due than there is room */
	SURVEY_LONGEST_MS = 60 * 1000,
};

struct survey {
	struct outgoing_mail *all;
	bool is_running, again;
	int64_t now, next;
	struct arena arena; /* of names */
	slice names[SURVEY_PLACES];
	uint32_t count;
	bool has_more, owes_reports;
	struct {
		int64_t message, report;
	} made[REPORTS_AT_ONCE];
	uint32_t made_count;
	struct report_maker maker;
	struct schedule schedule;
	struct job job;
	struct ticket ticket;
	struct timer timer;
};

static void look(struct survey *s);

/* ---- on a worker ---- */

static bool see_place(void *context, const struct queue_place *p)
{
	struct survey *s = context;

	s->has_more = s->count == SURVEY_PLACES;
	if (s->has_more || !arena_copy(&s->arena, p->destination, &s->names[s->count]))
		return false;
	s->count++;
	return true;
}

static enum err find_report(struct survey *s, struct queue *q)
{
	struct queue_report report;
	struct arena arena;
	enum err e;

	arena_init(&arena, REPORT_ARENA_MAX);
	e = queue_next_report(q, 0, &arena, &report);
	arena_done(&arena);
	s->owes_reports = !e || e == ERR_LIMIT;
	return e == ERR_NOT_FOUND || e == ERR_LIMIT ? ERR_NONE : e;
}

static enum err run_look(struct job *j, struct queue *q)
{
	struct survey *s = CONTAINER_OF(j, struct survey, job);
	const struct queue_place start = { 0 };
	enum err e;

	arena_reset(&s->arena);
	s->count = 0;
	e = queue_due_places(q, s->now, &start, see_place, s);
	if (!e) e = queue_next_time(q, &s->next);
	return e ? e : find_report(s, q);
}

static enum err run_reports(struct job *j, struct queue *q)
{
	struct survey *s = CONTAINER_OF(j, struct survey, job);
	int64_t message = 0, report;
	enum err e = ERR_NONE;

	s->made_count = 0;
	while (s->made_count < REPORTS_AT_ONCE && !e) {
		e = queue_make_report(q, &s->maker, message, &message, &report);
		if (e) break;
		s->made[s->made_count].message = message;
		s->made[s->made_count++].report = report;
	}
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* ---- on the loop ---- */

static void submit(struct survey *s, enum job_level level,
		   enum err (*run)(struct job *j, struct queue *q),
		   void (*answered)(struct ticket *t))
{
	s->is_running = true;
	s->now = clock_now();
	outgoing_hold(s->all);
	s->job = (struct job){ .level = level, .run_queue = run };
	outgoing_submit(s->all, &s->job, &s->ticket, answered);
}

/* False: it was the last. */
static bool finish(struct survey *s, enum err outcome)
{
	bool is_stopping = s->all->is_stopping;

	s->is_running = false;
	if (outcome) log_event(LOG_ERROR, "queue.trouble", LOG_ERR("error", outcome));
	outgoing_release(s->all);
	return !is_stopping;
}

static void rest(struct survey *s, int64_t ms)
{
	if (s->again)
		look(s);
	else
		timer_set(s->all->loop, &s->timer, loop_now_ms(s->all->loop) + ms);
}

static void reports_done(struct ticket *t)
{
	struct survey *s = CONTAINER_OF(t, struct survey, ticket);
	enum err outcome = t->outcome;

	for (uint32_t i = 0; i < s->made_count && !outcome; i++)
		trace_report(s->all, s->made[i].message, s->made[i].report);
	if (!finish(s, outcome)) return;
	if (outcome)
		rest(s, SURVEY_LONGEST_MS);
	else
		look(s);
}

/* By the configuration that was in force when they were begun. */
static void sign_report(const void *signer, const struct incoming *report, int64_t now,
			struct buf *fields)
{
	signing_write(signer, report, now, fields);
}

static void make_reports(struct survey *s)
{
	const struct config *c = outgoing_config(s->all);

	s->schedule = outgoing_schedule(s->all);
	s->maker = (struct report_maker){ .host_name = c->hostname,
					  .schedule = &s->schedule,
					  .now = clock_now(),
					  .sign = sign_report,
					  .signer = c };
	submit(s, JOB_WRITES, run_reports, reports_done);
}

static int64_t until_next(const struct survey *s)
{
	if (s->has_more || s->next <= s->now) return SURVEY_BUSY_MS;
	if (s->next - s->now > SURVEY_LONGEST_MS / 1000) return SURVEY_LONGEST_MS;
	/* The clock of the queue has whole seconds: a little late is not too early. */
	return s->next * 1000 - clock_now_ms() + 10;
}

static void look_done(struct ticket *t)
{
	struct survey *s = CONTAINER_OF(t, struct survey, ticket);
	enum err outcome = t->outcome;

	if (!finish(s, outcome)) return;
	if (outcome) {
		rest(s, SURVEY_LONGEST_MS);
		return;
	}
	for (uint32_t i = 0; i < s->count; i++)
		place_due(s->all, s->names[i]);
	places_serve(s->all);
	if (s->owes_reports)
		make_reports(s);
	else
		rest(s, until_next(s));
}

static void look(struct survey *s)
{
	timer_cancel(s->all->loop, &s->timer);
	s->again = false;
	submit(s, JOB_READS, run_look, look_done);
}

static void timer_fired(struct timer *t)
{
	look(CONTAINER_OF(t, struct survey, timer));
}

void survey_soon(struct survey *s)
{
	if (s->is_running)
		s->again = true;
	else
		look(s);
}

void survey_stop(struct survey *s)
{
	timer_cancel(s->all->loop, &s->timer);
}

struct survey *survey_new(struct outgoing_mail *o)
{
	struct survey *s = calloc(1, sizeof(*s));

	assert(s);
	s->all = o;
	s->timer.fire = timer_fired;
	arena_init(&s->arena, NAMES_MAX);
	return s;
}

void survey_free(struct survey *s)
{
	arena_done(&s->arena);
	free(s);
}
