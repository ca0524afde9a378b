#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "server/door.h"
#include "server/smtp_state.h"
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
		.priority = m->mail.priority,
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
