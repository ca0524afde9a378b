#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "policy/header_section.h"
#include "policy/signing.h"
#include "server/door.h"
#include "server/reporting.h"
#include "server/smtp_state.h"
#include "server/trace_message.h"
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
		.priority = m->mail.priority,
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
			 (mail->binary ? MESSAGE_BINARY : 0u) |
			 (mail->by_trace ? MESSAGE_BY_TRACE : 0u) |
			 (mail->utf8 ? MESSAGE_UTF8 : 0u) |
			 (mail->require_tls ? MESSAGE_REQUIRE_TLS : 0u),
		.priority = mail->priority,
		.received = now,
		.release_at = mail->release_time,
		.by = (enum deliver_by)mail->by,
		.by_time = mail->by_time,
		.hold = mail->hold,
		.login = smtp_server_facts(m->smtp)->login,
		.trace_id = buf_slice(&m->id),
	};
}

static enum err complete_submitted(struct arrival *a)
{
	struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);

	return submission_complete(&m->submission, &a->message);
}

/* Whoever reads our results must not find others' in our name, where we have none of our
 * own either (RFC 8601 5). */
static enum err disown_results(struct arrival *a)
{
	inbound_message_cut_forged(a->message, a->server->config->hostname);
	return ERR_NONE;
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

void smtp_deliver(struct smtp_session *m)
{
	int64_t now = clock_now();

	write_prefix(m, now);
	m->arrival.envelope = envelope_of(m, now);
	if (m->account && !m->s.server->is_sandbox) prepare_submitted(m, now);
	if (smtp_is_stranger(m) && !m->inbound.work.run)
		m->arrival.prepare = disown_results;
	arrival_start(&m->arrival, m->mail.reverse_path, now);
}

void smtp_end_message(struct smtp_session *m, const struct smtp_reply *reply)
{
	bool refused = reply->code >= 400;

	log_event(LOG_INFO, refused ? "message.refused" : "message.discarded",
		  LOG_STR("id", buf_slice(&m->id)), LOG_INT("session", m->s.id),
		  LOG_STR("from", m->mail.reverse_path));
	trace_message(m, reply);
	arrival_done(&m->arrival);
	m->has_arrival = false;
	smtp_answer(m->smtp, reply);
	session_resume(&m->s);
	session_release(&m->s);
}

/* Whom the author's domain tells us to refuse (RFC 9989 4.7). */
static void refuse_forged(struct smtp_session *m)
{
	struct smtp_reply reply = { 550, S("5.7.1"), S("") };
	struct buf text;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_addf(&text, "%.*s forbids mail that it has not authenticated (DMARC)",
		 FMT(inbound_author(&m->inbound)));
	reply.text = buf_slice(&text);
	smtp_end_message(m, &reply);
	buf_done(&text);
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

	if (m->s.conn) reporting_note_checks(m->s.server, in);
	if (!m->s.conn) {
		session_release(&m->s);
	} else if (in->action == INBOUND_REJECT) {
		refuse_forged(m);
	} else {
		m->arrival.lacks_report_signature =
			!inbound_checks_has_report_signature(&in->checks);
		m->arrival.into_junk = in->action == INBOUND_QUARANTINE;
		m->arrival.sign = seal_forwarded;
		if (inbound_is_doubtful(in)) arrival_silence_forwards(&m->arrival);
		smtp_filter(m);
	}
}

void smtp_take_message(void *host)
{
	struct smtp_session *m = host;

	m->s.is_kept = true;
	if (!smtp_is_stranger(m) || !inbound_wants(&m->s)) {
		smtp_filter(m);
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
