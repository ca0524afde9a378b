/* Octets come (RFC 8620 6.1): through the spool, as mail does. */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/json_writer.h"
#include "jmap/binary.h"
#include "server/jmap_state.h"
#include "store/upload.h"

enum { ANSWER_MAX = 16 * 1024 };

struct upload {
	struct http_session *h;
	struct incoming *message;
	enum err outcome;
	int64_t id;
	struct job job;
	struct ticket ticket;
};

/* ---- the answer ---- */

static slice type_of(const struct http_session *h)
{
	const slice *type = http_request_field(h->request, S("content-type"));

	return type && type->n ? *type : S("application/octet-stream");
}

static void write_id(struct json_writer *w, slice name, struct buf *id)
{
	json_write_key(w, name);
	json_write_string(w, buf_slice(id));
	buf_reset(id);
}

static void write_answer(const struct upload *u, struct buf *out)
{
	struct json_writer w;
	struct buf id;

	buf_init(&id, 256);
	json_writer_init(&w, out);
	json_write_object_begin(&w);
	jmap_account_id(u->h->account, &id);
	write_id(&w, S("accountId"), &id);
	binary_id_of_upload(u->h->account, u->id, &id);
	write_id(&w, S("blobId"), &id);
	json_write_key(&w, S("type"));
	json_write_string(&w, type_of(u->h));
	json_write_key(&w, S("size"));
	json_write_uint(&w, incoming_size(u->message));
	json_write_object_end(&w);
	buf_done(&id);
}

static void answer(struct upload *u)
{
	struct buf out;

	if (u->outcome) {
		http_answer_failure(u->h, u->outcome);
		return;
	}
	buf_init(&out, ANSWER_MAX);
	write_answer(u, &out);
	http_answer(u->h, &(struct http_response){ .status = 201,
						   .type = S("application/json"),
						   .fields = S("Cache-Control: "
							       "no-store\r\n"),
						   .content = buf_slice(&out) });
	buf_done(&out);
}

/* ---- the work ---- */

static void finish(struct job *j)
{
	struct upload *u = CONTAINER_OF(j, struct upload, job);

	u->outcome = incoming_finish_octets(u->message);
}

static enum err put(struct job *j, struct account *a)
{
	struct upload *u = CONTAINER_OF(j, struct upload, job);

	if (u->outcome) return u->outcome;
	return upload_put(a, u->message, clock_now(), &u->id);
}

static void put_done(struct job *j, enum err outcome)
{
	struct upload *u = CONTAINER_OF(j, struct upload, job);

	u->outcome = outcome;
}

/* Only now is nobody busy with the ticket, which lies in what an answer frees. */
static void put_answered(struct ticket *t)
{
	struct upload *u = CONTAINER_OF(t, struct upload, ticket);

	if (http_goes_on(u->h)) answer(u);
}

/* ---- the request ---- */

static uint64_t begin(struct http_session *h)
{
	slice path = h->rest;
	struct upload *u;

	if (!jmap_take_account(h, &path) || path.n) {
		http_answer_failure(h, ERR_NOT_FOUND);
		return 0;
	}
	if (!jmap_take_slot(h, JMAP_SLOT_UPLOAD)) return 0;
	u = calloc(1, sizeof(*u));
	assert(u);
	u->h = h;
	u->message = incoming_new(h->s.server->store);
	h->work = u;
	return JMAP_UPLOAD_MAX;
}

/* After a failure the rest is thrown away. */
static void content(struct http_session *h, slice piece)
{
	struct upload *u = h->work;

	if (!u->outcome) u->outcome = incoming_add(u->message, piece);
}

static void too_large(struct http_session *h)
{
	jmap_answer_limit(h, 413, S("maxSizeUpload"));
}

static void end(struct http_session *h)
{
	struct upload *u = h->work;

	if (u->outcome) {
		answer(u);
		return;
	}
	u->job = (struct job){ .account = h->account,
			       .level = JOB_WRITES,
			       .prepare = finish,
			       .run = put,
			       .done = put_done };
	u->ticket = (struct ticket){ .job = &u->job,
				     .loop = h->s.loop,
				     .answered = put_answered };
	http_wait(h);
	actors_submit(h->s.server->actors, &u->ticket);
}

static void done(struct http_session *h)
{
	struct upload *u = h->work;

	h->work = NULL;
	if (!u) return;
	incoming_free(u->message);
	free(u);
	jmap_leave_slot(h, JMAP_SLOT_UPLOAD);
}

const struct resource_ops jmap_upload_ops = {
	.begin = begin,
	.content = content,
	.too_large = too_large,
	.end = end,
	.done = done,
};
