#include "server/smtp_session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/dns_answer.h"
#include "base/log.h"
#include "base/random.h"
#include "server/arrival.h"
#include "server/door.h"
#include "server/inbound.h"
#include "server/routing.h"
#include "smtp/server.h"
#include "smtp/trace.h"

enum { MESSAGE_ID_OCTETS = 8 }; /* of the id under which a message is logged and traced */

/* One accepted recipient and the accounts that its address stands for. */
struct recipient {
	struct recipient *next;
	slice address;
	struct arrival_target **targets; /* none in a sandbox */
	uint32_t target_count;
};

struct smtp_session {
	struct session s; /* first: the kind's functions get this */
	struct smtp_config config;
	struct smtp_server *smtp;
	int64_t account;  /* of who logged in; 0: nobody */
	enum err outcome; /* of authorize */
	struct task authorized, verdict_ready;
	struct smtp_reply verdict;

	/* The transaction. */
	bool has_arrival;
	struct arrival arrival;
	struct inbound inbound; /* checks before it */
	struct smtp_mail mail;  /* the engine's slices, until the transaction ends */
	struct buf id;
	struct arena arena; /* of the recipients */
	struct recipient *first, **last;
	uint32_t recipient_count;
};

static void reset(void *host)
{
	struct smtp_session *m = host;

	if (m->inbound.is_running) return;                   /* checked() ends it */
	if (m->has_arrival && m->arrival.is_running) return; /* arrived() ends it */
	inbound_done(&m->inbound);
	if (m->has_arrival) arrival_done(&m->arrival);
	m->has_arrival = false;
	arena_reset(&m->arena);
	m->first = NULL;
	m->last = &m->first;
	m->recipient_count = 0;
}

static void tell_verdict(struct task *task)
{
	struct smtp_session *m = CONTAINER_OF(task, struct smtp_session, verdict_ready);

	if (m->s.conn) {
		smtp_answer(m->smtp, &m->verdict);
		session_resume(&m->s);
	}
	session_release(&m->s);
}

/* An answer that is known at once still comes later, as the engine asks. */
static void answer(struct smtp_session *m, int code, slice enhanced, slice text)
{
	m->verdict = (struct smtp_reply){ code, enhanced, text };
	m->s.is_kept = true;
	loop_defer(m->s.loop, &m->verdict_ready);
}

static void auth(void *host, struct sasl_server *exchange)
{
	struct smtp_session *m = host;

	session_login(&m->s, exchange);
}

static void tell_authorized(struct task *task)
{
	struct smtp_session *m = CONTAINER_OF(task, struct smtp_session, authorized);

	if (m->s.conn) {
		if (!m->outcome) m->outcome = session_join(&m->s, m->account);
		smtp_login_done(m->smtp, m->outcome);
		session_resume(&m->s);
	}
	session_release(&m->s);
}

static void authorize(void *host, slice authentication, slice authorization)
{
	struct smtp_session *m = host;

	m->outcome = session_authorize(&m->s, authentication, authorization, &m->account);
	log_event(LOG_INFO, "login", LOG_INT("session", m->s.id),
		  LOG_TEXT_OF("service", "smtp"),
		  LOG_STR("user", authorization.n ? authorization : authentication),
		  LOG_ERR("outcome", m->outcome));
	m->s.is_kept = true;
	loop_defer(m->s.loop, &m->authorized);
}

static void arrived(struct arrival *a);

static void mail(void *host, const struct smtp_mail *mail)
{
	struct smtp_session *m = host;

	reset(m);
	arrival_init(&m->arrival, m->s.server, m->s.loop);
	m->arrival.finished = arrived;
	m->has_arrival = true;
	m->mail = *mail;
	buf_reset(&m->id);
	random_add_id(&m->id, MESSAGE_ID_OCTETS);
	answer(m, 250, S("2.1.0"), S("Sender taken"));
}

