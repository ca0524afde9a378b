#include <assert.h>
#include <errno.h>
#include <string.h>

#include "net/conn_state.h"

enum {
	OUTPUT_KEPT = 512, /* octets of an empty output buffer that are not given back */
};

/* ---- bytes ---- */

const char *conn_failure(const struct conn *c)
{
	return c->tls ? tls_session_reason(c->tls) : strerrordesc_np(errno);
}

static ssize_t transport_read(struct conn *c, char *to, size_t room)
{
	return c->tls ? tls_session_read(c->tls, to, room)
		      : sock_read(&c->sock, to, room);
}

static ssize_t transport_write(struct conn *c, slice bytes)
{
	return c->tls ? tls_session_write(c->tls, bytes) : sock_write(&c->sock, bytes);
}

bool conn_flush(struct conn *c)
{
	struct buf *output = engine_output(c->engine);
	ssize_t n = IO_AGAIN;

	if (output->overflow) { /* a part is missing: nothing after it may be believed */
		conn_gone(c, "output limit passed");
		return false;
	}
	if (output->n > 0 && c->all_sent) pace_restart(&c->out, loop_now_ms(c->loop));
	while (output->n > 0 && (n = transport_write(c, buf_slice(output))) > 0) {
		buf_drop(output, (size_t)n);
		pace_moved(&c->out, loop_now_ms(c->loop), (uint64_t)n);
		c->turn_left -= n;
	}
	if (output->n > 0 && n != IO_AGAIN) {
		conn_gone(c, conn_failure(c));
		return false;
	}
	c->all_sent = output->n == 0;
	if (c->all_sent && output->cap > OUTPUT_KEPT) buf_done(output);
	return true;
}

static bool is_sent(struct conn *c)
{
	return conn_flush(c) && engine_output(c->engine)->n == 0;
}

/* ---- driving the engine: each step says whether there may be another; then what
 * there is of output is flushed, so that a burst of replies is one write ---- */

/* Keeps the rest of fresh bytes, or drops those taken of the held ones. */
static void keep_rest(struct conn *c, slice bytes, size_t taken)
{
	if (c->held.n == 0)
		buf_add(&c->held, slice_skip(bytes, taken)); /* below the maximum */
	else
		buf_drop(&c->held, taken);
	if (c->held.n == 0 && c->held.cap > 0) buf_done(&c->held);
}

static void feed(struct conn *c, slice bytes)
{
	size_t before = engine_output(c->engine)->n;
	size_t taken = engine_feed(c->engine, bytes);
	int64_t now = loop_now_ms(c->loop);

	assert(taken <= bytes.n);
	if (engine_want(c->engine) != WANT_INPUT || engine_output(c->engine)->n > before)
		pace_restart(&c->in, now);
	else if (taken > 0)
		pace_moved(&c->in, now, taken);
	c->starved = engine_want(c->engine) == WANT_INPUT;
	keep_rest(c, bytes, taken);
}

/* Behind what the engine did not take, or, mostly, into the loop's scratch. */
static ssize_t read_some(struct conn *c, slice *ret)
{
	char *to =
		c->held.n ? buf_reserve(&c->held, LOOP_SCRATCH) : loop_scratch(c->loop);
	ssize_t n;

	if (!to) {
		errno = EMSGSIZE;
		return IO_FAILED;
	}
	n = transport_read(c, to, LOOP_SCRATCH);
	if (n <= 0) return n;
	*ret = (slice){ to, (size_t)n };
	if (c->held.n) {
		buf_commit(&c->held, (size_t)n);
		*ret = buf_slice(&c->held);
	}
	return n;
}

static bool receive(struct conn *c)
{
	slice bytes;
	ssize_t n = read_some(c, &bytes);

	if (n > 0) {
		c->turn_left -= n;
		feed(c, bytes);
		return true;
	}
	if (n == IO_END) {
		c->input = ENDED;
		return true;
	}
	if (n == IO_FAILED)
		conn_gone(c, c->held.overflow ? "the engine takes no more"
					      : conn_failure(c));
	return false;
}

static bool step_close(struct conn *c)
{
	if (!is_sent(c)) return false;
	conn_begin_linger(c);
	return true;
}

/* The peer has ended its side and the engine has had all the peer sent. */
static bool step_input_end(struct conn *c)
{
	if (c->input == ENGINE_TOLD)
		return step_close(c); /* waits for what cannot come */
	c->input = ENGINE_TOLD;
	c->engine->ops->input_ended(c->engine);
	return true;
}

/* Nothing more is read while the peer does not take what it asked for before. */
static bool step_input(struct conn *c)
{
	if (engine_output(c->engine)->n >= OUTPUT_MARK &&
	    (!conn_flush(c) || engine_output(c->engine)->n >= OUTPUT_MARK))
		return false;
	if (c->held.n > 0 && !c->starved) {
		feed(c, buf_slice(&c->held));
		return true;
	}
	if (c->input != NOT_ENDED) return step_input_end(c);
	return receive(c);
}

static bool step_job(struct conn *c)
{
	if (!c->job_running) {
		c->job_running = true;
		c->service->job_wanted(c->session, c, c->engine->ops->job(c->engine));
	}
	return false;
}

static bool step_drain(struct conn *c)
{
	if (!conn_flush(c) || engine_output(c->engine)->n >= OUTPUT_MARK) return false;
	c->engine->ops->drained(c->engine);
	c->starved = false;
	pace_restart(&c->in, loop_now_ms(c->loop)); /* only now was the peer's turn */
	return true;
}

/* RFC 3207 4.2, RFC 2595 3.1: nothing that came before TLS may count after it. */
static bool step_tls(struct conn *c)
{
	if (c->tls || c->held.n > 0) {
		conn_gone(c, c->tls ? "TLS inside TLS" : "octets behind STARTTLS");
		return false;
	}
	return is_sent(c) && conn_begin_tls(c);
}

bool conn_step_engine(struct conn *c)
{
	switch (engine_want(c->engine)) {
	case WANT_INPUT:
		return step_input(c);
	case WANT_JOB:
		return step_job(c);
	case WANT_DRAIN:
		return step_drain(c);
	case WANT_TLS:
		return step_tls(c);
	case WANT_CLOSE:
		return step_close(c);
	case WANT_HOST:
		break;
	}
	return false;
}
