#include "http/server_state.h"

#include <assert.h>
#include <stdlib.h>

static struct http_server *server_of(struct engine *e)
{
	return (struct http_server *)e;
}

/* ---- requests ---- */

static void end_content(struct http_server *h)
{
	h->phase = ANSWERING;
	h->want = WANT_HOST;
	h->ops->end(h->host);
}

/* The host may have words of its own for it. */
static void refuse_content(struct http_server *h)
{
	h->ops->too_large(h->host);
	if (h->phase == CONTENT) http_server_refuse(h, 413);
}

static void welcome(struct http_server *h)
{
	if (h->request.expects_continue)
		buf_add(&h->output, S("HTTP/1.1 100 Continue\r\n\r\n"));
	h->request.expects_continue = false;
}

void http_take(struct http_server *h, uint64_t octets)
{
	assert(h->phase == HEADED);
	h->phase = CONTENT;
	h->want = WANT_INPUT;
	h->room = octets;
	if (h->request.length > octets)
		refuse_content(h);
	else if (h->body.state == BODY_ENDED)
		end_content(h);
	else
		welcome(h);
}

static void begin_request(struct http_server *h, slice head)
{
	unsigned refusal;

	h->requests++;
	buf_init(&h->head, HTTP_HEAD_MAX);
	buf_add(&h->head, head);
	refusal = http_request_parse(buf_slice(&h->head), &h->request);
	if (refusal) {
		http_server_refuse(h, refusal);
		return;
	}
	h->phase = HEADED;
	h->want = WANT_HOST;
	h->body = http_body_begin(&h->request);
	h->ops->head(h->host, &h->request);
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
	http_server_refuse(h, slice_find(in, S("\r\n")) < in.n ? 431 : 414);
	return in.n;
}

static void give_content(struct http_server *h, slice piece)
{
	if (piece.n > h->room) {
		refuse_content(h);
		return;
	}
	h->room -= piece.n;
	h->ops->content(h->host, piece);
}

static size_t discard_content(struct http_server *h, slice in)
{
	slice left = in, piece;

	while (h->room && http_body_take(&h->body, &left, &piece))
		h->room -= piece.n < h->room ? piece.n : h->room;
	if (!h->room || h->body.state == BODY_ENDED || h->body.state == BODY_BROKEN)
		http_server_end_discarding(h);
	return in.n - left.n;
}

static size_t take_content(struct http_server *h, slice in)
{
	slice left = in, piece;

	while (h->phase == CONTENT && http_body_take(&h->body, &left, &piece))
		give_content(h, piece);
	if (h->phase == DISCARDING) return in.n - left.n + discard_content(h, left);
	if (h->phase == CONTENT && h->body.state == BODY_BROKEN)
		http_server_refuse(h, 400);
	if (h->phase == CONTENT && h->body.state == BODY_ENDED) end_content(h);
	return in.n - left.n;
}

static size_t feed(struct engine *e, slice bytes)
{
	struct http_server *h = server_of(e);
	size_t taken = 0, n = 1;

	while (h->want == WANT_INPUT && h->phase != STREAMING && taken < bytes.n &&
	       n > 0) {
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
	struct http_server *h = server_of(e);

	h->want = h->phase == STREAMING && !h->is_endless ? WANT_HOST : WANT_INPUT;
	if (h->phase == STREAMING) h->ops->drained(h->host);
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
	if ((h->phase == HEADED || h->phase == ANSWERING || h->phase == STREAMING) &&
	    !h->is_endless)
		return;
	http_server_give_up(h);
	h->want = WANT_CLOSE;
}

static int64_t timeout_ms(const struct engine *e)
{
	const struct http_server *h = (const struct http_server *)e;

	if (h->is_endless) return 0;
	if (h->phase != AT_REST || !h->is_head_begun) return HTTP_IDLE_TIMEOUT_MS;
	int64_t left = HTTP_HEAD_TIMEOUT_MS - (h->ops->ticks(h->host) - h->head_begun);

	return left > 0 ? left : 1;
}

/* Between requests the end needs no words (RFC 9112 9.5). */
static void timed_out(struct engine *e)
{
	struct http_server *h = server_of(e);

	if (h->phase == CONTENT || (h->phase == AT_REST && h->is_head_begun))
		http_server_refuse(h, 408);
	else if (h->phase == AT_REST || h->phase == DISCARDING)
		h->want = WANT_CLOSE; /* else it is not the client who is silent */
}

static void shut_down(struct engine *e)
{
	struct http_server *h = server_of(e);

	h->is_leaving = true;
	if (h->is_endless) http_server_end_stream(h);
	if (h->phase == CONTENT) http_server_refuse(h, 503);
	if (h->phase == AT_REST || h->phase == DISCARDING) h->want = WANT_CLOSE;
}

static void changed(struct engine *e)
{
	struct http_server *h = server_of(e);

	if (h->is_endless) h->ops->changed(h->host);
}

static void destroy(struct engine *e)
{
	struct http_server *h = server_of(e);

	http_server_give_up(h);
	http_gzip_free(h->gzip);
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
