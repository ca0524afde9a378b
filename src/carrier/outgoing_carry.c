#include "carrier/outgoing_courier.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "smtp/client_dialogue.h"

void courier_end(struct courier *c)
{
	struct outgoing_mail *o = c->all;

	c->place = NULL;
	if (c->conn || c->is_taking || c->is_reading || c->task.queued) return;
	if (c->parcel) parcel_end(c->parcel, courier_host_name(c));
	if (c->following) parcel_end(c->following, S(""));
	courier_drop_converted(c);
	if (c->has_policy) sts_end(&c->policy);
	dns_answers_done(&c->answers);
	arena_done(&c->arena);
	buf_done(&c->why_text);
	buf_done(&c->why_status);
	buf_done(&c->why_dialogue);
	buf_done(&c->piece);
	free(c);
	outgoing_release(o);
}

/* ---- answers, later in the turn ---- */

static void run_answer(struct task *t)
{
	struct courier *c = CONTAINER_OF(t, struct courier, task);

	if (!c->conn) {
		courier_end(c);
		return;
	}
	c->answer(c);
	conn_resume(c->conn);
}

static void answer_later(struct courier *c, void (*answer)(struct courier *c))
{
	c->answer = answer;
	c->task.run = run_answer;
	loop_defer(c->all->loop, &c->task);
}

/* ---- the message ---- */

static void say_goodbye(struct courier *c)
{
	smtp_client_send(c->client, NULL);
}

_Static_assert((int)NOTIFY_SUCCESS == DSN_SUCCESS && (int)NOTIFY_FAILURE == DSN_FAILURE &&
		       (int)NOTIFY_DELAY == DSN_DELAY && (int)NOTIFY_NEVER == DSN_NEVER &&
		       (int)RETURN_DEFAULT == DSN_RETURN_DEFAULT &&
		       (int)RETURN_FULL == DSN_RETURN_FULL &&
		       (int)RETURN_HEADERS == DSN_RETURN_HEADERS,
	       "the wishes of the queue have the values that those of the engine have");
_Static_assert((int)DELIVER_BY_NOTIFY == BY_NOTIFY && (int)DELIVER_BY_RETURN == BY_RETURN,
	       "and so has what is to be done when it is late");

static void write_letter(const struct courier *c, struct parcel *p)
{
	const struct queue_envelope *e = &p->message.envelope;
	bool is_seven_bit = p == c->parcel && c->is_seven_bit;
	struct incoming *converted = p == c->parcel ? c->converted : NULL;

	for (uint32_t i = 0; i < p->count; i++) {
		const struct queue_target *t = &p->recipients[i].target;

		p->rcpts[i] = (struct smtp_client_rcpt){ .forward_path = t->address,
							 .notify = t->notify,
							 .orcpt = t->original };
	}
	p->letter = (struct smtp_client_message){
		.reverse_path = e->reverse_path,
		.recipients = p->rcpts,
		.count = p->count,
		.size = converted ? incoming_size(converted) : body_size(p->body),
		.eight_bit = e->flags & MESSAGE_8BIT && !is_seven_bit,
		.binary = e->flags & MESSAGE_BINARY && !is_seven_bit,
		.utf8 = e->flags & MESSAGE_UTF8,
		.require_tls = e->flags & MESSAGE_REQUIRE_TLS,
		.envelope_id = e->envelope_id,
		.ret = (enum dsn_return)e->return_wish,
		.priority = e->priority,
		.by = (enum smtp_deliver_by)e->by,
		.by_s = e->by_time - clock_now(),
		.by_trace = e->flags & MESSAGE_BY_TRACE,
	};
}

static void take_ahead(struct courier *c);

void courier_send_message(struct courier *c)
{
	c->carried++;
	write_letter(c, c->parcel);
	smtp_client_send(c->client, &c->parcel->letter);
	take_ahead(c);
	conn_resume(c->conn);
}

static void await_next(struct courier *c);

static void end_unsent(struct courier *c)
{
	parcel_end(c->parcel, S(""));
	c->parcel = NULL;
}

static void note_unreadable(struct parcel *p)
{
	const struct queue_reply reply = { .status = S("4.3.0"),
					   .text = S("The message cannot be read now") };

	parcel_settle_all(p, ATTEMPT_DEFERRED, &reply);
}

