#include "net/caller_test.h"

#include "base/test.h"
#include "net/fixture_test.h"

static struct caller *of_engine(const struct engine *e)
{
	return (struct caller *)(uintptr_t)e;
}

static void say(struct caller *c, const char *text)
{
	if (text) buf_add(&c->output, slice_of(text));
}

static size_t caller_feed(struct engine *e, slice bytes)
{
	struct caller *c = of_engine(e);
	slice rest = bytes, line;

	while (c->want == WANT_INPUT && take_line(&rest, &line)) {
		buf_addf(&c->heard, "%.*s\n", FMT(line));
		if (slice_eq(line, S("go"))) c->want = WANT_TLS;
		if (slice_eq(line, S("bye"))) c->want = WANT_CLOSE;
	}
	return bytes.n - rest.n;
}

static struct buf *caller_output(struct engine *e)
{
	return &of_engine(e)->output;
}

static enum want caller_want(const struct engine *e)
{
	return of_engine(e)->want;
}

static void caller_tls_started(struct engine *e, const struct tls_facts *facts)
{
	struct caller *c = of_engine(e);

	c->tls = true;
	c->verified = facts->verified;
	c->want = WANT_INPUT;
	say(c, c->say_in_tls);
}

static void caller_close(struct engine *e)
{
	of_engine(e)->want = WANT_CLOSE;
}

static void caller_timed_out(struct engine *e)
{
	buf_addf(&of_engine(e)->heard, "(silence)\n");
	caller_close(e);
}

static int64_t caller_timeout_ms(const struct engine *e)
{
	const struct caller *c = of_engine(e);

	return c->timeout_ms ? c->timeout_ms : 5000;
}

static void caller_free(struct engine *e)
{
	buf_done(&of_engine(e)->output);
}

static const struct engine_ops caller_ops = {
	.feed = caller_feed,
	.output = caller_output,
	.want = caller_want,
	.tls_started = caller_tls_started,
	.input_ended = caller_close,
	.timeout_ms = caller_timeout_ms,
	.timed_out = caller_timed_out,
	.shut_down = caller_close,
	.free = caller_free,
};

/* ---- the service ---- */

static bool open_caller(void *context, struct conn *conn)
{
	struct caller *c = context;

	c->opened = true;
	c->peer = *conn_peer(conn);
	c->local = conn_local(conn);
	if (conn_tls(conn)) {
		c->tls = true;
		c->verified = conn_tls(conn)->verified;
	}
	conn_attach(conn, &c->engine, c);
	say(c, c->say);
	return true;
}

static void ended(void *context, struct conn *conn, const char *why)
{
	struct caller *c = context;

	c->failure = conn_tls_failure(conn);
	c->why = why;
	c->ended = 1;
}

static void start(struct task *t)
{
	struct caller *c = LIST_ENTRY(t, struct caller, task);

	c->conn = conn_connect(c->loop, &c->to);
}

void caller_run(struct caller *c, uint16_t port)
{
	c->engine.ops = &caller_ops;
	c->to.service.context = c;
	c->to.service.open = open_caller;
	c->to.service.closed = ended;
	c->to.service.failed = ended;
	if (!c->to.addresses) {
		CHECK(netaddr_parse(S("127.0.0.1"), &c->address));
		c->address.port = port;
		c->to.addresses = &c->address;
		c->to.address_count = 1;
	}
	buf_init(&c->output, 1'000'000);
	buf_init(&c->heard, 1'000'000);
	c->task.run = start;
	c->loop = loop_new();
	loop_post(c->loop, &c->task);
	CHECK(loop_start(c->loop));
	fixture_wait(&c->ended, 1);
	loop_stop(c->loop, 0);
	loop_join(c->loop);
	loop_free(c->loop);
}

void caller_done(struct caller *c)
{
	buf_done(&c->heard);
}
