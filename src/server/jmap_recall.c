/* A mail that waits for its time is taken back (RFC 8621 7.5: undoStatus "canceled"). */
#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "queue/listing.h"
#include "server/jmap_state.h"
#include "server/tracing.h"

struct recalling {
	struct http_session *h;
	struct jmap_recall *recall;
	void (*resume)(struct http_session *h);
	slice login;
	bool is_own, is_untouched;
	enum err outcome;
	struct job job;
	struct ticket ticket;
};

static bool see_owner(void *context, const struct queue_message *m)
{
	struct recalling *r = context;

	r->is_own = slice_eq_nocase(m->envelope.login, r->login);
	return true;
}

/* Once somebody was tried, the message may be there, whatever became of the attempt. */
static bool see_recipient(void *context, const struct queue_recipient *recipient)
{
	struct recalling *r = context;
	bool waits = recipient->state == RECIPIENT_QUEUED ||
		     recipient->state == RECIPIENT_HELD;

	if (!waits || recipient->attempts) r->is_untouched = false;
	return r->is_untouched;
}

static enum err take_back(struct job *j, struct queue *q)
{
	struct recalling *r = CONTAINER_OF(j, struct recalling, job);
	int64_t id = r->recall->queue_id;
	enum err e;

	r->is_own = false;
	r->is_untouched = true;
	e = queue_find(q, id, see_owner, r);
	if (!e) e = queue_recipients(q, id, 0, see_recipient, r);
	if (!e && (!r->is_own || !r->is_untouched)) e = ERR_DENIED;
	if (!e) e = queue_delete_message(q, id);
	return e == ERR_NOT_FOUND ? ERR_DENIED : e;
}

static void taken_back(struct job *j, enum err outcome)
{
	CONTAINER_OF(j, struct recalling, job)->outcome = outcome;
}

static void trace(const struct recalling *r)
{
	struct tracing *t = r->h->s.server->tracing;
	struct trace_event e;

	if (!t) return;
	trace_event_begin(&e, t, S("operator"));
	trace_event_queue_id(&e, r->recall->queue_id);
	trace_event_text(&e, S("did"), S("taken back by its sender"));
	trace_event_end(&e);
}

static void answered(struct ticket *t)
{
	struct recalling *r = CONTAINER_OF(t, struct recalling, ticket);
	struct http_session *h = r->h;
	void (*resume)(struct http_session *) = r->resume;

	if (!r->outcome) trace(r);
	jmap_recalled(r->recall, r->outcome);
	free(r);
	resume(h);
}

void jmap_recall(struct http_session *h, struct jmap_recall *recall,
		 void (*resume)(struct http_session *h))
{
	struct recalling *r = calloc(1, sizeof(*r));

	assert(r);
	*r = (struct recalling){
		.h = h, .recall = recall, .resume = resume, .login = h->user
	};
	r->job = (struct job){ .account = JOB_QUEUE,
			       .level = JOB_WRITES,
			       .run_queue = take_back,
			       .done = taken_back };
	r->ticket = (struct ticket){ .job = &r->job,
				     .loop = h->s.loop,
				     .answered = answered };
	http_wait(h);
	actors_submit(h->s.server->actors, &r->ticket);
}