static struct recipient *add_recipient(struct smtp_session *m,
				       const struct smtp_rcpt *rcpt)
{
	struct recipient *r = arena_alloc(&m->arena, sizeof(*r));

	if (!r || !arena_copy(&m->arena, rcpt->forward_path, &r->address)) return NULL;
	*m->last = r;
	m->last = &r->next;
	m->recipient_count++;
	return r;
}

static bool add_target(struct smtp_session *m, struct recipient *r,
		       struct arrival_target *t)
{
	r->targets = arena_alloc(&m->arena, sizeof(*r->targets));
	if (!r->targets) return false;
	r->targets[0] = t;
	r->target_count = 1;
	return true;
}

static bool add_targets(struct smtp_session *m, struct recipient *r,
			const struct route *route)
{
	r->targets = arena_alloc_array(&m->arena, route->account_count,
				       sizeof(struct arrival_target *));
	if (!r->targets) return false;
	for (uint32_t i = 0; i < route->account_count; i++) {
		r->targets[i] = arrival_add(&m->arrival, route->accounts[i], r->address);
		if (!r->targets[i]) return false;
	}
	r->target_count = route->account_count;
	return true;
}

/* Mail for elsewhere is for those who logged in; the queue carries it on. */
static void take_remote(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	struct queue_target target = { .address = rcpt->forward_path,
				       .original = rcpt->orcpt,
				       .notify = rcpt->notify };
	struct arrival_target *t;
	struct recipient *r;
	struct buf destination;

	if (!m->account) {
		answer(m, 550, S("5.7.1"),
		       S("We do not relay: log in to send elsewhere"));
		return;
	}
	buf_init(&destination, DNS_NAME_MAX);
	queue_destination_of(rcpt->forward_path, &destination);
	target.destination = buf_slice(&destination);
	t = arrival_add_remote(&m->arrival, &target);
	r = t ? add_recipient(m, rcpt) : NULL;
	if (!r || !add_target(m, r, t))
		answer(m, 452, S("4.5.3"), S("Too many recipients"));
	else
		answer(m, 250, S("2.1.5"), S("Recipient taken"));
	buf_done(&destination);
}

static void answer_route(struct smtp_session *m, const struct smtp_rcpt *rcpt,
			 const struct route *route)
{
	struct recipient *r;

	switch (route->kind) {
	case ROUTE_LOCAL:
		if (route->remote_count) {
			answer(m, 451, S("4.3.0"),
			       S("Forwarding to other servers is not possible here yet"));
			return;
		}
		r = add_recipient(m, rcpt);
		if (!r || !add_targets(m, r, route))
			answer(m, 452, S("4.5.3"), S("Too many recipients"));
		else
			answer(m, 250, S("2.1.5"), S("Recipient taken"));
		return;
	case ROUTE_REMOTE:
		take_remote(m, rcpt);
		return;
	case ROUTE_UNKNOWN:
		answer(m, 550, S("5.1.1"), S("No such user here"));
		return;
	case ROUTE_LOOP:
		answer(m, 550, S("5.4.6"), S("This alias leads to nobody"));
		return;
	}
}

/* A sandbox takes everything: into the sender's inbox, or the recipient's. */
static void take_into_sandbox(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	slice login = smtp_server_facts(m->smtp)->login;

	if (!arrival_add(&m->arrival, SANDBOX_ACCOUNT, rcpt->forward_path) ||
	    !arrival_add_inbox(&m->arrival, login.n ? login : rcpt->forward_path) ||
	    !add_recipient(m, rcpt))
		answer(m, 452, S("4.5.3"), S("Too many recipients"));
	else
		answer(m, 250, S("2.1.5"), S("Recipient taken"));
}

static void rcpt(void *host, const struct smtp_rcpt *rcpt)
{
	struct smtp_session *m = host;
	const struct directory *d;
	struct route route;

	if (m->s.server->is_sandbox) {
		take_into_sandbox(m, rcpt);
		return;
	}
	d = directory_get(m->s.server->store);
	route_recipient(m->s.config, d, rcpt->local, rcpt->domain, &m->arena, &route);
	directory_put(d);
	answer_route(m, rcpt, &route);
}

