/*
 * What has changed is told at once, as a stream of events (RFC 8620 7.3):
 *
 *   WAITING --the account changed--> LOOKING, in a job --states--> WAITING
 *
 * The id of an event is the states that it tells, so that a client who comes back with it
 * hears of what it has missed.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "http/query.h"
#include "jmap/state_change.h"
#include "server/jmap_state.h"

enum {
	QUERY_MAX = 1024,
	TYPES_MAX = 32,
	PING_MIN_S = 5, /* RFC 8620 7.3: at most 30, at least 300 */
	PING_MAX_S = 900,
	SILENCE_MAX_S =
		240, /* then a comment, which is no event, finds out who is gone */
};

struct events {
	struct http_session *h;
	struct buf types_text;
	slice types[TYPES_MAX]; /* in it */
	uint32_t type_count;    /* 0: all */
	bool ends_after_state;
	uint32_t ping_s; /* 0: never */
	struct timer ping;
	struct buf known, fresh; /* states: of the client, of the account */
	bool knows_nothing;      /* it asks for what comes from now on */
	bool is_looking, has_changed, is_full;
	enum err outcome;
	struct job job;
	struct ticket ticket;
};

/* ---- events ---- */

static void set_ping(struct events *e)
{
	struct loop *l = e->h->s.loop;
	int64_t pause_s = e->ping_s ? e->ping_s : SILENCE_MAX_S;

	timer_set(l, &e->ping, loop_now_ms(l) + pause_s * 1000);
}

static void send_event(struct events *e, const struct buf *event)
{
	e->is_full = !http_send(e->h->http, buf_slice(event));
	set_ping(e);
	session_resume(&e->h->s);
}

static void ping(struct timer *t)
{
	struct events *e = CONTAINER_OF(t, struct events, ping);
	struct buf event;

	buf_init(&event, 100);
	if (e->ping_s)
		buf_addf(&event, "event: ping\ndata: {\"interval\":%u}\n\n", e->ping_s);
	else
		buf_add(&event, S(":\n\n"));
	if (e->is_full)
		set_ping(e);
	else
		send_event(e, &event);
	buf_done(&event);
}

static bool send_state(struct events *e, slice difference)
{
	slice fresh = buf_slice(&e->fresh);
	struct buf event;

	buf_init(&event, 3 * JMAP_STATES_MAX);
	buf_add(&event, S("event: state\ndata: "));
	state_change_write(e->h->account, difference, &event);
	buf_addf(&event, "\nid: %.*s\n\n", FMT(fresh));
	send_event(e, &event);
	buf_done(&event);
	return e->ends_after_state;
}

/* From here on it may come back and hear of what it has missed. */
static void send_id(struct events *e)
{
	struct buf event;

	buf_init(&event, JMAP_STATES_MAX + 8);
	buf_addf(&event, "id: %.*s\n\n", FMT(buf_slice(&e->fresh)));
	send_event(e, &event);
	buf_done(&event);
}

/* True: the stream ends with what it told. */
static bool tell(struct events *e)
{
	struct buf difference;
	bool ends = false;

	buf_init(&difference, JMAP_STATES_MAX);
	if (e->knows_nothing)
		send_id(e);
	else if (states_difference(buf_slice(&e->known), buf_slice(&e->fresh), S("*"),
				   &difference))
		ends = send_state(e, buf_slice(&difference));
	e->knows_nothing = false;
	buf_reset(&e->known);
	buf_add(&e->known, buf_slice(&e->fresh));
	buf_done(&difference);
	return ends;
}

/* ---- looking ---- */

static enum err read_states(struct job *j, struct account *a)
{
	struct events *e = CONTAINER_OF(j, struct events, job);

	buf_reset(&e->fresh);
	return jmap_states_write(a, e->types, e->type_count, &e->fresh);
}

static void states_read(struct job *j, enum err outcome)
{
	CONTAINER_OF(j, struct events, job)->outcome = outcome;
}

static void look(struct events *e)
{
	e->has_changed = true;
	if (e->is_looking || e->is_full) return;
	e->has_changed = false;
	e->is_looking = true;
	http_wait(e->h);
	actors_submit(e->h->s.server->actors, &e->ticket);
}

