#include "net/conn.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/conn_state.h"

/* ---- the end ---- */

void conn_gone(struct conn *c, const char *why)
{
	if (c->phase == GONE) return;
	c->phase = GONE;
	c->why = why;
	timer_cancel(c->loop, &c->timer);
	watch_stop(&c->watch);
	tls_session_free(c->tls);
	c->tls = NULL;
	if (c->sock.fd >= 0) close(c->sock.fd);
	c->sock.fd = -1;
	buf_done(&c->held);
	if (c->has_place) limits_leave(c->service->limits, &c->counted);
	loop_defer(c->loop, &c->later);
}

/* The allocator keeps what was freed between what is still used; a crowd's is worth it.
 */
static void give_memory_back(struct limits *l)
{
	if (l && limits_crowd_has_left(l)) malloc_trim(0);
}

static void conn_free(struct conn *c)
{
	struct limits *l = c->service->limits;

	if (c->engine) {
		c->engine->ops->free(c->engine);
		c->service->closed(c->session, c, c->why);
	} else if (c->service->failed) {
		c->service->failed(c->service->context, c, c->why);
	}
	loop_leave(&c->resident);
	free(c);
	give_memory_back(l);
}

void conn_enter(struct conn *c, enum phase phase)
{
	c->phase = phase;
	c->phase_since_ms = loop_now_ms(c->loop);
}

/* ---- from phase to phase ---- */

void conn_begin_linger(struct conn *c)
{
	if (c->tls) tls_session_end(c->tls);
	shutdown(c->sock.fd, SHUT_WR);
	if (c->input != NOT_ENDED) {
		conn_gone(c, "closed");
		return;
	}
	tls_session_free(c->tls);
	c->tls = NULL;
	buf_done(&c->held);
	conn_enter(c, LINGER);
}

static struct tls_session *new_tls(struct conn *c)
{
	if (!c->outgoing)
		return c->service->tls ? tls_session_accept(c->service->tls, &c->sock)
				       : NULL;
	return c->outgoing->tls ? tls_session_connect(c->outgoing->tls,
						      &c->outgoing->target, &c->sock)
				: NULL;
}

static void cannot_verify(struct conn *c)
{
	c->tls_failure = c->outgoing->target.verify == TLS_DANE ? TLS_FAILED_TLSA
								: TLS_FAILED_HOST;
	conn_gone(c, "nothing to verify the server by");
}

bool conn_begin_tls(struct conn *c)
{
	c->tls = new_tls(c);
	if (c->tls)
		conn_enter(c, HANDSHAKE);
	else if (c->outgoing)
		cannot_verify(c);
	else
		conn_gone(c, "no certificate is loaded");
	return c->tls;
}

static void handshake_failed(struct conn *c, const char *why)
{
	c->tls_failure = c->outgoing ? tls_session_failure(c->tls) : TLS_FAILED_OTHERWISE;
	conn_gone(c, why);
}

static bool open_session(struct conn *c)
{
	conn_enter(c, OPEN);
	pace_restart(&c->in, loop_now_ms(c->loop));
	if (!c->service->open(c->service->context, c)) {
		conn_gone(c, "refused");
		return false;
	}
	assert(c->engine);
	if (loop_is_stopping(c->loop)) c->engine->ops->shut_down(c->engine);
	return true;
}

static bool step_handshake(struct conn *c)
{
	ssize_t n = tls_session_handshake(c->tls);

	if (n == IO_AGAIN) return false;
	if (n <= 0) {
		handshake_failed(c, n == IO_END ? "ended in the handshake"
						: conn_failure(c));
		return false;
	}
	if (!c->engine) return open_session(c);
	conn_enter(c, OPEN);
	pace_restart(&c->in, loop_now_ms(c->loop));
	c->engine->ops->tls_started(c->engine, tls_session_facts(c->tls));
	return true;
}

static bool step_linger(struct conn *c)
{
	ssize_t n = sock_read(&c->sock, loop_scratch(c->loop), LOOP_SCRATCH);

	if (n == IO_AGAIN) return false;
	if (n > 0) {
		c->turn_left -= n;
		c->lingered += (uint64_t)n;
	}
	if (n <= 0 || c->lingered > CONN_LINGER_MAX) conn_gone(c, "closed");
	return true;
}

