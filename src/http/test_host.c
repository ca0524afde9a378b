#include "http/test_host.h"

#include <stdlib.h>

static void test_answer(struct test_host *h, unsigned status)
{
	struct http_response r = { .status = status,
				   .type = S("text/plain"),
				   .content = buf_slice(&h->heard) };

	h->is_hearing = false;
	http_respond(h->http, &r);
}

static slice test_piece(const struct test_host *h)
{
	return slice_head(buf_slice(&h->heard), h->is_brief ? BRIEF_PIECE : h->heard.n);
}

static uint32_t test_pieces(const struct test_host *h)
{
	return h->is_brief ? BRIEF_PIECES : STREAM_PIECES;
}

static void test_stream(struct test_host *h)
{
	while (h->sent < test_pieces(h)) {
		h->sent++;
		if (!http_send(h->http, test_piece(h))) return;
	}
	h->is_hearing = false;
	http_finish(h->http);
}

static void test_begin(struct test_host *h)
{
	struct http_response r = { .status = 200,
				   .type = S("text/plain"),
				   .shrinks = true };
	uint64_t octets = test_pieces(h) * (uint64_t)test_piece(h).n;

	h->sent = 0;
	http_begin(h->http, &r, h->how == 'l' ? (int64_t)octets : HTTP_LENGTH_UNKNOWN);
	test_stream(h);
}

static void test_begin_events(struct test_host *h)
{
	http_begin_endless(h->http, &(struct http_response){ .status = 200,
							     .type = S("text/plain") });
	http_send(h->http, buf_slice(&h->heard));
}

static void test_head(void *host, const struct http_request *r)
{
	struct test_host *h = host;

	if (h->is_hearing) abort();
	h->is_hearing = true;
	buf_reset(&h->heard);
	buf_addf(&h->heard, "%.*s %.*s?%.*s @%.*s|", FMT(r->method), FMT(r->path),
		 FMT(r->query), FMT(r->host));
	h->how = '\0';
	if (r->path.n > 1) h->how = r->path.p[1];
	if (h->answers_early)
		test_answer(h, 403);
	else if (!h->takes_later)
		http_take(h->http, TEST_ROOM);
}

static void test_content(void *host, slice piece)
{
	struct test_host *h = host;

	if (!h->is_hearing || !piece.n) abort();
	buf_add(&h->heard, piece);
}

static void test_end(void *host)
{
	struct test_host *h = host;

	if (!h->is_hearing) abort();
	if (h->how == 'n' || h->how == 'l')
		test_begin(h);
	else if (h->how == 'e')
		test_begin_events(h);
	else
		test_answer(h, 200);
}

static void test_too_large(void *host)
{
	struct test_host *h = host;

	if (!h->is_hearing) abort();
	if (h->how == 't') test_answer(h, 400);
}

static void test_drained(void *host)
{
	struct test_host *h = host;

	if (!h->is_hearing) abort();
	if (h->how != 'e') test_stream(h);
}

static void test_changed(void *host)
{
	((struct test_host *)host)->changes++;
}

static void test_given_up(void *host)
{
	struct test_host *h = host;

	if (!h->is_hearing) abort();
	h->is_hearing = false;
}

int64_t test_now(void *)
{
	return 784111777; /* RFC 9110 5.6.7 */
}

static int64_t test_ticks(void *host)
{
	return ((struct test_host *)host)->ticks;
}

static const struct http_host ops = {
	.head = test_head,
	.content = test_content,
	.end = test_end,
	.too_large = test_too_large,
	.drained = test_drained,
	.changed = test_changed,
	.given_up = test_given_up,
	.now = test_now,
	.ticks = test_ticks,
};

struct engine *test_connect(struct test_host *h)
{
	buf_init(&h->heard, (size_t)HTTP_HEAD_MAX + TEST_ROOM);
	h->http = http_server_new(&ops, h);
	return http_server_engine(h->http);
}

void test_talk(struct engine *e, slice said, size_t cut, struct buf *answer)
{
	size_t window = cut;

	while (said.n && engine_want(e) == WANT_INPUT) {
		size_t taken = engine_feed(e, slice_head(said, window));

		if (taken > window) abort();
		if (!taken && (window > said.n || e->ops->timeout_ms(e) == 0)) break;
		if (!taken && window > HTTP_HEAD_MAX + cut) abort();
		window = taken ? cut : window + cut;
		said = slice_skip(said, taken);
		while (engine_want(e) == WANT_DRAIN || engine_output(e)->n) {
			buf_add(answer, buf_slice(engine_output(e)));
			buf_drop(engine_output(e), engine_output(e)->n);
			if (engine_want(e) == WANT_DRAIN) e->ops->drained(e);
		}
	}
	if (engine_want(e) == WANT_INPUT) e->ops->input_ended(e);
	buf_add(answer, buf_slice(engine_output(e)));
}

void test_disconnect(struct test_host *h, struct engine *e)
{
	e->ops->free(e);
	buf_done(&h->heard);
}
