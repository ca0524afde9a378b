#include "server/filter.h"

#include <assert.h>

#include "base/container.h"
#include "base/log.h"
#include "server/filter_change.h"

enum { MS = 1000 };

static const struct milter_config *milter_of(const struct filtering *f)
{
	return &f->session->config->milters[f->at];
}

static bool asks_about(const struct milter_config *m, bool is_submitted)
{
	return m->mail == FILTERED_ALL || (m->mail == FILTERED_SUBMITTED) == is_submitted;
}

bool filter_wants(const struct config *c, bool is_submitted)
{
	for (uint32_t i = 0; i < c->milter_count; i++)
		if (asks_about(&c->milters[i], is_submitted)) return true;
	return false;
}

static bool is_abandoned(const struct filtering *f)
{
	return !f->session->conn;
}

static void finish(struct filtering *f)
{
	f->is_running = false;
	f->finished(f);
}

static void refuse(struct filtering *f, int code, slice enhanced, slice text)
{
	f->action = FILTER_REFUSES;
	f->reply = (struct smtp_reply){ code, enhanced, text };
	finish(f);
}

static void submit(struct filtering *f, void (*run)(struct work *),
		   void (*done)(struct work *))
{
	f->work = (struct work){ .run = run, .done = done, .loop = f->session->loop };
	workers_submit(f->session->server->workers, WORK_LONG, &f->work);
}

/* ---- WRITE ---- */

static void write_message(struct work *w)
{
	struct filtering *f = CONTAINER_OF(w, struct filtering, work);

	f->trouble = filter_write(f);
}

static void message_written(struct work *w)
{
	struct filtering *f = CONTAINER_OF(w, struct filtering, work);

	if (f->trouble)
		refuse(f, 451, S("4.3.0"), S("Cannot change it now, try again later"));
	else
		finish(f);
}

/* ---- ASK ---- */

static void ask_next(struct filtering *f);

static void fail(struct filtering *f, const char *why)
{
	const struct milter_config *m = milter_of(f);
	bool passes = m->on_failure == FAILURE_ACCEPTS;

	log_event(LOG_WARNING, "milter.failed", LOG_STR("milter", m->name),
		  LOG_STR("id", f->mail.id), LOG_INT("session", f->session->id),
		  LOG_TEXT_OF("why", why),
		  LOG_TEXT_OF("mail", passes ? "passes" : "deferred"));
	if (passes) {
		f->at++;
		ask_next(f);
	} else {
		f->by = m->name;
		refuse(f, 451, S("4.7.1"),
		       S("It cannot be filtered now, try again later"));
	}
}

static void note(struct filtering *f, const char *action, slice why)
{
	f->by = milter_of(f)->name;
	log_event(LOG_INFO, "milter.answered", LOG_STR("milter", f->by),
		  LOG_STR("id", f->mail.id), LOG_INT("session", f->session->id),
		  LOG_TEXT_OF("action", action), LOG_STR("why", why));
}

static void heed(struct filtering *f, const struct milter_verdict *v)
{
	struct smtp_reply r = { .code = v->code };

	switch (v->action) {
	case MILTER_FAILED:
		fail(f, v->fault);
		return;
	case MILTER_REFUSES:
		note(f, "refused", v->text);
		if (arena_copy(&f->arena, v->enhanced, &r.enhanced) &&
		    arena_copy(&f->arena, v->text, &r.text))
			refuse(f, r.code, r.enhanced, r.text);
		else
			fail(f, "its reply is too long");
		return;
	case MILTER_DISCARDS:
		note(f, "discarded", S(""));
		f->action = FILTER_DISCARDS;
		finish(f);
		return;
	case MILTER_TAKES:
		break;
	}
	if (!filter_apply(f, v)) {
		fail(f, "it changes what cannot be changed so");
		return;
	}
	if (v->quarantined) note(f, "quarantined", v->reason);
	f->at++;
	ask_next(f);
}

/* Its connection has ended, and nothing reads for it any more. */
static void settle(struct filtering *f)
{
	struct milter_verdict v = f->verdict;

	if (f->conn || f->is_reading) return;
	f->verdict = (struct milter_verdict){ 0 }; /* the next filter's, or nobody's */
	timer_cancel(f->session->loop, &f->timer);
	if (is_abandoned(f))
		finish(f);
	else
		heed(f, &v);
	milter_verdict_done(&v);
}

static void read_piece(struct work *w)
{
	struct filtering *f = CONTAINER_OF(w, struct filtering, work);
	const struct incoming *from = f->body ? f->body : *f->message;
	char *room = buf_reserve(&f->piece, f->piece_max);

	if (room &&
	    incoming_read(from, f->body_start + f->piece_offset, room, f->piece_max))
		buf_commit(&f->piece, f->piece_max);
}

