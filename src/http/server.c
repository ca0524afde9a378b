#include "http/server.h"

#include <assert.h>
#include <stdlib.h>

#include "http/body.h"

enum phase {
	AT_REST,  /* no request is in hand */
	CONTENT,  /* its head is in, its content comes */
	ANSWERING /* the host has all of it */
};

struct http_server {
	struct engine engine; /* first */
	const struct http_host *ops;
	void *host;
	enum want want;
	enum phase phase;
	struct buf output;
	struct buf head; /* what request points into */
	struct http_request request;
	struct http_body body;
	uint64_t room;      /* octets of content that the host still takes */
	int64_t head_begun; /* ticks, at the head's first octet; or none came yet */
	bool is_head_begun;
	bool has_ended;  /* the client sends no more */
	bool is_leaving; /* the server stops */
	uint32_t requests;
};

static struct http_server *server_of(struct engine *e)
{
	return (struct http_server *)e;
}

/* ---- answers ---- */

static bool stays_open(const struct http_server *h)
{
	return h->request.keeps_alive && h->body.state == BODY_ENDED && !h->has_ended &&
	       !h->is_leaving && h->requests < HTTP_REQUESTS_MAX;
}

static void write_response(struct http_server *h, const struct http_response *r,
			   bool keeps_alive)
{
	struct http_surroundings s = {
		.now = h->ops->now(h->host),
		.is_head = slice_eq(h->request.method, S("HEAD")),
		.keeps_alive = keeps_alive,
		.is_old = h->request.is_old,
	};

	http_response_write(&h->output, r, &s);
}

/* The connection waits for the next request, once what it owes is on its way. */
static void rest(struct http_server *h)
{
	buf_done(&h->head);
	h->request = (struct http_request){ 0 };
	h->phase = AT_REST;
	h->is_head_begun = false;
	h->want = h->output.n < OUTPUT_MARK ? WANT_INPUT : WANT_DRAIN;
}

void http_respond(struct http_server *h, const struct http_response *r)
{
	bool keeps_alive = stays_open(h);

	assert(h->phase != AT_REST);
	write_response(h, r, keeps_alive);
	rest(h);
	if (!keeps_alive || h->output.overflow) h->want = WANT_CLOSE;
}

static void give_up(struct http_server *h)
{
	if (h->phase != AT_REST) h->ops->given_up(h->host);
	h->phase = AT_REST;
}

/* Of what is no request: nothing behind it can be trusted. */
static void refuse(struct http_server *h, unsigned status)
{
	give_up(h);
	write_response(h, &(struct http_response){ .status = status }, false);
	rest(h);
	h->want = WANT_CLOSE;
}

/* ---- requests ---- */

static void end_content(struct http_server *h)
{
	h->phase = ANSWERING;
	h->want = WANT_HOST;
	h->ops->end(h->host);
}

static void begin_content(struct http_server *h)
{
	if (h->phase != CONTENT) return; /* answered already */
	if (h->request.length > h->room) {
		refuse(h, 413);
	} else if (h->body.state == BODY_ENDED) {
		end_content(h);
	} else if (h->request.expects_continue) {
		buf_add(&h->output, S("HTTP/1.1 100 Continue\r\n\r\n"));
	}
}

static void begin_request(struct http_server *h, slice head)
{
	unsigned refusal;

	h->requests++;
	buf_init(&h->head, HTTP_HEAD_MAX);
	buf_add(&h->head, head);
	refusal = http_request_parse(buf_slice(&h->head), &h->request);
	if (refusal) {
		refuse(h, refusal);
		return;
	}
	h->phase = CONTENT;
	h->body = http_body_begin(&h->request);
	h->room = h->ops->head(h->host, &h->request);
	begin_content(h);
}

/* 0: the head is not whole yet. */
static size_t take_head(struct http_server *h, slice in)
{
	size_t n = http_head_size(slice_head(in, HTTP_HEAD_MAX));

	if (!h->is_head_begun) h->head_begun = h->ops->ticks(h->host);
	h->is_head_begun = true;
	if (n) {
		begin_request(h, slice_head(in, n));
		return n;
	}
	if (in.n < HTTP_HEAD_MAX) return 0;
	refuse(h, slice_find(in, S("\r\n")) < in.n ? 431 : 414);
	return in.n;
}