/* Who is here is nobody's business (RFC 5321 7.3): the address will be tried. */
static void verify(void *host, bool expand, slice)
{
	struct smtp_session *m = host;

	if (expand)
		answer(m, 550, S("5.7.1"), S("Lists are not shown here"));
	else
		answer(m, 252, S("2.5.2"),
		       S("Cannot tell; send some mail and it will be tried"));
}

static enum err data_begin(void *)
{
	return ERR_NONE;
}

static enum err data(void *host, slice octets)
{
	struct smtp_session *m = host;

	return incoming_add(m->arrival.message, octets);
}

/* Whether the message begins as a field does, or with the empty line behind no fields. */
static bool begins_with_field(const struct incoming *message)
{
	char head[128];
	size_t n = sizeof(head);

	if (incoming_size(message) < n) n = (size_t)incoming_size(message);
	if (!incoming_read(message, 0, head, n) || n == 0 || head[0] == '\r') return true;
	for (size_t i = 0; i < n; i++) {
		if (head[i] == ':') return i > 0;
		if (head[i] <= ' ' || head[i] > '~') return false;
	}
	return false;
}

/* Our trace fields; a sandbox keeps mail as it was sent. */
static void write_prefix(struct smtp_session *m, int64_t now)
{
	char ip[NETADDR_TEXT_MAX];
	const struct smtp_session_facts *facts = smtp_server_facts(m->smtp);
	struct smtp_trace trace = {
		.helo = facts->helo,
		.peer = m->s.peer.kind == NETADDR_UNIX ? S("")
						       : netaddr_text(&m->s.peer, ip),
		.host_name = m->s.config->hostname,
		.protocol = facts->protocol,
		.tls = conn_tls(m->s.conn),
		.id = buf_slice(&m->id),
		.recipient = m->recipient_count == 1 ? m->first->address : S(""),
		.now = now,
	};

	if (m->s.server->is_sandbox) return;
	smtp_return_path_write(m->mail.local, m->mail.domain, &m->arrival.prefix);
	m->arrival.return_path = m->arrival.prefix.n;
	buf_add(&m->arrival.prefix, buf_slice(&m->inbound.fields));
	smtp_received_write(&trace, &m->arrival.prefix);
	/* A message without header fields stays a body behind ours. */
	if (!begins_with_field(m->arrival.message))
		buf_add(&m->arrival.prefix, S("\r\n"));
}

/* What the queue has to know, if any of the message goes there. */
static struct queue_envelope envelope_of(const struct smtp_session *m, int64_t now)
{
	const struct smtp_mail *mail = &m->mail;

	return (struct queue_envelope){
		.reverse_path = mail->reverse_path,
		.envelope_id = mail->envelope_id,
		.return_wish = (enum return_wish)mail->ret,
		.flags = (mail->eight_bit ? MESSAGE_8BIT : 0u) |
			 (mail->utf8 ? MESSAGE_UTF8 : 0u) |
			 (mail->require_tls ? MESSAGE_REQUIRE_TLS : 0u),
		.priority = mail->priority,
		.received = now,
		.release_at = mail->release_time,
		.login = smtp_server_facts(m->smtp)->login,
		.trace_id = buf_slice(&m->id),
	};
}

static void deliver(struct smtp_session *m)
{
	int64_t now = clock_now();

	write_prefix(m, now);
	m->arrival.envelope = envelope_of(m, now);
	arrival_start(&m->arrival, m->mail.reverse_path, now);
}

/* Whom the author's domain tells us to refuse (RFC 9989 4.7). */
static void refuse_forged(struct smtp_session *m)
{
	struct buf text;

	log_event(LOG_INFO, "message.refused", LOG_STR("id", buf_slice(&m->id)),
		  LOG_INT("session", m->s.id), LOG_STR("from", m->mail.reverse_path));
	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_addf(&text, "%.*s forbids mail that it has not authenticated (DMARC)",
		 FMT(inbound_author(&m->inbound)));
	arrival_done(&m->arrival);
	m->has_arrival = false;
	smtp_answer(m->smtp, &(struct smtp_reply){ 550, S("5.7.1"), buf_slice(&text) });
	buf_done(&text);
	session_resume(&m->s);
	session_release(&m->s);
}

