#include "base/json_writer.h"
#include "base/log.h"
#include "server/http_state.h"

enum {
	FIELDS_MAX = 16 * 1024,
	PROBLEM_MAX = 16 * 1024,
};

static void log_answer(const struct http_session *h, unsigned status)
{
	log_event(LOG_INFO, "http.answered", LOG_INT("session", (int64_t)h->s.id),
		  LOG_STR("method", h->request->method),
		  LOG_STR("path", h->request->path), LOG_INT("status", status));
}

/* The fields that an answer has besides its own. */
static struct http_response complete(const struct http_session *h,
				     const struct http_response *r, struct buf *fields)
{
	struct http_response whole = *r;

	buf_init(fields, FIELDS_MAX);
	buf_add(fields, r->fields);
	if (h->resource && h->resource->flags & CROSS_ORIGIN)
		http_add_origin_fields(h, fields);
	whole.fields = buf_slice(fields);
	return whole;
}

/* The request is over: the next may come. */
static void leave(struct http_session *h)
{
	if (h->account) session_leave(&h->s);
	if (h->resource && h->resource->ops && h->resource->ops->done)
		h->resource->ops->done(h);
	sasl_server_free(h->exchange);
	h->exchange = NULL;
	h->request = NULL;
	h->resource = NULL;
	h->account = 0;
	session_resume(&h->s);
}

void http_answer(struct http_session *h, const struct http_response *r)
{
	struct buf fields;
	struct http_response whole = complete(h, r, &fields);

	log_answer(h, r->status);
	http_respond(h->http, &whole);
	buf_done(&fields);
	leave(h);
}

void http_answer_begin(struct http_session *h, const struct http_response *r,
		       int64_t length)
{
	struct buf fields;
	struct http_response whole = complete(h, r, &fields);

	log_answer(h, r->status);
	http_begin(h->http, &whole, length);
	buf_done(&fields);
}

void http_answer_begin_endless(struct http_session *h, const struct http_response *r)
{
	struct buf fields;
	struct http_response whole = complete(h, r, &fields);

	log_answer(h, r->status);
	http_begin_endless(h->http, &whole);
	buf_done(&fields);
}

void http_answer_finish(struct http_session *h)
{
	http_finish(h->http);
	leave(h);
}

/* ---- errors ---- */

static void write_problem(const struct http_problem *p, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_object_begin(&w);
	json_write_key(&w, S("type"));
	json_write_string(&w, p->type.n ? p->type : S("about:blank"));
	json_write_key(&w, S("title"));
	json_write_string(&w, http_phrase(p->status));
	json_write_key(&w, S("status"));
	json_write_uint(&w, p->status);
	json_write_key(&w, S("detail"));
	json_write_string(&w, p->detail);
	if (p->limit.n) {
		json_write_key(&w, S("limit"));
		json_write_string(&w, p->limit);
	}
	json_write_object_end(&w);
}

void http_answer_problem(struct http_session *h, const struct http_problem *p)
{
	struct buf text;

	buf_init(&text, PROBLEM_MAX);
	write_problem(p, &text);
	http_answer(h, &(struct http_response){ .status = p->status,
						.type = S("application/problem+json"),
						.fields = p->fields,
						.content = buf_slice(&text) });
	buf_done(&text);
}

void http_answer_failure(struct http_session *h, enum err e)
{
	static const struct http_problem problems[ERR_COUNT] = {
		[ERR_LATER] = { 503, .detail = SLICE_INIT("Not now; try again later"),
				.fields = SLICE_INIT("Retry-After: 5\r\n") },
		[ERR_NOT_FOUND] = { 404, .detail = SLICE_INIT("There is no such thing") },
		[ERR_EXISTS] = { 500, .detail = SLICE_INIT("Local trouble") },
		[ERR_DENIED] = { 403, .detail = SLICE_INIT("That is not allowed") },
		[ERR_LIMIT] = { 413, .detail = SLICE_INIT("There is no room for it") },
		[ERR_MALFORMED] = { 400, .detail = SLICE_INIT("It cannot be read") },
		[ERR_INTERNAL] = { 500, .detail = SLICE_INIT("Local trouble") },
	};

	http_answer_problem(h, &problems[e]);
}

/* ---- meanwhile ---- */

void http_wait(struct http_session *h)
{
	h->s.is_kept = true;
}

bool http_goes_on(struct http_session *h)
{
	session_release(&h->s);
	return h->s.conn && !h->is_given_up;
}
