#include "server/smtp_hold.h"

#include "base/clock.h"
#include "base/container.h"

bool smtp_hold_is_limited(const struct config *c)
{
	return c->queue_hold_quota > 0 || c->queue_hold_messages > 0;
}

static bool is_within(const struct smtp_hold *h)
{
	const struct config *c = h->s->config;
	uint64_t octets = (uint64_t)c->queue_hold_quota,
		 messages = (uint64_t)c->queue_hold_messages;

	if (messages && h->held.messages >= messages) return false;
	return !octets || (h->held.octets < octets && h->size <= octets - h->held.octets);
}

static enum err count(struct job *j, struct queue *q)
{
	struct smtp_hold *h = CONTAINER_OF(j, struct smtp_hold, job);

	return queue_held_of(q, h->login, h->now, &h->held);
}

/* Our own trouble is for the final dot to find. */
static void counted(struct job *j, enum err outcome)
{
	struct smtp_hold *h = CONTAINER_OF(j, struct smtp_hold, job);

	if (h->s->conn)
		h->finished(h, outcome || is_within(h));
	else
		session_release(h->s);
}

void smtp_hold_ask(struct smtp_hold *h, slice login, uint64_t size)
{
	h->login = login;
	h->size = size;
	h->now = clock_now();
	h->job = (struct job){ .account = JOB_QUEUE,
			       .level = JOB_READS,
			       .run_queue = count,
			       .done = counted };
	h->ticket = (struct ticket){ .job = &h->job, .loop = h->s->loop };
	h->s->is_kept = true;
	actors_submit(h->s->server->actors, &h->ticket);
}
