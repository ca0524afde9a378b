#include "operator/admin_socket.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/container.h"
#include "base/log.h"
#include "operator/admin_frame.h"

enum {
	SOCKET_MODE = 0600,
	REQUEST_TIMEOUT_MS = 10'000,
};

struct admin_socket {
	struct admin admin;
	struct server *server;
	struct service service;
	struct listener *listener;
};

/* One connection: a line in, work, a line out. Lives until both the connection and the
 * work have ended. */
struct admin_session {
	struct engine engine;
	const struct admin_socket *socket;
	struct conn *conn; /* NULL once closed */
	enum want want;
	bool is_running;
	struct buf request, output, reply;
	struct work work;
};

static struct admin_session *of(struct engine *e)
{
	return CONTAINER_OF(e, struct admin_session, engine);
}

static void free_session(struct admin_session *a)
{
	if (a->conn || a->is_running) return;
	buf_wipe(&a->request);
	buf_wipe(&a->output);
	buf_wipe(&a->reply);
	free(a);
}

static void run_request(struct work *w)
{
	struct admin_session *a = CONTAINER_OF(w, struct admin_session, work);

	admin_answer(&a->socket->admin, buf_slice(&a->request), &a->reply);
}

static void request_done(struct work *w)
{
	struct admin_session *a = CONTAINER_OF(w, struct admin_session, work);

	a->is_running = false;
	if (!a->conn) {
		free_session(a);
		return;
	}
	buf_move(&a->output, &a->reply);
	a->want = WANT_CLOSE;
	conn_resume(a->conn);
}

static size_t feed(struct engine *e, slice bytes)
{
	struct admin_session *a = of(e);
	size_t end = slice_find_char(bytes, '\n');

	if (!buf_add(&a->request, slice_head(bytes, end))) {
		a->want = WANT_CLOSE;
	} else if (end < bytes.n) {
		a->want = WANT_HOST;
		a->is_running = true;
		a->work = (struct work){ .run = run_request,
					 .done = request_done,
					 .loop = conn_loop(a->conn) };
		workers_submit(a->socket->server->workers, WORK_LONG, &a->work);
		end++;
	}
	return end;
}

static struct buf *output(struct engine *e)
{
	return &of(e)->output;
}

static enum want want(const struct engine *e)
{
	return CONTAINER_OF(e, const struct admin_session, engine)->want;
}

static void close_engine(struct engine *e)
{
	of(e)->want = WANT_CLOSE;
}

static void input_ended(struct engine *e)
{
	if (!of(e)->is_running) close_engine(e);
}

static int64_t timeout_ms(const struct engine *)
{
	return REQUEST_TIMEOUT_MS;
}

static void nothing(struct engine *)
{
	/* A session frees itself when its connection has closed. */
}

static const struct engine_ops engine_ops = {
	.feed = feed,
	.output = output,
	.want = want,
	.input_ended = input_ended,
	.timeout_ms = timeout_ms,
	.timed_out = close_engine,
	.shut_down = input_ended,
	.changed = nothing,
	.drained = nothing,
	.free = nothing,
};

static bool may_speak(const struct conn *c)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	if (getsockopt(conn_descriptor(c), SOL_SOCKET, SO_PEERCRED, &peer, &n))
		return false;
	return peer.uid == 0 || peer.uid == geteuid();
}

static bool open_session(void *context, struct conn *c)
{
	struct admin_session *a;

	if (!may_speak(c)) return false;
	a = calloc(1, sizeof(*a));
	assert(a);
	a->engine.ops = &engine_ops;
	a->socket = context;
	a->conn = c;
	buf_init(&a->request, ADMIN_REQUEST_MAX);
	buf_init(&a->reply, ADMIN_REPLY_MAX);
	buf_init(&a->output, ADMIN_REPLY_MAX);
	conn_attach(c, &a->engine, a);
	return true;
}

static void session_ended(void *session, struct conn *, const char *)
{
	struct admin_session *a = session;

	a->conn = NULL;
	free_session(a);
}

static void refused(void *, struct conn *, const char *why)
{
	log_event(LOG_WARNING, "admin.refused", LOG_TEXT_OF("why", why));
}

static bool find_endpoint(slice data, struct endpoint *ret)
{
	struct buf text;
	bool good;

	buf_init(&text, ENDPOINT_TEXT_MAX);
	buf_addf(&text, "unix:%.*s/admin.sock", FMT(data));
	good = !text.overflow && endpoint_parse(buf_slice(&text), ret);
	buf_done(&text);
	return good;
}

struct admin_socket *admin_socket_open(struct server *s, struct buf *fault)
{
	const struct config *c = s->config;
	struct admin_socket *a = calloc(1, sizeof(*a));
	struct endpoint at;

	assert(a);
	*a = (struct admin_socket){ .server = s };
	a->admin = (struct admin){ .store = s->store,
				   .keys = &s->auth.keys,
				   .actors = s->actors,
				   .cache = s->auth.cache,
				   .tracing = s->tracing,
				   .reporting = s->reporting };
	a->service = (struct service){ .context = a,
				       .open = open_session,
				       .closed = session_ended,
				       .failed = refused };
	struct listener_setup setup = { .loops = s->loops,
					.loop_count = 1,
					.service = &a->service,
					.unix_mode = SOCKET_MODE };
	if (!find_endpoint(c->data, &at))
		buf_addf(fault,
			 "the path of data is too long for a socket in it: %.*s; "
			 "choose a shorter one",
			 FMT(c->data));
	else
		a->listener = listener_open(&at, &setup, fault);
	if (a->listener) return a;
	free(a);
	return NULL;
}

void admin_socket_close(struct admin_socket *a)
{
	if (a) listener_close(a->listener);
}

void admin_socket_free(struct admin_socket *a)
{
	free(a);
}