static void give_content(struct http_server *h, slice piece)
{
	if (piece.n > h->room) {
		refuse(h, 413);
		return;
	}
	h->room -= piece.n;
	h->ops->content(h->host, piece);
}

static size_t take_content(struct http_server *h, slice in)
{
	slice left = in, piece;

	while (h->phase == CONTENT && http_body_take(&h->body, &left, &piece))
		give_content(h, piece);
	if (h->phase == CONTENT && h->body.state == BODY_BROKEN) refuse(h, 400);
	if (h->phase == CONTENT && h->body.state == BODY_ENDED) end_content(h);
	return in.n - left.n;
}

static size_t feed(struct engine *e, slice bytes)
{
	struct http_server *h = server_of(e);
	size_t taken = 0, n = 1;

	while (h->want == WANT_INPUT && taken < bytes.n && n > 0) {
		slice in = slice_skip(bytes, taken);

		n = h->phase == AT_REST ? take_head(h, in) : take_content(h, in);
		taken += n;
	}
	return taken;
}

/* ---- what the driver calls ---- */

static struct buf *output(struct engine *e)
{
	return &server_of(e)->output;
}

static enum want want(const struct engine *e)
{
	return ((const struct http_server *)e)->want;
}

static struct job *job(struct engine *)
{
	return NULL; /* it is the host that has jobs */
}

static void drained(struct engine *e)
{
	server_of(e)->want = WANT_INPUT;
}

static void tls_started(struct engine *, const struct tls_facts *)
{
	/* TLS begins with the connection, or never. */
}

/* A client that has sent a whole request may close its side and read the answer. */
static void input_ended(struct engine *e)
{
	struct http_server *h = server_of(e);

	h->has_ended = true;
	if (h->phase == ANSWERING) return;
	give_up(h);
	h->want = WANT_CLOSE;
}

static int64_t timeout_ms(const struct engine *e)
{
	const struct http_server *h = (const struct http_server *)e;

	if (h->phase != AT_REST || !h->is_head_begun) return HTTP_IDLE_TIMEOUT_MS;
	int64_t left = HTTP_HEAD_TIMEOUT_MS - (h->ops->ticks(h->host) - h->head_begun);

	return left > 0 ? left : 1;
}

/* Between requests the end needs no words (RFC 9112 9.5). */
static void timed_out(struct engine *e)
{
	struct http_server *h = server_of(e);

	if (h->phase == ANSWERING) return; /* it is not the client who is silent */
	if (h->phase == CONTENT || h->is_head_begun)
		refuse(h, 408);
	else
		h->want = WANT_CLOSE;
}

static void shut_down(struct engine *e)
{
	struct http_server *h = server_of(e);

	h->is_leaving = true;
	if (h->phase == CONTENT) refuse(h, 503);
	if (h->phase == AT_REST) h->want = WANT_CLOSE;
}

static void changed(struct engine *)
{
	/* Nobody is told of changes yet. */
}

static void destroy(struct engine *e)
{
	struct http_server *h = server_of(e);

	give_up(h);
	buf_done(&h->head);
	buf_done(&h->output);
	free(h);
}

static const struct engine_ops engine_ops = {
	.feed = feed,
	.output = output,
	.want = want,
	.job = job,
	.drained = drained,
	.tls_started = tls_started,
	.input_ended = input_ended,
	.timeout_ms = timeout_ms,
	.timed_out = timed_out,
	.shut_down = shut_down,
	.changed = changed,
	.free = destroy,
};

struct http_server *http_server_new(const struct http_host *ops, void *host)
{
	struct http_server *h = calloc(1, sizeof(*h));

	assert(h);
	h->engine.ops = &engine_ops;
	h->ops = ops;
	h->host = host;
	h->want = WANT_INPUT;
	buf_init(&h->output, OUTPUT_MAX);
	return h;
}

struct engine *http_server_engine(struct http_server *h)
{
	return &h->engine;
}
