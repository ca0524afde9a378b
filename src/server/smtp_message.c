#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "server/door.h"
#include "server/header_section.h"
#include "server/signing.h"
#include "server/smtp_state.h"
#include "smtp/trace.h"

/* Our trace fields; a sandbox keeps mail as it was sent. */
static void write_prefix(struct smtp_session *m, int64_t now)
{
	char ip[NETADDR_TEXT_MAX];
	const struct smtp_session_facts *facts = smtp_server_facts(m->smtp);
	bool hides = m->account && m->s.config->submission_hide_client;
	struct smtp_trace trace = {
		.helo = hides ? m->s.config->hostname : facts->helo,
		.peer = hides || m->s.peer.kind == NETADDR_UNIX
				? S("")
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
	/* A message without header fields stays a body behind ours; what is submitted
	 * gets fields of its own. */
	if (!m->account && !begins_with_field(m->arrival.message))
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

static enum err complete_submitted(struct arrival *a)
{
	struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);

	return submission_complete(&m->submission, &a->message);
}

static void sign_submitted(struct arrival *a, struct buf *out)
{
	signing_write(a->server->config, a->message, a->received, out);
}

static void prepare_submitted(struct smtp_session *m, int64_t now)
{
	m->submission.id = buf_slice(&m->id);
	m->submission.now = now;
	m->arrival.prepare = complete_submitted;
	m->arrival.sign = sign_submitted;
}

static void deliver(struct smtp_session *m)
{
	int64_t now = clock_now();

	write_prefix(m, now);
	m->arrival.envelope = envelope_of(m, now);
	if (m->account && !m->s.server->is_sandbox) prepare_submitted(m, now);
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

static void seal_forwarded(struct arrival *a, struct buf *out)
{
	const struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);

	inbound_seal(&m->inbound, arrival_forwarder(a), out);
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
		m->arrival.sign = seal_forwarded;
		if (inbound_is_doubtful(in)) arrival_silence_forwards(&m->arrival);
		deliver(m);
	}
}

void smtp_take_message(void *host)
{
	struct smtp_session *m = host;

	m->s.is_kept = true;
	if (!smtp_is_stranger(m) || !inbound_wants(&m->s)) {
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
					       .seals = arrival_forwarder(&m->arrival).n,
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

/* RFC 6409 6.1 asks it of the envelope; a reader sees only the header. */
static void answer_foreign_author(struct smtp_session *m)
{
	struct buf text;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_addf(&text, "From or Sender names %.*s, which is no address of yours",
		 FMT(buf_slice(&m->submission.foreign)));
	smtp_answer(m->smtp, &(struct smtp_reply){ 550, S("5.7.1"), buf_slice(&text) });
	buf_done(&text);
}

static void answer_smtp(struct smtp_session *m, slice success)
{
	struct smtp_reply reply = replies[m->arrival.outcome];

	if (m->arrival.outcome && m->submission.foreign.n) {
		answer_foreign_author(m);
		return;
	}
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
void smtp_message_arrived(struct arrival *a)
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

void smtp_message_answered(void *host)
{
	struct smtp_session *m = host;

	if (m->has_arrival) arrival_answered(&m->arrival);
}
