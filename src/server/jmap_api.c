/*
 * Requests with method calls (RFC 8620 3): their content is gathered, then the request is
 * driven as jmap_request_want() says, and its answer goes out bit by bit, for it may be
 * larger than an output.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "server/jmap_state.h"
#include "server/push.h"

enum { PIECE = 32 * 1024 };

struct api {
	struct http_session *h;
	struct arena arena;
	struct jmap_user user;
	struct buf content;
	struct jmap_request *request;
	struct ticket ticket;
	slice unsent; /* of the answer */
};

static int64_t now(void *)
{
	return clock_now();
}

static void drive(struct api *a);

static void resume(struct http_session *h)
{
	drive(h->work);
}

static void send_mail(void *host, struct jmap_mail *m)
{
	struct api *a = host;

	jmap_send(a->h, m, resume);
}

static void cancel(void *host, struct jmap_recall *r)
{
	struct api *a = host;

	jmap_recall(a->h, r, resume);
}

static enum err check_push(void *host, slice url, slice key)
{
	const struct api *a = host;

	return pushing_check(a->h->s.server->pushing, a->user.account, url, key);
}

static void pushes_changed(void *host)
{
	const struct api *a = host;
	struct pushing *p = a->h->s.server->pushing;

	if (p) pushing_heed(p, a->user.account);
}

static const struct jmap_host host_ops = { .now = now,
					   .send = send_mail,
					   .cancel = cancel,
					   .check_push = check_push,
					   .pushes_changed = pushes_changed };

/* ---- the answer ---- */

static void send_more(struct http_session *h)
{
	struct api *a = h->work;

	while (a->unsent.n) {
		slice piece = slice_head(a->unsent, PIECE);

		a->unsent = slice_skip(a->unsent, piece.n);
		if (!http_send(h->http, piece)) return;
	}
	http_answer_finish(h);
}

static void answer(struct api *a)
{
	struct http_session *h = a->h;
	unsigned status = jmap_request_status(a->request);

	a->unsent = jmap_request_answer(a->request);
	http_answer_begin(h,
			  &(struct http_response){
				  .status = status,
				  .type = status == 200 ? S("application/json")
							: S("application/problem+json"),
				  .fields = S("Cache-Control: no-store\r\n"),
				  .shrinks = true },
			  (int64_t)a->unsent.n);
	send_more(h);
	session_resume(&h->s);
}

/* ---- the work ---- */

static void step_done(struct ticket *t)
{
	drive(CONTAINER_OF(t, struct api, ticket));
}

static void run_job(struct api *a)
{
	a->ticket = (struct ticket){ .job = jmap_request_job(a->request),
				     .loop = a->h->s.loop,
				     .answered = step_done };
	http_wait(a->h);
	actors_submit(a->h->s.server->actors, &a->ticket);
}

/* While the host is asked, http_wait still holds. Who has gone gets no further steps
 * done: what is half done is in order, for each call stands by itself. */
static void drive(struct api *a)
{
	enum want want = jmap_request_want(a->request);

	if (want == WANT_HOST || !http_goes_on(a->h)) return;
	if (want == WANT_JOB)
		run_job(a);
	else
		answer(a);
}

/* ---- the request ---- */

/* RFC 8620 3.1; a charset may stand behind it. */
static bool is_json(const struct http_request *r)
{
	const slice *field = http_request_field(r, S("content-type"));
	slice type = field ? *field : S("");

	type = slice_trim(slice_head(type, slice_find_char(type, ';')));
	return slice_eq_nocase(type, S("application/json"));
}

static uint64_t begin(struct http_session *h)
{
	struct api *a;

	if (!is_json(h->request)) {
		http_answer_problem(
			h, &(struct http_problem){ .status = 400,
						   .type = S(JMAP_ERROR "notJSON"),
						   .detail = S("It is to be of the type "
							       "application/json") });
		return 0;
	}
	if (!jmap_take_slot(h, JMAP_SLOT_REQUEST)) return 0;
	a = calloc(1, sizeof(*a));
	assert(a);
	a->h = h;
	arena_init(&a->arena, JMAP_USER_ARENA_MAX);
	buf_init(&a->content, JMAP_REQUEST_MAX);
	h->work = a;
	return JMAP_REQUEST_MAX;
}

static void content(struct http_session *h, slice piece)
{
	struct api *a = h->work;

	buf_add(&a->content, piece);
}

static void too_large(struct http_session *h)
{
	jmap_answer_limit(h, 400, S("maxSizeRequest"));
}

static void end(struct http_session *h)
{
	struct api *a = h->work;

	jmap_user_find(h, &a->arena, &a->user);
	a->request = jmap_request_new(&host_ops, a, &a->user, buf_slice(&a->content));
	buf_done(&a->content);
	drive(a);
}

static void done(struct http_session *h)
{
	struct api *a = h->work;

	h->work = NULL;
	if (!a) return;
	jmap_request_free(a->request);
	buf_done(&a->content);
	arena_done(&a->arena);
	free(a);
	jmap_leave_slot(h, JMAP_SLOT_REQUEST);
}

const struct resource_ops jmap_api_ops = {
	.begin = begin,
	.content = content,
	.too_large = too_large,
	.end = end,
	.drained = send_more,
	.done = done,
};