/* A parcel is in hand, or there was none. */
static void carry(struct courier *c)
{
	struct parcel *p = c->parcel;

	if (p->count == 0) {
		end_unsent(c);
		say_goodbye(c);
		conn_resume(c->conn);
	} else if (parcel_is_too_late(p)) {
		end_unsent(c);
		await_next(c);
	} else if (!p->body) {
		note_unreadable(p);
		end_unsent(c);
		await_next(c);
	} else if (courier_must_convert(c, c->parcel)) {
		courier_convert(c);
	} else {
		courier_send_message(c);
	}
}

/* The one behind the parcel in hand: whoever needs more than its envelope and its octets
 * waits for its turn. */
static void offer_ahead(struct courier *c)
{
	struct parcel *p = c->following;

	if (!p->body || p->message.envelope.by == DELIVER_BY_RETURN ||
	    courier_must_convert(c, p))
		return;
	write_letter(c, p);
	c->is_ahead = smtp_client_ahead(c->client, &p->letter);
	if (c->is_ahead) c->carried++;
}

static void keep_following(struct courier *c, struct parcel *p)
{
	if (p->count == 0) {
		parcel_end(p, S(""));
		return;
	}
	c->following = p;
	if (c->parcel) offer_ahead(c);
	conn_resume(c->conn);
}

static void take_up(struct courier *c, struct parcel *p)
{
	c->is_awaited = false;
	c->parcel = p;
	carry(c);
}

/* From the turn of the queue's answer, so never from inside the client's question. */
static void taken(struct parcel *p)
{
	struct courier *c = p->context;

	c->is_taking = false;
	if (!c->conn) {
		parcel_end(p, S(""));
		courier_end(c);
		return;
	}
	if (c->is_opening) place_opened(c->place);
	c->is_opening = false;
	place_looked(c->place, p->count && p->has_more);
	if (c->is_awaited)
		take_up(c, p);
	else
		keep_following(c, p);
}

static void take_next(struct courier *c)
{
	c->is_taking = true;
	parcel_take(c->all, c->place->name, taken, c);
}

/* While the server is at work with the parcel in hand, if it was not refused at once. */
static void take_ahead(struct courier *c)
{
	if (c->parcel && c->parcel->has_more && !c->following && !c->is_taking &&
	    c->carried < COURIER_PARCELS_MAX && !c->passes_on && !c->all->is_stopping)
		take_next(c);
}

/* The client waits for the next one. */
static void await_next(struct courier *c)
{
	struct parcel *p = c->following;

	c->is_awaited = true;
	c->following = NULL;
	if (p)
		take_up(c, p);
	else if (!c->is_taking)
		take_next(c);
}

static void log_connected(const struct courier *c)
{
	const struct tls_facts *tls = conn_tls(c->conn);
	char text[NETADDR_TEXT_MAX];

	log_event(LOG_INFO, "delivery.connected", LOG_STR("destination", c->place->name),
		  LOG_STR("host", courier_host_name(c)),
		  LOG_STR("address", netaddr_text(&c->peer, text)),
		  LOG_STR("tls", tls ? tls->protocol : S("none")),
		  LOG_BOOL("verified", tls && tls->verified != TLS_UNVERIFIED));
}

/* Once for each connection that is of use. */
static void report_tls(const struct courier *c)
{
	if (conn_tls(c->conn) && !c->is_lenient)
		courier_report(c, NULL, S(""));
	else if (!conn_tls(c->conn) && !c->is_plain)
		courier_report(c, "starttls-not-supported", S(""));
}

static bool lacks_requiretls(const struct courier *c)
{
	return c->relay.demand == DEMAND_TLS &&
	       !(smtp_client_peer(c->client)->announced & PEER_REQUIRETLS);
}

static void next(void *host)
{
	struct courier *c = host;

	if (!c->is_ready) {
		log_connected(c);
		report_tls(c);
	}
	if (lacks_requiretls(c)) {
		courier_note_unfit(c, 0, S("5.7.30"),
				   S("REQUIRETLS is needed, and it is not offered"));
		answer_later(c, say_goodbye);
		return;
	}
	if (!c->is_ready) c->has_others = courier_has_others(c);
	c->is_ready = true;
	if (c->carried == COURIER_PARCELS_MAX || c->passes_on || c->all->is_stopping)
		answer_later(c, say_goodbye);
	else
		answer_later(c, await_next);
}

/* ---- its octets ---- */

static bool has_view(const struct courier *c)
{
	return !c->converted && body_view(c->parcel->body).p;
}

