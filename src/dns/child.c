#include "dns/child.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

enum { ARENA_MAX = 2 * DNS_RECORDS_MAX * sizeof(struct dns_record) };

/* ---- its end ---- */

static void end_process(struct child *c, int *status)
{
	watch_stop(&c->watch);
	process_end(&c->process, status);
	buf_done(&c->in);
	buf_done(&c->out);
}

static void plan_respawn(struct child *c)
{
	timer_set(c->loop, &c->respawn, loop_now_ms(c->loop) + c->pause_ms);
	c->pause_ms *= 2;
	if (c->pause_ms > CHILD_LAST_PAUSE_MS) c->pause_ms = CHILD_LAST_PAUSE_MS;
}

static void lost(struct child *c, const char *why)
{
	int status = 0;

	end_process(c, &status);
	log_event(LOG_WARNING, "resolver.died", LOG_TEXT_OF("why", why),
		  LOG_INT("status", status), LOG_INT("respawn-ms", c->pause_ms));
	plan_respawn(c);
	c->died(c);
}

/* ---- frames ---- */

static bool take_answer(struct child *c, slice *in, const char **why)
{
	CLEANUP(arena_done) struct arena arena;
	struct frame f;
	enum taken taken;

	arena_init(&arena, ARENA_MAX);
	taken = frame_take(in, &arena, &f);
	if (taken == PARTIAL) return false;
	if (taken == BAD || f.type != FRAME_ANSWER) {
		*why = "it sent a malformed frame";
		return false;
	}
	c->pause_ms = CHILD_FIRST_PAUSE_MS;
	c->answered(c, f.id, &f.answer);
	return true;
}

/* NULL, or why the child is lost. */
static const char *take_answers(struct child *c)
{
	const char *why = NULL;
	slice in = buf_slice(&c->in);

	while (take_answer(c, &in, &why))
		;
	buf_drop(&c->in, c->in.n - in.n);
	return why;
}

static const char *receive(struct child *c)
{
	const char *why = NULL;
	ssize_t n = 1;

	while (!why && n > 0) {
		char *to = buf_reserve(&c->in, LOOP_SCRATCH);

		n = to ? sock_read(&c->sock, to, LOOP_SCRATCH) : IO_FAILED;
		if (n <= 0) break;
		buf_commit(&c->in, (size_t)n);
		why = take_answers(c);
	}
	if (n == IO_END) return "it ended";
	return n == IO_FAILED ? "its socket failed" : why;
}

static const char *flush(struct child *c)
{
	ssize_t n = 1;

	while (c->out.n > 0 && n > 0) {
		n = sock_write(&c->sock, buf_slice(&c->out));
		if (n > 0) buf_drop(&c->out, (size_t)n);
	}
	return n == IO_FAILED ? "its socket failed" : NULL;
}

static void sock_ready(struct watch *w, unsigned what)
{
	struct child *c = LIST_ENTRY(w, struct child, watch);
	const char *why;

	if (what & WATCH_HANGUP) c->sock.hangup = true;
	if (what & (WATCH_READ | WATCH_HANGUP)) c->sock.can_read = true;
	if (what & WATCH_WRITE) c->sock.can_write = true;
	why = receive(c);
	if (!why) why = flush(c);
	if (why) lost(c, why);
}

bool child_ask(struct child *c, uint32_t id, struct dns_question q)
{
	if (!c->process.pid || !frame_add_question(&c->out, id, q)) return false;
	flush(c); /* a failure is told by the socket's events too */
	return true;
}

/* ---- life ---- */

static void start(struct child *c)
{
	unsigned events = WATCH_READ | WATCH_WRITE | WATCH_HANGUP | WATCH_EDGE;
	int fault = process_start(&c->process, c->command);

	c->sock = (struct sock){ .fd = c->process.fd, .can_write = true };
	if (!fault && !watch_start(c->loop, &c->watch, c->sock.fd, events)) {
		fault = errno;
		end_process(c, NULL);
	}
	if (fault) {
		log_event(LOG_ERROR, "resolver.not-started",
			  LOG_TEXT_OF("why", strerrordesc_np(fault)));
		plan_respawn(c);
		return;
	}
	buf_init(&c->in, FRAME_MAX + LOOP_SCRATCH);
	buf_init(&c->out, CHILD_OUT_MAX);
	frame_add_settings(&c->out, c->settings);
	flush(c);
	c->started(c);
}

static void respawn(struct timer *t)
{
	start(LIST_ENTRY(t, struct child, respawn));
}

void child_start(struct child *c)
{
	c->pause_ms = CHILD_FIRST_PAUSE_MS;
	c->watch.ready = sock_ready;
	c->respawn.fire = respawn;
	start(c);
}

void child_stop(struct child *c)
{
	timer_cancel(c->loop, &c->respawn);
	if (c->process.pid) end_process(c, NULL);
}
