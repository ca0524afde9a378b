#include "server/http_session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/server.h"
#include "server/door.h"
#include "server/pages.h"
#include "server/session.h"

struct http_session {
	struct session s; /* first: the kind's functions get this */
	const struct door *door;
	const struct http_request *request; /* the one in hand */
	struct http_server *http;
};

/* No page takes content. */
static void head(void *host, const struct http_request *r)
{
	struct http_session *h = host;

	h->request = r;
	http_take(h->http, 0);
}

static void content(void *, slice)
{
	/* There is none: see head. */
}

static void log_answer(const struct http_session *h, const struct http_response *r)
{
	log_event(LOG_INFO, "http.answered", LOG_INT("session", (int64_t)h->s.id),
		  LOG_STR("method", h->request->method),
		  LOG_STR("path", h->request->path), LOG_INT("status", r->status));
}

static void end(void *host)
{
	struct http_session *h = host;
	struct http_response answer;
	struct buf out;

	buf_init(&out, PAGE_MAX);
	page_answer(h->door, h->request, &out, &answer);
	log_answer(h, &answer);
	http_respond(h->http, &answer);
	buf_done(&out);
}

/* Nothing goes on between a request and its answer, which is there in one piece. */
static void given_up(void *)
{
}

static void no_event(void *)
{
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
	.too_large = no_event,
	.drained = no_event,
	.changed = no_event,
	.given_up = given_up,
	.now = now,
	.ticks = ticks,
};

static void free_session(struct session *s)
{
	free((struct http_session *)s);
}

static const struct session_kind kind = { .name = "http", .free = free_session };

bool http_session_open(void *context, struct conn *c)
{
	const struct door *d = context;
	struct http_session *h = calloc(1, sizeof(*h));

	assert(h);
	session_init(&h->s, &kind, d->server, c);
	h->door = d;
	h->http = http_server_new(&host_ops, h);
	session_attach(&h->s, http_server_engine(h->http));
	return true;
}
