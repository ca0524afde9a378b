/*
 * Octets go (RFC 8620 6.2): /jmap/download/ACCOUNT/BLOB/NAME?accept=TYPE. They are opened
 * in a job, then read on workers, a piece at a time, as the client takes them.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "http/query.h"
#include "jmap/binary.h"
#include "server/jmap_state.h"

enum {
	PIECE_MAX =
		256 * 1024, /* octets read at once, four times what binary_read says */
	ID_MAX = 255,
	NAME_MAX_OCTETS = 1024,
	TYPE_MAX = 256,
	FIELDS_MAX = 8 * 1024,
};

struct download {
	struct http_session *h;
	struct buf id, name, type;
	struct binary *binary; /* NULL until it is open */
	enum err outcome;      /* of opening it */
	struct job job;
	struct ticket ticket;
	struct work work; /* of reading */
	struct buf piece;
	bool has_ended, has_failed;
};

/* ---- the head of the answer ---- */

/* Whatever it is said to be is a text that no field is confused by. */
static bool is_media_type(slice type)
{
	size_t slash = slice_find_char(type, '/');

	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] < ' ' || type.p[i] > '~') return false;
	return slash > 0 && slash + 1 < type.n;
}

/* For those who know no better: what is not plain becomes "_". */
static void add_plain_name(slice name, struct buf *out)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_plain = is_alpha(c) || is_digit(c) || c == '.' || c == '-' ||
				c == ' ' || c == '_' || c == '(' || c == ')';

		buf_add_char(out, is_plain ? c : '_');
	}
}

/* attr-char (RFC 8187 3.2.1) stands for itself. */
static void add_encoded_name(slice name, struct buf *out)
{
	static const slice others = SLICE_INIT("!#$&+-.^_`|~");

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (is_alpha(c) || is_digit(c) || slice_find_char(others, c) < others.n)
			buf_add_char(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned char)c);
	}
}

/* A browser is to keep it, not to show it: the octets are a stranger's (RFC 6266). */
static void write_fields(const struct download *d, struct buf *out)
{
	slice name = buf_slice(&d->name);

	buf_add(out, S("Content-Disposition: attachment"));
	if (name.n) {
		buf_add(out, S("; filename=\""));
		add_plain_name(name, out);
		buf_add_char(out, '"');
	}
	if (name.n && utf8_valid(name)) {
		buf_add(out, S("; filename*=UTF-8''"));
		add_encoded_name(name, out);
	}
	buf_add(out, S("\r\nContent-Security-Policy: sandbox; default-src 'none'\r\n"
		       "Cache-Control: private, immutable, max-age=31536000\r\n"));
}

static void begin_answer(struct download *d)
{
	slice type = buf_slice(&d->type);
	uint64_t size;
	bool is_known = binary_size(d->binary, &size);
	struct buf fields;

	buf_init(&fields, FIELDS_MAX);
	write_fields(d, &fields);
	http_answer_begin(
		d->h,
		&(struct http_response){ .status = 200,
					 .type = is_media_type(type)
							 ? type
							 : S("application/octet-stream"),
					 .fields = buf_slice(&fields) },
		is_known ? (int64_t)size : HTTP_LENGTH_UNKNOWN);
	buf_done(&fields);
}

/* ---- the octets ---- */

static void read_piece(struct work *w)
{
	struct download *d = CONTAINER_OF(w, struct download, work);

	buf_reset(&d->piece);
	d->has_failed = !binary_read(d->binary, &d->piece, &d->has_ended);
}

static void piece_read(struct work *w);

static void read_next(struct download *d)
{
	d->work = (struct work){ .run = read_piece,
				 .done = piece_read,
				 .loop = d->h->s.loop };
	http_wait(d->h);
	workers_submit(d->h->s.server->workers, WORK_URGENT, &d->work);
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
	has_room = http_send(h->http, buf_slice(&d->piece));
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

static void opening_answered(struct ticket *t)
{
	struct download *d = CONTAINER_OF(t, struct download, ticket);
	struct http_session *h = d->h;

	if (!http_goes_on(h)) return;
	if (d->outcome) {
		http_answer_failure(h, d->outcome);
		return;
	}
	begin_answer(d);
	if (slice_eq(h->request->method, S("HEAD")))
		http_answer_finish(h);
	else
		read_next(d);
	session_resume(&h->s);
}

/* ---- the request ---- */

static bool take_part(slice *path, struct buf *out)
{
	slice part;

	return take_until(path, '/', &part) && part.n && percent_decode(part, out);
}

/* The name is what is left, so that it may have slashes. */
static bool read_request(struct download *d)
{
	slice path = d->h->rest;

	if (!jmap_take_account(d->h, &path) || !take_part(&path, &d->id) ||
	    !percent_decode(path, &d->name))
		return false;
	(void)http_query_value(d->h->request->query, S("accept"), &d->type);
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