static void give_piece(struct courier *c)
{
	slice whole = body_view(c->parcel->body);

	if (has_view(c))
		smtp_client_content(c->client,
				    slice_head(slice_skip(whole, c->offset), c->wanted));
	else
		smtp_client_content(c->client, buf_slice(&c->piece));
}

static bool append_converted(struct courier *c)
{
	uint64_t rest = incoming_size(c->converted) - c->offset;
	size_t n = rest < c->wanted ? (size_t)rest : c->wanted;
	char *room = buf_reserve(&c->piece, n);

	if (!room || !incoming_read(c->converted, c->offset, room, n)) return false;
	buf_commit(&c->piece, n);
	return true;
}

static void read_piece(struct work *w)
{
	struct courier *c = CONTAINER_OF(w, struct courier, work);
	bool is_good = c->converted ? append_converted(c)
				    : body_append(c->parcel->body, c->offset, c->wanted,
						  &c->piece);

	if (!is_good) buf_reset(&c->piece);
}

static void piece_read(struct work *w)
{
	struct courier *c = CONTAINER_OF(w, struct courier, work);

	c->is_reading = false;
	if (!c->conn) {
		courier_end(c);
		return;
	}
	give_piece(c);
	conn_resume(c->conn);
}

static void content(void *host, uint64_t offset, size_t max)
{
	struct courier *c = host;

	c->offset = offset;
	c->wanted = max;
	if (has_view(c)) {
		answer_later(c, give_piece);
		return;
	}
	buf_reset(&c->piece);
	c->is_reading = true;
	c->work = (struct work){ .run = read_piece,
				 .done = piece_read,
				 .loop = c->all->loop };
	workers_submit(c->all->server->workers, WORK_URGENT, &c->work);
}

/* ---- logging in ---- */

static void step_login(struct work *w)
{
	struct courier *c = CONTAINER_OF(w, struct courier, work);

	c->login->prepare(c->login);
}

static void login_stepped(struct work *w)
{
	struct courier *c = CONTAINER_OF(w, struct courier, work);

	c->login->done(c->login, ERR_NONE);
	conn_job_done(c->conn);
}

/* The connection stays, closed or not, until it has been done. */
void courier_job_wanted(void *session, struct conn *, struct job *job)
{
	struct courier *c = session;

	c->login = job;
	c->work = (struct work){ .run = step_login,
				 .done = login_stepped,
				 .loop = c->all->loop };
	workers_submit(c->all->server->workers, WORK_LONG, &c->work);
}

/* ---- the end of each ---- */

static void done(void *host)
{
	struct courier *c = host;

	if (!c->is_broken) place_answered(c->place);
	c->parcel->dialogue = smtp_client_dialogue(c->client);
	parcel_end(c->parcel, courier_host_name(c));
	c->parcel = NULL;
	courier_drop_converted(c);
	if (c->passes_on) place_looked(c->place, true);
	if (!c->is_ahead) return;
	c->parcel = c->following;
	c->following = NULL;
	c->is_ahead = false;
	take_ahead(c);
}

static void returned(void *host)
{
	end_unsent(host);
}

/* 521 or 554 instead of a greeting, or no HELO that pleases: it would be the same next
 * time (RFC 5321 3.1, 4.2.1, RFC 7504 3). A server that the operator named is theirs to
 * mend, and mail waits for that. */
static bool turns_away(const struct courier *c, const struct smtp_client_result *why)
{
	return why->code >= 500 && !c->relay.is_host &&
	       (why->stage == AT_GREETING || why->stage == AT_HELO);
}

static void failed(void *host, const struct smtp_client_result *why)
{
	struct courier *c = host;

	bool lacks_tls = why->code == 0 && slice_eq(why->enhanced, S("4.7.10"));

	if (lacks_tls) courier_report(c, "starttls-not-supported", why->text);
	/* RFC 8689 4.2.1: what the policy usually puts off, the demand refuses. */
	if (lacks_tls && c->relay.demand == DEMAND_TLS)
		courier_note_unfit(c, 0, S("5.7.10"), why->text);
	else if (turns_away(c, why))
		courier_note_unfit(c, why->code, why->said, why->text);
	else
		courier_note(c, why->code, why->said, why->text);
	buf_reset(&c->why_dialogue);
	buf_add(&c->why_dialogue, smtp_client_dialogue(c->client));
	c->is_broken = true;
}

const struct smtp_client_host courier_client_host = {
	.next = next,
	.content = content,
	.result = courier_result,
	.done = done,
	.returned = returned,
	.failed = failed,
};
