#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "server/door.h"
#include "server/smtp_state.h"
#include "server/trace_message.h"
#include "smtp/trace.h"

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
	struct smtp_reply reply = { 550, S("5.7.1"), S("") };
	struct buf text;

	log_event(LOG_INFO, "message.refused", LOG_STR("id", buf_slice(&m->id)),
		  LOG_INT("session", m->s.id), LOG_STR("from", m->mail.reverse_path));
	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_addf(&text, "%.*s forbids mail that it has not authenticated (DMARC)",
		 FMT(inbound_author(&m->inbound)));
	reply.text = buf_slice(&text);
	trace_message(m, &reply);
	arrival_done(&m->arrival);
	m->has_arrival = false;
	smtp_answer(m->smtp, &reply);
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

void smtp_take_message(void *host)
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

enum err smtp_recipient_outcome(const struct smtp_session *m, const struct recipient *r)
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
		enum err e = smtp_recipient_outcome(m, r);

		list[i] = replies[e];
		if (!e) list[i].text = success;
	}
	smtp_answer_recipients(m->smtp, list, m->recipient_count);
	free(list);
}

static struct smtp_reply reply_to_all(const struct smtp_session *m, slice success)
{
	struct smtp_reply reply = replies[m->arrival.outcome];

	if (!m->arrival.outcome) reply.text = success;
	return reply;
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
void smtp_message_arrived(struct arrival *a)
{
	struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);
	struct smtp_reply reply;
	struct buf success;

	log_arrival(m);
	if (!m->s.conn) {
		trace_message(m, NULL);
		session_release(&m->s);
		return;
	}
	buf_init(&success, 100);
	buf_add(&success, replies[ERR_NONE].text);
	buf_add(&success, buf_slice(&m->id));
	reply = reply_to_all(m, buf_slice(&success));
	trace_message(m, &reply);
	if (m->config.lmtp)
		answer_lmtp(m, buf_slice(&success));
	else
		smtp_answer(m->smtp, &reply);
	buf_done(&success);
	session_resume(&m->s);
	session_release(&m->s);
}

void smtp_message_answered(void *host)
{
	struct smtp_session *m = host;

	if (m->has_arrival) arrival_answered(&m->arrival);
}