/* All checks are done. A peer that has gone brings the message again. */
static void checked(struct inbound *in)
{
	struct smtp_session *m = CONTAINER_OF(in, struct smtp_session, inbound);

	if (!m->s.conn) {
		session_release(&m->s);
	} else if (in->action == INBOUND_REJECT) {
		refuse_forged(m);
	} else {
		m->arrival.into_junk = in->action == INBOUND_QUARANTINE;
		deliver(m);
	}
}

static bool is_stranger(const struct smtp_session *m)
{
	return !m->account && !m->config.lmtp && !m->config.login_required;
}

static void data_end(void *host)
{
	struct smtp_session *m = host;

	m->s.is_kept = true;
	if (!is_stranger(m) || !inbound_wants(&m->s)) {
		deliver(m);
		return;
	}
	m->inbound = (struct inbound){ .session = &m->s,
				       .message = m->arrival.message,
				       .finished = checked };
	inbound_start(&m->inbound,
		      &(struct inbound_facts){ .helo = smtp_server_facts(m->smtp)->helo,
					       .local = m->mail.local,
					       .domain = m->mail.domain,
					       .id = buf_slice(&m->id),
					       .now = clock_now() });
}

/* What a failure is called in a reply; ERR_NONE's text is followed by the id. */
static const struct smtp_reply replies[ERR_COUNT] = {
	[ERR_NONE] = { 250, SLICE_INIT("2.0.0"), SLICE_INIT("Safe as ") },
	[ERR_LATER] = { 451, SLICE_INIT("4.3.0"),
			SLICE_INIT("Cannot store it now, try again later") },
	[ERR_NOT_FOUND] = { 550, SLICE_INIT("5.1.1"),
			    SLICE_INIT("No such user here any more") },
	[ERR_EXISTS] = { 451, SLICE_INIT("4.3.0"), SLICE_INIT("Local trouble") },
	[ERR_DENIED] = { 554, SLICE_INIT("5.4.6"),
			 SLICE_INIT("It goes round in circles: too many hops") },
	[ERR_LIMIT] = { 452, SLICE_INIT("4.2.2"), SLICE_INIT("The mailbox is full") },
	[ERR_MALFORMED] = { 554, SLICE_INIT("5.6.0"),
			    SLICE_INIT("The message cannot be read") },
	[ERR_INTERNAL] = { 451, SLICE_INIT("4.3.0"), SLICE_INIT("Local trouble") },
};

static enum err recipient_outcome(const struct smtp_session *m, const struct recipient *r)
{
	enum err e = m->s.server->is_sandbox ? m->arrival.outcome : ERR_NONE;

	for (uint32_t i = 0; i < r->target_count; i++) {
		enum err one = arrival_target_outcome(r->targets[i]);

		if (one) e = one;
	}
	return e;
}

static void answer_lmtp(struct smtp_session *m, slice success)
{
	struct smtp_reply *list = calloc(m->recipient_count, sizeof(*list));
	uint32_t i = 0;

	assert(list);
	for (const struct recipient *r = m->first; r; r = r->next, i++) {
		enum err e = recipient_outcome(m, r);

		list[i] = replies[e];
		if (!e) list[i].text = success;
	}
	smtp_answer_recipients(m->smtp, list, m->recipient_count);
	free(list);
}

static void answer_smtp(struct smtp_session *m, slice success)
{
	struct smtp_reply reply = replies[m->arrival.outcome];

	if (!m->arrival.outcome) reply.text = success;
	smtp_answer(m->smtp, &reply);
}

