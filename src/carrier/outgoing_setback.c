#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "carrier/outgoing_place.h"
#include "queue/sending.h"

enum { SETBACK_AT_ONCE = 500, SETBACK_ARENA_MAX = 8 * 1024 };

struct setback {
	struct outgoing_mail *all;
	slice destination;
	struct attempt attempt;
	struct schedule schedule;
	int64_t not_before;
	uint32_t count, total;
	struct arena arena;
	struct job job;
	struct ticket ticket;
};

static enum err run(struct job *j, struct queue *q)
{
	struct setback *s = CONTAINER_OF(j, struct setback, job);

	return queue_unreachable(q, s->destination, &s->attempt, s->not_before,
				 SETBACK_AT_ONCE, &s->count);
}

static void end(struct setback *s)
{
	const struct queue_reply *r = &s->attempt.reply;
	struct outgoing_mail *o = s->all;

	log_event(LOG_INFO, "delivery.unreachable",
		  LOG_STR("destination", s->destination), LOG_INT("recipients", s->total),
		  LOG_STR("host", r->remote), LOG_INT("code", r->code),
		  LOG_STR("status", r->status), LOG_STR("why", r->text));
	arena_done(&s->arena);
	free(s);
	outgoing_release(o);
}

static void answered(struct ticket *t)
{
	struct setback *s = CONTAINER_OF(t, struct setback, ticket);
	enum err outcome = t->outcome;

	if (outcome) log_event(LOG_ERROR, "queue.trouble", LOG_ERR("error", outcome));
	s->total += s->count;
	if (outcome || s->count < SETBACK_AT_ONCE)
		end(s);
	else
		actors_submit(s->all->server->actors, &s->ticket);
}

/* Our words for a person are short, a server's are cut. */
static void keep_reply(struct setback *s, const struct queue_reply *reply)
{
	struct queue_reply *kept = &s->attempt.reply;

	kept->code = reply->code;
	if (!arena_copy(&s->arena, reply->status, &kept->status) ||
	    !arena_copy(&s->arena, slice_head(reply->text, QUEUE_REPLY_MAX),
			&kept->text) ||
	    !arena_copy(&s->arena, reply->remote, &kept->remote))
		*kept = (struct queue_reply){ 0 };
}

void setback_start(struct outgoing_mail *o, slice destination,
		   const struct queue_reply *reply, int64_t not_before)
{
	struct setback *s = calloc(1, sizeof(*s));

	assert(s);
	s->all = o;
	arena_init(&s->arena, SETBACK_ARENA_MAX);
	if (!arena_copy(&s->arena, destination, &s->destination)) abort();
	keep_reply(s, reply);
	s->schedule = outgoing_schedule(o);
	s->attempt.outcome = ATTEMPT_DEFERRED;
	s->attempt.now = clock_now();
	s->attempt.schedule = &s->schedule;
	s->attempt.jitter = outgoing_dice();
	s->not_before = not_before;
	s->job = (struct job){ .level = JOB_WRITES, .run_queue = run };
	outgoing_hold(o);
	outgoing_submit(o, &s->job, &s->ticket, answered);
}