static bool step(struct conn *c)
{
	if (c->doomed) conn_gone(c, c->doomed);
	switch (c->phase) {
	case CONNECT:
		return conn_step_connect(c);
	case PREAMBLE:
		return conn_step_preamble(c);
	case HANDSHAKE:
		return step_handshake(c);
	case OPEN:
		return conn_step_engine(c);
	case LINGER:
		return step_linger(c);
	case GONE:
		break;
	}
	return false;
}

/* ---- deadlines ---- */

static int64_t or_else(int64_t set_ms, int64_t usual_ms)
{
	return set_ms > 0 ? set_ms : usual_ms;
}

/* Output first: a peer that does not read has no other duty. INT64_MAX: none. */
static int64_t open_deadline(const struct conn *c)
{
	int64_t timeout_ms;

	if (!c->all_sent)
		return pace_deadline(&c->out,
				     or_else(c->service->write_ms, CONN_WRITE_MS));
	if (engine_want(c->engine) != WANT_INPUT) return INT64_MAX;
	timeout_ms = c->engine->ops->timeout_ms(c->engine);
	return timeout_ms > 0 ? pace_deadline(&c->in, timeout_ms) : INT64_MAX;
}

static int64_t deadline(const struct conn *c)
{
	switch (c->phase) {
	case CONNECT:
		return c->phase_since_ms + or_else(c->outgoing->connect_ms, CONNECT_MS);
	case PREAMBLE:
	case HANDSHAKE:
		return c->phase_since_ms +
		       or_else(c->service->handshake_ms, CONN_HANDSHAKE_MS);
	case OPEN:
		return open_deadline(c);
	case LINGER:
		return c->phase_since_ms + CONN_LINGER_MS;
	case GONE:
		break;
	}
	return INT64_MAX;
}

/* A deadline mostly moves away: the timer is left alone and looks again when it fires. */
static void set_timer(struct conn *c)
{
	int64_t due = deadline(c);

	if (due == INT64_MAX) return;
	if (!timer_is_set(&c->timer) || due < c->timer.due_ms)
		timer_set(c->loop, &c->timer, due);
}

/* The host mostly answers within the turn, and a pipelined command behind it soon too:
 * as long as output grows that way, it is kept together. */
static void flush_unless_growing(struct conn *c)
{
	size_t n = engine_output(c->engine)->n;

	if (engine_want(c->engine) == WANT_HOST && n > c->unsent) {
		c->unsent = n;
		loop_defer(c->loop, &c->later);
		return;
	}
	c->unsent = 0;
	conn_flush(c);
}

static void drive(struct conn *c)
{
	c->turn_left = CONN_TURN;
	while (step(c) && c->turn_left > 0)
		;
	if (c->turn_left <= 0) loop_defer(c->loop, &c->later);
	if (c->phase == OPEN) flush_unless_growing(c);
	if (c->phase != GONE) set_timer(c);
}

static void out_of_time(struct conn *c)
{
	if (c->phase == LINGER)
		conn_gone(c, "closed");
	else if (c->phase == CONNECT)
		conn_try_next_address(c, ETIMEDOUT);
	else if (c->phase == PREAMBLE)
		conn_gone(c, "no preamble in time");
	else if (c->phase == HANDSHAKE)
		handshake_failed(c, "handshake timed out");
	else if (!c->all_sent)
		conn_gone(c, "the peer does not read");
	else if (c->timed_out)
		conn_gone(c, "timed out");
	else {
		c->timed_out = true;
		c->engine->ops->timed_out(c->engine);
		drive(c);
	}
}

static void timer_fired(struct timer *t)
{
	struct conn *c = LIST_ENTRY(t, struct conn, timer);

	if (loop_now_ms(c->loop) >= deadline(c)) out_of_time(c);
	if (c->phase != GONE) set_timer(c);
}

/* ---- events ---- */

static void sock_ready(struct watch *w, unsigned what)
{
	struct conn *c = LIST_ENTRY(w, struct conn, watch);

	if (what & WATCH_HANGUP) c->sock.hangup = true;
	if (what & (WATCH_READ | WATCH_HANGUP)) c->sock.can_read = true;
	if (what & WATCH_WRITE) c->sock.can_write = true;
	drive(c);
}