static void looked(struct ticket *t)
{
	struct events *e = CONTAINER_OF(t, struct events, ticket);
	struct http_session *h = e->h;

	e->is_looking = false;
	if (!http_goes_on(h)) return;
	if (!e->outcome && tell(e))
		http_answer_finish(h);
	else if (e->has_changed)
		look(e);
}

static void changed(struct http_session *h)
{
	look(h->work);
}

static void drained(struct http_session *h)
{
	struct events *e = h->work;

	e->is_full = false;
	if (e->has_changed) look(e);
}

/* ---- the request ---- */

static bool split_types(struct events *e)
{
	slice text = buf_slice(&e->types_text), type;

	if (slice_eq(text, S("*"))) return true;
	while (take_listed(&text, ',', &type)) {
		if (!type.n || e->type_count == TYPES_MAX) return false;
		e->types[e->type_count++] = type;
	}
	return e->type_count > 0;
}

static bool read_end(slice text, bool *ret)
{
	*ret = slice_eq(text, S("state"));
	return *ret || slice_eq(text, S("no"));
}

static bool read_ping(slice text, uint32_t *ret)
{
	uint32_t s;

	if (!take_u32(&text, &s) || text.n) return false;
	if (s > PING_MAX_S) s = PING_MAX_S;
	*ret = s && s < PING_MIN_S ? PING_MIN_S : s;
	return true;
}

static bool read_query(struct events *e)
{
	slice query = e->h->request->query;
	struct buf end, ping_s;
	bool good;

	buf_init(&end, QUERY_MAX);
	buf_init(&ping_s, QUERY_MAX);
	good = http_query_value(query, S("types"), &e->types_text) && split_types(e) &&
	       http_query_value(query, S("closeafter"), &end) &&
	       read_end(buf_slice(&end), &e->ends_after_state) &&
	       http_query_value(query, S("ping"), &ping_s) &&
	       read_ping(buf_slice(&ping_s), &e->ping_s);
	buf_done(&end);
	buf_done(&ping_s);
	return good;
}

static struct events *new_events(struct http_session *h)
{
	struct events *e = calloc(1, sizeof(*e));

	assert(e);
	e->h = h;
	e->ping.fire = ping;
	buf_init(&e->types_text, QUERY_MAX);
	buf_init(&e->known, JMAP_STATES_MAX);
	buf_init(&e->fresh, JMAP_STATES_MAX);
	e->job = (struct job){ .account = h->account,
			       .level = JOB_READS,
			       .run = read_states,
			       .done = states_read };
	e->ticket =
		(struct ticket){ .job = &e->job, .loop = h->s.loop, .answered = looked };
	return e;
}

static void start(struct events *e)
{
	struct http_session *h = e->h;
	const slice *last = http_request_field(h->request, S("last-event-id"));

	e->knows_nothing = !last || !buf_add(&e->known, *last);
	http_answer_begin_endless(
		h, &(struct http_response){ .status = 200,
					    .type = S("text/event-stream; charset=utf-8"),
					    .fields = S("Cache-Control: no-store\r\n") });
	h->s.wants_change = true;
	set_ping(e);
	look(e);
}

static void end(struct http_session *h)
{
	struct events *e = new_events(h);

	h->work = e;
	if (read_query(e))
		start(e);
	else
		http_answer_problem(h, &(struct http_problem){
					       .status = 400,
					       .detail = S("It needs types, closeafter "
							   "and ping") });
}

static void given_up(struct http_session *h)
{
	struct events *e = h->work;

	if (e) timer_cancel(h->s.loop, &e->ping);
}

static void done(struct http_session *h)
{
	struct events *e = h->work;

	h->work = NULL;
	if (!e) return;
	timer_cancel(h->s.loop, &e->ping);
	buf_done(&e->types_text);
	buf_done(&e->known);
	buf_done(&e->fresh);
	free(e);
}

const struct resource_ops jmap_events_ops = {
	.end = end,
	.drained = drained,
	.changed = changed,
	.given_up = given_up,
	.done = done,
};