static void log_arrival(const struct smtp_session *m)
{
	char ip[NETADDR_TEXT_MAX];

	log_event(LOG_INFO, m->arrival.outcome ? "message.refused" : "message.accepted",
		  LOG_STR("id", buf_slice(&m->id)), LOG_INT("session", m->s.id),
		  LOG_STR("peer", netaddr_text(&m->s.peer, ip)),
		  LOG_STR("from", buf_slice(&m->arrival.reverse_path)),
		  LOG_STR("to", m->first ? m->first->address : S("")),
		  LOG_INT("recipients", m->recipient_count),
		  LOG_INT("size", incoming_size(m->arrival.message)),
		  LOG_ERR("outcome", m->arrival.outcome));
}

/* All accounts have committed, or failed. */
static void arrived(struct arrival *a)
{
	struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);
	struct buf success;

	log_arrival(m);
	if (!m->s.conn) {
		session_release(&m->s);
		return;
	}
	buf_init(&success, 100);
	buf_add(&success, replies[ERR_NONE].text);
	buf_add(&success, buf_slice(&m->id));
	if (m->config.lmtp)
		answer_lmtp(m, buf_slice(&success));
	else
		answer_smtp(m, buf_slice(&success));
	buf_done(&success);
	session_resume(&m->s);
	session_release(&m->s);
}

static void answered(void *host)
{
	struct smtp_session *m = host;

	if (m->has_arrival) arrival_answered(&m->arrival);
}

static int64_t now(void *)
{
	return clock_now();
}

static const struct smtp_host host_ops = {
	.auth = auth,
	.authorize = authorize,
	.mail = mail,
	.rcpt = rcpt,
	.verify = verify,
	.data_begin = data_begin,
	.data = data,
	.data_end = data_end,
	.answered = answered,
	.reset = reset,
	.now = now,
};

static void logged(struct session *s, enum sasl_status status)
{
	struct smtp_session *m = (struct smtp_session *)s;

	smtp_auth_done(m->smtp, status);
}

static void ended(struct session *s)
{
	struct smtp_session *m = (struct smtp_session *)s;

	smtp_server_end(m->smtp, S("The account or its password changed"));
}

static void free_session(struct session *s)
{
	struct smtp_session *m = (struct smtp_session *)s;

	reset(m);
	buf_done(&m->id);
	arena_done(&m->arena);
	free(m);
}

static const struct session_kind kind = {
	.name = "smtp",
	.logged = logged,
	.ended = ended,
	.free = free_session,
};

static bool is_submission(enum service_kind k)
{
	return k == SERVICE_SUBMISSION || k == SERVICE_SUBMISSIONS;
}

static struct smtp_config config_of(const struct smtp_session *m, const struct door *d)
{
	bool sandbox = d->server->is_sandbox;

	return (struct smtp_config){
		.host_name = m->s.config->hostname,
		.lmtp = d->kind == SERVICE_LMTP,
		.login_required = is_submission(d->kind) && !sandbox,
		.tls_available = d->service.tls,
		.plaintext_login = m->s.config->allow_plaintext_login,
		.offer_auth = sandbox || is_submission(d->kind),
		.size_max = (uint64_t)m->s.config->message_size,
		.recipients_max = (uint32_t)m->s.config->recipients,
		.refused = session_refused_mechanisms(&m->s),
		.secret_keys = &d->server->auth.keys,
	};
}

bool smtp_session_open(void *context, struct conn *c)
{
	const struct door *d = context;
	struct smtp_session *m = calloc(1, sizeof(*m));

	assert(m);
	session_init(&m->s, &kind, d->server, c);
	m->config = config_of(m, d);
	m->authorized.run = tell_authorized;
	m->verdict_ready.run = tell_verdict;
	buf_init(&m->id, 2 * MESSAGE_ID_OCTETS);
	arena_init(&m->arena, ARRIVAL_ARENA_MAX);
	m->last = &m->first;
	m->smtp = smtp_server_new(&m->config, conn_tls(c), &host_ops, m);
	session_attach(&m->s, smtp_server_engine(m->smtp));
	return true;
}
