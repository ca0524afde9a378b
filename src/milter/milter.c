#include "milter/milter_state.h"

#include <assert.h>
#include <stdlib.h>

#include "base/container.h"

void milter_verdict_init(struct milter_verdict *v)
{
	*v = (struct milter_verdict){ .fault = "it ended the connection" };
	arena_init(&v->arena, MILTER_ARENA_MAX);
}

void milter_verdict_done(struct milter_verdict *v)
{
	arena_done(&v->arena);
}

void milter_fail(struct milter *m, const char *why)
{
	m->verdict->action = MILTER_FAILED;
	m->verdict->fault = why;
	m->want = WANT_CLOSE;
}

/* ---- what comes next ---- */

void milter_enter(struct milter *m, enum milter_stage stage)
{
	m->stage = stage;
	m->at = 0;
}

/* Until the filter has to answer, or the host. */
void milter_go_on(struct milter *m)
{
	while (m->want == WANT_INPUT) {
		if (m->at >= milter_stage_count(m) && m->stage != AT_BODY) {
			milter_enter(m, m->stage + 1);
		} else if (m->output.n >= OUTPUT_MARK) {
			m->want = WANT_DRAIN;
		} else if (m->stage == AT_BODY && milter_stage_count(m)) {
			uint64_t rest = m->mail.body_size - m->offset;

			m->want = WANT_HOST;
			m->ops->body(m->host, m->offset,
				     rest < MILTER_CHUNK_MAX ? (size_t)rest
							     : MILTER_CHUNK_MAX);
		} else if (m->stage == AT_BODY) {
			milter_enter(m, AT_END);
		} else {
			milter_add_packet(m, S(""));
			m->at++;
			if (milter_is_answered(m)) return;
		}
	}
}

void milter_tell_body(struct milter *m, slice octets)
{
	assert(m->want == WANT_HOST);
	m->want = WANT_INPUT;
	if (octets.n == 0) {
		milter_fail(m, "the message cannot be read");
		return;
	}
	milter_add_packet(m, octets);
	m->offset += octets.n;
	if (!milter_is_answered(m)) milter_go_on(m);
}

/* ---- the engine ---- */

static size_t feed(struct engine *e, slice bytes)
{
	struct milter *m = CONTAINER_OF(e, struct milter, engine);
	slice rest = bytes;
	struct milter_reply r;

	while (m->want == WANT_INPUT) {
		enum milter_reading reading = milter_take_reply(&rest, &r);

		if (reading == MILTER_PARTIAL) break;
		if (reading == MILTER_MALFORMED)
			milter_fail(m, "it sent what is no packet of the protocol");
		else
			milter_heed(m, &r);
	}
	return m->want == WANT_CLOSE ? bytes.n : bytes.n - rest.n;
}

static struct buf *output(struct engine *e)
{
	return &CONTAINER_OF(e, struct milter, engine)->output;
}

static enum want want(const struct engine *e)
{
	return ((const struct milter *)e)->want;
}

static void drained(struct engine *e)
{
	struct milter *m = CONTAINER_OF(e, struct milter, engine);

	m->want = WANT_INPUT;
	milter_go_on(m);
}

static void input_ended(struct engine *e)
{
	struct milter *m = CONTAINER_OF(e, struct milter, engine);

	if (m->want != WANT_CLOSE) milter_fail(m, "it ended the connection");
}

static int64_t timeout_ms(const struct engine *e)
{
	return ((const struct milter *)e)->mail.budget_ms;
}

static void timed_out(struct engine *e)
{
	milter_fail(CONTAINER_OF(e, struct milter, engine), "its time is up");
}

static void shut_down(struct engine *e)
{
	milter_fail(CONTAINER_OF(e, struct milter, engine), "the server ends");
}

static void free_milter(struct engine *e)
{
	struct milter *m = CONTAINER_OF(e, struct milter, engine);

	buf_done(&m->output);
	free(m);
}

static const struct engine_ops engine_ops = {
	.feed = feed,
	.output = output,
	.want = want,
	.drained = drained,
	.input_ended = input_ended,
	.timeout_ms = timeout_ms,
	.timed_out = timed_out,
	.shut_down = shut_down,
	.free = free_milter,
};

struct milter *milter_new(const struct milter_mail *mail, const struct milter_host *ops,
			  void *host, struct milter_verdict *verdict)
{
	struct milter *m = calloc(1, sizeof(*m));

	assert(m);
	m->engine.ops = &engine_ops;
	m->mail = *mail;
	m->ops = ops;
	m->host = host;
	m->verdict = verdict;
	m->want = WANT_INPUT;
	buf_init(&m->output, OUTPUT_MAX);
	milter_add_options(m);
	return m;
}

struct engine *milter_engine(struct milter *m)
{
	return &m->engine;
}
