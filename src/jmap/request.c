#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "jmap/arguments.h"
#include "jmap/call_private.h"

static struct jmap_request *request_of(struct job *j)
{
	return CONTAINER_OF(j, struct jmap_request, job);
}

static bool is_at_end(const struct jmap_request *r)
{
	return !r->call && r->next == json_array_size(r->calls);
}

/* The call in hand has no step left: its response is told, and what follows it is in
 * hand, or nothing. */
static void end_call(struct jmap_request *r)
{
	struct call *c = r->call;

	answer_add(c);
	r->call = c->follower && !c->has_failed ? call_begin_follower(c) : NULL;
	call_free(c);
}

/* The step that is due of the call in hand, after those that are over. NULL: no call is
 * in hand. */
static const struct step *step_due(struct jmap_request *r)
{
	const struct step *s = NULL;

	while (r->call && !(s = call_step(r->call)))
		end_call(r);
	return s;
}

/* --- on a worker, without the account --- */

static void prepare_step(struct jmap_request *r)
{
	const struct step *s = step_due(r);

	if (!s || !s->prepare || r->call->is_prepared) return;
	s->prepare(r->call);
	r->call->is_prepared = true;
}

/* A long answer is written here, where nobody waits for the account. */
static void prepare(struct job *j)
{
	struct jmap_request *r = request_of(j);
	const struct step *s;

	r->may_run = false;
	if (!r->was_parsed) request_parse(r);
	r->was_parsed = true;
	if (r->status) return;
	if (!r->call && !is_at_end(r)) call_begin(r);
	prepare_step(r);
	s = step_due(r);
	r->may_run = s && !s->ask && s->level == j->level;
	if (is_at_end(r)) answer_write(r);
}

/* --- on a worker, with the account --- */

/* Whether this step can be run now. */
static bool is_ready(const struct call *c, const struct step *s)
{
	return !s->ask && s->level == JOB_READS && (!s->prepare || c->is_prepared);
}

/* Reading steps, one after another. False: something else is due. */
static bool read_step(struct jmap_request *r, struct account *a)
{
	const struct step *s;
	bool again;

	if (!r->call && !is_at_end(r)) call_begin(r);
	s = step_due(r);
	if (!s) return !is_at_end(r);
	if (!is_ready(r->call, s)) return false;
	call_run(r->call, s, a);
	again = r->call->wants_again;
	call_commit(r->call);
	return !again;
}

static void read_steps(struct jmap_request *r, struct account *a)
{
	while (read_step(r, a) && clock_monotonic_ms() < r->until_ms)
		;
	if (is_at_end(r) && r->octets <= JOB_SLICE_OCTETS) answer_write(r);
}

/* ERR_DENIED has what was written undone. */
static enum err write_step(struct jmap_request *r, struct account *a)
{
	const struct step *s = &r->call->method->steps[r->call->step];

	return call_run(r->call, s, a) ? ERR_NONE : ERR_DENIED;
}

static enum err run(struct job *j, struct account *a)
{
	struct jmap_request *r = request_of(j);

	r->until_ms = clock_monotonic_ms() + JOB_SLICE_MS;
	if (r->status) return ERR_NONE;
	if (j->level != JOB_READS) return r->may_run ? write_step(r, a) : ERR_NONE;
	read_steps(r, a);
	return ERR_NONE;
}

/* --- on the loop --- */

/* Which level the job should have, as far as one can say before it is prepared. */
static enum job_level level_ahead(const struct jmap_request *r)
{
	const json_t *next = json_array_get(r->calls, r->next);
	const struct method *m;

	if (!next) return JOB_READS;
	m = method_find(json_text(json_array_get(next, 0)));
	return m && !m->steps[0].is_needed ? m->steps[0].level : JOB_READS;
}

static void submit(struct jmap_request *r, enum job_level level)
{
	r->job.level = level;
	r->want = WANT_JOB;
}

/* The host may answer at once: then want is not HOST any more. */
static void ask(struct jmap_request *r, const struct step *s)
{
	r->want = WANT_HOST;
	r->is_asking = true;
	s->ask(r->call);
	r->is_asking = false;
}

static void advance(struct jmap_request *r)
{
	const struct step *s;

	do {
		s = step_due(r);
		if (r->status)
			r->want = WANT_CLOSE;
		else if (s && s->ask)
			ask(r, s);
		else
			submit(r, s ? s->level : level_ahead(r));
	} while (s && s->ask && r->want == WANT_JOB);
}

/* A job that did not run, or whose commit failed, was the call's in hand. */
static void job_failed(struct jmap_request *r, enum err e)
{
	if (r->call && !r->call->has_failed) call_break(r->call, e);
}

static void done(struct job *j, enum err outcome)
{
	struct jmap_request *r = request_of(j);

	if (outcome && !r->status)
		job_failed(r, outcome);
	else if (r->may_run && j->level != JOB_READS)
		call_commit(r->call);
	advance(r);
}

void call_resume(struct call *c)
{
	struct jmap_request *r = c->request;

	call_commit(c);
	r->want = WANT_JOB;
	if (!r->is_asking) advance(r);
}

void jmap_mail_sent(struct jmap_mail *m, const struct jmap_sent *what)
{
	m->sent(m, what);
}

void jmap_recalled(struct jmap_recall *r, enum err outcome)
{
	r->recalled(r, outcome);
}

/* --- what the driver calls --- */

struct jmap_request *jmap_request_new(const struct jmap_host *ops, void *host,
				      const struct jmap_user *user, slice content)
{
	struct jmap_request *r = calloc(1, sizeof(*r));

	assert(r);
	r->ops = ops;
	r->host = host;
	r->user = user;
	r->now = ops->now(host);
	r->job = (struct job){
		.account = user->account, .prepare = prepare, .run = run, .done = done
	};
	buf_init(&r->content, JMAP_REQUEST_MAX);
	buf_init(&r->answer, JMAP_ANSWER_MAX + ANSWER_SPARE);
	r->created = json_object();
	r->responses = json_array();
	if (!buf_add(&r->content, content)) problem_limit(r, "maxSizeRequest");
	advance(r);
	return r;
}

void jmap_request_free(struct jmap_request *r)
{
	if (!r) return;
	call_free(r->call);
	json_decref(r->root);
	json_decref(r->created);
	json_decref(r->responses);
	buf_done(&r->content);
	buf_done(&r->answer);
	free(r);
}

enum want jmap_request_want(const struct jmap_request *r)
{
	return r->want;
}

struct job *jmap_request_job(struct jmap_request *r)
{
	return &r->job;
}

unsigned jmap_request_status(const struct jmap_request *r)
{
	return r->status;
}

slice jmap_request_answer(const struct jmap_request *r)
{
	return buf_slice(&r->answer);
}
