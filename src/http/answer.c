#include <assert.h>

#include "http/server_state.h"

static bool stays_open(const struct http_server *h)
{
	return h->request.keeps_alive && !h->has_ended && !h->is_leaving &&
	       h->requests < HTTP_REQUESTS_MAX;
}

static bool is_head(const struct http_server *h)
{
	return slice_eq(h->request.method, S("HEAD"));
}

static struct http_surroundings surroundings(const struct http_server *h,
					     bool keeps_alive)
{
	return (struct http_surroundings){
		.now = h->ops->now(h->host),
		.is_head = is_head(h),
		.keeps_alive = keeps_alive,
		.is_old = h->request.is_old,
	};
}

void http_server_rest(struct http_server *h)
{
	buf_done(&h->head);
	h->request = (struct http_request){ 0 };
	h->phase = AT_REST;
	h->is_head_begun = h->is_endless = false;
	h->want = h->output.n < OUTPUT_MARK ? WANT_INPUT : WANT_DRAIN;
}

static void end_answer(struct http_server *h, bool keeps_alive)
{
	http_server_rest(h);
	if (!keeps_alive || h->output.overflow) h->want = WANT_CLOSE;
}

/* ---- whole ---- */

static void discard(struct http_server *h)
{
	h->phase = DISCARDING;
	h->room = HTTP_DISCARD_MAX;
	h->want = h->output.n < OUTPUT_MARK ? WANT_INPUT : WANT_DRAIN;
}

void http_respond(struct http_server *h, const struct http_response *r)
{
	bool is_whole = h->body.state == BODY_ENDED;
	/* Who waits for 100 may or may not send it now: nothing behind it can be read. */
	bool waits = h->request.expects_continue;
	struct http_surroundings s;

	assert(h->phase == HEADED || h->phase == CONTENT || h->phase == ANSWERING);
	h->keeps_alive = stays_open(h) && (is_whole || !waits);
	s = surroundings(h, h->keeps_alive);
	http_response_write(&h->output, r, &s);
	if (is_whole || waits)
		end_answer(h, h->keeps_alive);
	else
		discard(h);
}

void http_server_end_discarding(struct http_server *h)
{
	end_answer(h, h->keeps_alive && h->body.state == BODY_ENDED);
}

void http_server_give_up(struct http_server *h)
{
	enum http_phase phase = h->phase;

	h->phase = AT_REST;
	if (phase != AT_REST && phase != DISCARDING) h->ops->given_up(h->host);
}

void http_server_refuse(struct http_server *h, unsigned status)
{
	struct http_surroundings s = surroundings(h, false);

	http_server_give_up(h);
	http_response_write(&h->output, &(struct http_response){ .status = status }, &s);
	end_answer(h, false);
}

/* ---- bit by bit ---- */

enum { WORTH_GZIP = 1400 }; /* octets: less goes in one packet anyway */

/* Who could make others ask for it, to guess at what is in it by its length, would need
 * their log-in: no cookie is one. */
static bool is_gzip_worth_it(const struct http_server *h, const struct http_response *r,
			     int64_t length)
{
	return r->shrinks && !h->request.is_old && length >= WORTH_GZIP &&
	       http_accepts_gzip(&h->request);
}

static enum http_framing framing_of(const struct http_server *h, int64_t length)
{
	if (length != HTTP_LENGTH_UNKNOWN && !h->gzip) return FRAMED_BY_LENGTH;
	return h->request.is_old ? FRAMED_BY_CLOSE : FRAMED_BY_CHUNKS;
}

void http_begin(struct http_server *h, const struct http_response *r, int64_t length)
{
	assert(h->phase == ANSWERING);
	if (is_gzip_worth_it(h, r, length)) h->gzip = http_gzip_new();
	h->framing = framing_of(h, length);
	h->left = h->framing == FRAMED_BY_LENGTH ? (uint64_t)length : 0;
	h->keeps_alive = stays_open(h) && h->framing != FRAMED_BY_CLOSE;
	struct http_surroundings s = surroundings(h, h->keeps_alive);

	s.is_coded = h->gzip;
	http_head_write(&h->output, r, h->framing, h->left, &s);
	h->phase = STREAMING;
}

void http_begin_endless(struct http_server *h, const struct http_response *r)
{
	http_begin(h, r, HTTP_LENGTH_UNKNOWN);
	h->is_endless = true;
	h->want = WANT_INPUT;
}

/* An empty chunk would be the last. */
static void add_piece(struct http_server *h, slice piece)
{
	bool is_chunk = h->framing == FRAMED_BY_CHUNKS;

	if (!piece.n) return;
	if (is_chunk) buf_addf(&h->output, "%zx\r\n", piece.n);
	buf_add(&h->output, piece);
	if (is_chunk) buf_add(&h->output, S("\r\n"));
}

static void add_coded(struct http_server *h, slice piece, bool is_end)
{
	struct buf coded;

	buf_init(&coded, OUTPUT_MAX);
	http_gzip_add(h->gzip, piece, &coded);
	if (is_end) http_gzip_end(h->gzip, &coded);
	if (coded.overflow) h->output.overflow = true;
	add_piece(h, buf_slice(&coded));
	buf_done(&coded);
}

bool http_send(struct http_server *h, slice piece)
{
	assert(h->phase == STREAMING);
	if (is_head(h)) return true;
	if (h->framing == FRAMED_BY_LENGTH) {
		assert(piece.n <= h->left);
		h->left -= piece.n;
	}
	if (h->gzip)
		add_coded(h, piece, false);
	else
		add_piece(h, piece);
	if (h->output.n < OUTPUT_MARK) return true;
	h->want = WANT_DRAIN;
	return false;
}

void http_finish(struct http_server *h)
{
	bool is_whole = is_head(h) || h->left == 0;

	assert(h->phase == STREAMING);
	if (h->gzip && !is_head(h)) add_coded(h, S(""), true);
	http_gzip_free(h->gzip);
	h->gzip = NULL;
	if (h->framing == FRAMED_BY_CHUNKS && !is_head(h))
		buf_add(&h->output, S("0\r\n\r\n"));
	end_answer(h, h->keeps_alive && is_whole && !h->is_leaving && !h->has_ended);
}

void http_server_end_stream(struct http_server *h)
{
	h->ops->given_up(h->host);
	http_finish(h);
}