static void run_later(struct task *t)
{
	struct conn *c = LIST_ENTRY(t, struct conn, later);

	if (c->phase != GONE)
		drive(c);
	else if (!c->job_running)
		conn_free(c);
}

static void leave(struct resident *r, bool now)
{
	struct conn *c = LIST_ENTRY(r, struct conn, resident);

	if (now || c->phase < OPEN)
		conn_gone(c, "the server stops");
	else
		conn_shut_down(c);
}

/* ---- what others call ---- */

struct conn *conn_new(struct loop *l, const struct service *service)
{
	struct conn *c = calloc(1, sizeof(*c));

	assert(c);
	c->loop = l;
	c->service = service;
	c->all_sent = true;
	c->resident.leave = leave;
	c->watch.ready = sock_ready;
	c->timer.fire = timer_fired;
	c->later.run = run_later;
	buf_init(&c->held, CONN_HELD_MAX);
	loop_enter(l, &c->resident);
	return c;
}

bool conn_begin(struct conn *c)
{
	return c->service->tls_at_once ? conn_begin_tls(c) : open_session(c);
}

static bool begin_accepted(struct conn *c, bool is_proxy)
{
	if (!is_proxy) return conn_begin(c);
	conn_enter(c, PREAMBLE);
	return true;
}

void conn_start(struct loop *l, int fd, const struct netaddr *peer, bool is_proxy,
		const struct service *service)
{
	struct conn *c = conn_new(l, service);
	unsigned events = WATCH_READ | WATCH_WRITE | WATCH_HANGUP | WATCH_EDGE;

	c->peer = *peer;
	c->counted = *peer;
	if (is_proxy) c->counted = (struct netaddr){ .kind = NETADDR_UNIX };
	c->has_place = service->limits;
	c->sock = (struct sock){ .fd = fd, .can_write = true };
	if (!watch_start(l, &c->watch, fd, events))
		conn_gone(c, "no room for its events");
	else if (begin_accepted(c, is_proxy))
		drive(c);
}

void conn_attach(struct conn *c, struct engine *e, void *session)
{
	c->engine = e;
	c->session = session;
}

static void moved_on(struct conn *c)
{
	c->starved = false;
	pace_restart(&c->in, loop_now_ms(c->loop));
	loop_defer(c->loop, &c->later);
}

void conn_job_done(struct conn *c)
{
	assert(c->job_running);
	c->job_running = false;
	moved_on(c);
}

void conn_resume(struct conn *c)
{
	if (c->phase != GONE) moved_on(c);
}

void conn_changed(struct conn *c)
{
	if (c->phase != OPEN) return;
	c->engine->ops->changed(c->engine);
	loop_defer(c->loop, &c->later);
}

void conn_shut_down(struct conn *c)
{
	if (c->phase != OPEN) return;
	c->engine->ops->shut_down(c->engine);
	loop_defer(c->loop, &c->later);
}

void conn_close(struct conn *c, const char *why)
{
	if (c->phase == GONE) return;
	c->doomed = why;
	loop_defer(c->loop, &c->later);
}

enum admission conn_become(struct conn *c, const struct netaddr *peer)
{
	struct limits *l = c->service->limits;
	enum admission a;

	c->peer = *peer;
	if (!l) return ADMITTED;
	if (c->has_place) limits_leave(l, &c->counted);
	c->counted = *peer;
	a = limits_enter(l, peer);
	c->has_place = a == ADMITTED;
	return a;
}

struct loop *conn_loop(const struct conn *c)
{
	return c->loop;
}

const struct netaddr *conn_peer(const struct conn *c)
{
	return &c->peer;
}

struct netaddr conn_local(const struct conn *c)
{
	struct sockaddr_storage local = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof(local);

	getsockname(c->sock.fd, (struct sockaddr *)&local, &n);
	return netaddr_of_sockaddr((struct sockaddr *)&local);
}

const struct tls_facts *conn_tls(const struct conn *c)
{
	return c->tls && c->phase == OPEN ? tls_session_facts(c->tls) : NULL;
}

int conn_descriptor(const struct conn *c)
{
	return c->sock.fd;
}
