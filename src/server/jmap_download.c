/*
 * Octets go (RFC 8620 6.2): /jmap/download/ACCOUNT/BLOB/NAME?accept=TYPE. They are opened
 * in a job, then read on workers, a piece at a time, as the client takes them.
 */
#include "server/jmap_download.h"

#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/hex.h"
#include "http/query.h"

enum {
	PIECE_MAX =
		256 * 1024, /* octets read at once, four times what binary_read says */
	ID_MAX = 255,
	NAME_MAX_OCTETS = 1024,
	TYPE_MAX = 256,
};

/* ---- the octets ---- */

static void read_piece(struct work *w)
{
	struct download *d = CONTAINER_OF(w, struct download, work);

	buf_reset(&d->piece);
	d->has_failed = !binary_read(d->binary, &d->piece, &d->has_ended);
}

/* The octets of the piece that are to be sent. */
static slice take_wanted(struct download *d)
{
	slice octets = buf_slice(&d->piece);
	size_t before = d->skip < octets.n ? (size_t)d->skip : octets.n;

	octets = slice_skip(octets, before);
	if (octets.n > d->left) octets.n = (size_t)d->left;
	d->skip -= before;
	d->left -= octets.n;
	if (!d->left) d->has_ended = true;
	return octets;
}

static void piece_read(struct work *w);

static void submit(struct download *d, enum work_kind kind, void (*run)(struct work *w),
		   void (*then)(struct work *w))
{
	d->work = (struct work){ .run = run, .done = then, .loop = d->h->s.loop };
	http_wait(d->h);
	workers_submit(d->h->s.server->workers, kind, &d->work);
}

static void read_next(struct download *d)
{
	submit(d, WORK_URGENT, read_piece, piece_read);
}

/* A part must not look like the whole: the connection breaks, and the client sees it. */
static void send_piece(struct download *d)
{
	struct http_session *h = d->h;
	bool has_room;

	if (d->has_failed) {
		conn_close(h->s.conn, "the octets cannot be read");
		return;
	}
	has_room = http_send(h->http, take_wanted(d));
	if (d->has_ended)
		http_answer_finish(h);
	else if (has_room)
		read_next(d);
	session_resume(&h->s);
}

static void piece_read(struct work *w)
{
	struct download *d = CONTAINER_OF(w, struct download, work);

	if (http_goes_on(d->h)) send_piece(d);
}

static void drained(struct http_session *h)
{
	read_next(h->work);
}

/* ---- opening ---- */

static enum err open_binary(struct job *j, struct account *a)
{
	struct download *d = CONTAINER_OF(j, struct download, job);

	binary_close(d->binary);
	d->binary = NULL;
	return binary_open(a, buf_slice(&d->id), &d->binary);
}

static void opened(struct job *j, enum err outcome)
{
	struct download *d = CONTAINER_OF(j, struct download, job);

	d->outcome = outcome;
}

static void begin_answer(struct download *d)
{
	struct http_session *h = d->h;

	if (!jmap_download_begin(d)) return;
	d->skip -= binary_seek(d->binary, d->skip);
	if (slice_eq(h->request->method, S("HEAD")))
		http_answer_finish(h);
	else
		read_next(d);
	session_resume(&h->s);
}

static void measure(struct work *w)
{
	struct download *d = CONTAINER_OF(w, struct download, work);

	d->is_measured = binary_measure(d->binary, &d->size);
}

static void measured(struct work *w)
{
	struct download *d = CONTAINER_OF(w, struct download, work);

	if (!http_goes_on(d->h)) return;
	if (d->is_measured)
		begin_answer(d);
	else
		http_answer_failure(d->h, ERR_LATER);
}

/* How much it is has to be known only where a part is asked for: to know it of what is
 * encoded all is read. */
static void opening_answered(struct ticket *t)
{
	struct download *d = CONTAINER_OF(t, struct download, ticket);
	struct http_session *h = d->h;

	if (!http_goes_on(h)) return;
	if (d->outcome) {
		http_answer_failure(h, d->outcome);
		return;
	}
	if (jmap_download_is_known(d)) return;
	d->is_measured = binary_size(d->binary, &d->size);
	if (d->range.is_asked && !d->is_measured)
		submit(d, WORK_LONG, measure, measured);
	else
		begin_answer(d);
}

/* ---- the request ---- */

static bool take_part(slice *path, struct buf *out)
{
	slice part;

	return take_until(path, '/', &part) && part.n && percent_decode(part, out);
}

/* Who puts "image/svg+xml" into the template as it is means that: there is no blank in
 * a type and subtype (RFC 6838 4.2). */
static void mend_plus(struct buf *type)
{
	for (size_t i = 0; i < type->n && type->p[type->start + i] != ';'; i++)
		if (type->p[type->start + i] == ' ') type->p[type->start + i] = '+';
}

/* The name is what is left, so that it may have slashes. */
static bool read_request(struct download *d)
{
	slice path = d->h->rest;

	if (!jmap_take_account(d->h, &path) || !take_part(&path, &d->id) ||
	    !percent_decode(path, &d->name))
		return false;
	(void)http_query_value(d->h->request->query, S("accept"), &d->type);
	mend_plus(&d->type);
	return true;
}

static void end(struct http_session *h)
{
	struct download *d = calloc(1, sizeof(*d));

	assert(d);
	h->work = d;
	d->h = h;
	buf_init(&d->id, ID_MAX);
	buf_init(&d->name, NAME_MAX_OCTETS);
	buf_init(&d->type, TYPE_MAX);
	buf_init(&d->piece, PIECE_MAX);
	if (!read_request(d)) {
		http_answer_failure(h, ERR_NOT_FOUND);
		return;
	}
	d->job = (struct job){ .account = h->account,
			       .level = JOB_READS,
			       .run = open_binary,
			       .done = opened };
	d->ticket = (struct ticket){ .job = &d->job,
				     .loop = h->s.loop,
				     .answered = opening_answered };
	http_wait(h);
	actors_submit(h->s.server->actors, &d->ticket);
}

static void done(struct http_session *h)
{
	struct download *d = h->work;

	h->work = NULL;
	if (!d) return;
	binary_close(d->binary);
	buf_done(&d->id);
	buf_done(&d->name);
	buf_done(&d->type);
	buf_done(&d->piece);
	free(d);
}

const struct resource_ops jmap_download_ops = {
	.end = end,
	.drained = drained,
	.done = done,
};