static void piece_read(struct work *w)
{
	struct filtering *f = CONTAINER_OF(w, struct filtering, work);

	f->is_reading = false;
	if (f->conn) {
		milter_tell_body(f->milter, buf_slice(&f->piece));
		conn_resume(f->conn);
	}
	buf_reset(&f->piece);
	settle(f);
}

static void asked_body(void *host, uint64_t offset, size_t max)
{
	struct filtering *f = host;

	f->piece_offset = offset;
	f->piece_max = max;
	f->is_reading = true;
	submit(f, read_piece, piece_read);
}

static bool new_body(void *host, slice octets)
{
	struct filtering *f = host;
	uint64_t most = (uint64_t)f->session->config->message_size;

	if (!f->new_body) f->new_body = incoming_new_like(*f->message);
	return incoming_size(f->new_body) + octets.n <= most &&
	       !incoming_add(f->new_body, octets);
}

static const struct milter_host milter_host = { .body = asked_body,
						.new_body = new_body };

static bool open_milter(void *context, struct conn *c)
{
	struct filtering *f = context;
	const struct incoming *body = f->body ? f->body : *f->message;

	f->mail.fields = f->fields.fields;
	f->mail.field_count = f->fields.count;
	f->mail.body_size = incoming_size(body) - f->body_start;
	f->milter = milter_new(&f->mail, &milter_host, f, &f->verdict);
	conn_attach(c, milter_engine(f->milter), f);
	return true;
}

static void milter_closed(void *session, struct conn *, const char *)
{
	struct filtering *f = session;

	f->conn = NULL;
	settle(f);
}

static void connection_failed(void *context, struct conn *, const char *why)
{
	struct filtering *f = context;

	f->verdict.fault = why;
	f->conn = NULL;
	settle(f);
}

static void time_is_up(struct timer *t)
{
	struct filtering *f = CONTAINER_OF(t, struct filtering, timer);

	if (f->conn && f->verdict.action == MILTER_FAILED) {
		f->verdict.fault = "its time is up";
		conn_close(f->conn, f->verdict.fault);
	}
}

static void ask(struct filtering *f)
{
	const struct milter_config *m = milter_of(f);
	int64_t budget_ms = m->timeout_s * MS;
	bool good = endpoint_parse(m->address, &f->endpoint);

	assert(good); /* the configuration's, which was checked */
	milter_verdict_init(&f->verdict);
	incoming_free(f->new_body);
	f->new_body = NULL;
	f->mail.budget_ms = budget_ms;
	f->outgoing = (struct outgoing){ .addresses = &f->endpoint.address,
					 .address_count = 1,
					 .path = f->endpoint.path,
					 .connect_ms = budget_ms,
					 .service = { .context = f,
						      .open = open_milter,
						      .closed = milter_closed,
						      .failed = connection_failed,
						      .write_ms = budget_ms } };
	f->timer.fire = time_is_up;
	timer_set(f->session->loop, &f->timer, loop_now_ms(f->session->loop) + budget_ms);
	f->conn = conn_connect(f->session->loop, &f->outgoing);
}

/* From f->at on. */
static void ask_next(struct filtering *f)
{
	const struct config *c = f->session->config;

	while (f->at < c->milter_count && !asks_about(milter_of(f), f->is_submitted))
		f->at++;
	if (f->at < c->milter_count)
		ask(f);
	else if (f->fields.is_changed || f->has_new_body)
		submit(f, write_message, message_written);
	else
		finish(f);
}

/* ---- READ ---- */

static void read_header(struct work *w)
{
	struct filtering *f = CONTAINER_OF(w, struct filtering, work);

	f->trouble = filter_read(f);
}

static void header_read(struct work *w)
{
	struct filtering *f = CONTAINER_OF(w, struct filtering, work);

	if (is_abandoned(f))
		finish(f);
	else if (f->trouble == ERR_MALFORMED)
		refuse(f, 552, S("5.3.4"),
		       S("Its header section is too long to be filtered"));
	else if (f->trouble)
		refuse(f, 451, S("4.3.0"), S("It cannot be read now, try again later"));
	else
		ask_next(f);
}

void filter_start(struct filtering *f)
{
	arena_init(&f->arena, FILTER_ARENA_MAX);
	buf_init(&f->piece, MILTER_CHUNK);
	f->is_running = true;
	submit(f, read_header, header_read);
}

void filtering_done(struct filtering *f)
{
	assert(!f->is_running);
	if (!f->work.run) return;
	incoming_free(f->body);
	incoming_free(f->new_body);
	buf_done(&f->piece);
	arena_done(&f->arena);
	*f = (struct filtering){ 0 };
}
