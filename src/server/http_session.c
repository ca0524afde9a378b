#include "server/http_session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "server/http_state.h"
#include "server/pages.h"

static const struct resource_ops *ops_of(const struct http_session *h)
{
	static const struct resource_ops none = { 0 };

	return h->resource && h->resource->ops ? h->resource->ops : &none;
}

static uint64_t begin(struct http_session *h)
{
	return ops_of(h)->begin ? ops_of(h)->begin(h) : 0;
}

void http_admit(struct http_session *h)
{
	uint64_t octets = begin(h);

	if (h->request) http_take(h->http, octets);
}

/* ---- what the engine tells ---- */

static void head(void *host, const struct http_request *r)
{
	struct http_session *h = host;

	h->request = r;
	h->resource = http_find_resource(h->door, r->path, &h->rest);
	if (http_answered_by_route(h)) return;
	if (h->resource->flags & NEEDS_LOGIN)
		http_login(h);
	else
		http_admit(h);
}

static void content(void *host, slice piece)
{
	struct http_session *h = host;

	if (ops_of(h)->content) ops_of(h)->content(h, piece);
}

static void end(void *host)
{
	struct http_session *h = host;

	if (h->resource->show)
		page_answer(h);
	else
		ops_of(h)->end(h);
}

static void too_large(void *host)
{
	struct http_session *h = host;

	if (ops_of(h)->too_large) ops_of(h)->too_large(h);
}

static void drained(void *host)
{
	struct http_session *h = host;

	if (ops_of(h)->drained) ops_of(h)->drained(h);
}

static void changed(void *host)
{
	struct http_session *h = host;

	if (ops_of(h)->changed) ops_of(h)->changed(h);
}

static void given_up(void *host)
{
	struct http_session *h = host;

	h->is_given_up = true;
	if (ops_of(h)->given_up) ops_of(h)->given_up(h);
}

static int64_t now(void *)
{
	return clock_now();
}

static int64_t ticks(void *)
{
	return clock_monotonic_ms();
}

static const struct http_host host_ops = {
	.head = head,
	.content = content,
	.end = end,
	.too_large = too_large,
	.drained = drained,
	.changed = changed,
	.given_up = given_up,
	.now = now,
	.ticks = ticks,
};

/* ---- the session ---- */

/* Whoever waits for an answer has lost the right to it. */
static void ended(struct session *s)
{
	conn_close(s->conn, "the account or its password changed");
}

static void free_session(struct session *s)
{
	struct http_session *h = (struct http_session *)s;

	if (ops_of(h)->done) ops_of(h)->done(h);
	sasl_server_free(h->exchange);
	http_forget_proof(h);
	entry_done(&h->entry);
	free(h);
}

static const struct session_kind kind = {
	.name = "http",
	.logged = http_logged,
	.ended = ended,
	.free = free_session,
};

static void admit_later(struct task *task)
{
	struct http_session *h = CONTAINER_OF(task, struct http_session, admitted);

	if (!h->s.conn || h->is_given_up) return;
	http_admit(h);
	session_resume(&h->s);
}

bool http_session_open(void *context, struct conn *c)
{
	const struct door *d = context;
	struct http_session *h = calloc(1, sizeof(*h));

	assert(h);
	session_init(&h->s, &kind, d->server, c);
	entry_init(&h->entry, &h->s);
	h->entry.opened = http_opened;
	h->admitted.run = admit_later;
	h->door = d;
	h->http = http_server_new(&host_ops, h);
	session_attach(&h->s, http_server_engine(h->http));
	return true;
}
