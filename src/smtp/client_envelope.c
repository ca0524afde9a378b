/* MAIL, RCPT and DATA: in one go where the peer takes that (RFC 2920 3.1). */
#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "base/xtext.h"
#include "smtp/client_state.h"
#include "smtp/limits.h"
#include "smtp/parameters.h"
#include "smtp/path.h"

static bool has(const struct smtp_client *c, unsigned flag)
{
	return c->peer.announced & flag;
}

/* ---- what cannot be sent ---- */

static bool is_too_big(const struct smtp_client *c, const struct smtp_client_message *m)
{
	return c->peer.size_max && m->size > c->peer.size_max;
}

static bool lacks_8bit(const struct smtp_client *c, const struct smtp_client_message *m)
{
	return m->eight_bit && !m->binary && !has(c, PEER_8BITMIME);
}

static bool lacks_binary(const struct smtp_client *c, const struct smtp_client_message *m)
{
	return m->binary && !(has(c, PEER_BINARYMIME) && has(c, PEER_CHUNKING));
}

static bool lacks_utf8(const struct smtp_client *c, const struct smtp_client_message *m)
{
	return m->utf8 && !has(c, PEER_SMTPUTF8);
}

/* A bounce goes even so (RFC 8689 5). */
static bool lacks_requiretls(const struct smtp_client *c,
			     const struct smtp_client_message *m)
{
	return m->require_tls && m->reverse_path.n &&
	       !(c->tls && has(c, PEER_REQUIRETLS));
}

/* RFC 2852 4 */
static bool lacks_deliver_by(const struct smtp_client *c,
			     const struct smtp_client_message *m)
{
	return m->by == BY_RETURN && !has(c, PEER_DELIVERBY);
}

/* RFC 4865 4.1 */
static bool lacks_hold(const struct smtp_client *c, const struct smtp_client_message *m)
{
	return m->hold.n && !has(c, PEER_FUTURERELEASE);
}

static bool has_bad_sender(const struct smtp_client *,
			   const struct smtp_client_message *m)
{
	return m->reverse_path.n && !(smtp_is_mailbox(m->reverse_path) &&
				      (m->utf8 || is_ascii(m->reverse_path)));
}

static bool has_bad_value(const struct smtp_client *, const struct smtp_client_message *m)
{
	return (m->envelope_id.n && !dsn_is_envelope_id(m->envelope_id)) ||
	       m->priority < -9 || m->priority > 9;
}

static const struct {
	bool (*applies)(const struct smtp_client *c, const struct smtp_client_message *m);
	slice enhanced, text;
} obstacles[] = {
	{ lacks_requiretls, SLICE_INIT("5.7.30"),
	  SLICE_INIT("the sender requires TLS all the way, and the peer does not offer "
		     "REQUIRETLS") },
	{ is_too_big, SLICE_INIT("5.3.4"),
	  SLICE_INIT("the message is too big for the peer") },
	{ lacks_8bit, SLICE_INIT("5.6.3"),
	  SLICE_INIT(
		  "the message has 8-bit content, and the peer does not take 8BITMIME") },
	{ lacks_binary, SLICE_INIT("5.6.1"),
	  SLICE_INIT("the message is binary, and the peer does not take BINARYMIME") },
	{ lacks_utf8, SLICE_INIT("5.6.7"),
	  SLICE_INIT("the message needs SMTPUTF8, and the peer does not offer it") },
	{ lacks_deliver_by, SLICE_INIT("5.3.3"),
	  SLICE_INIT("the sender wants it back when it is late, and the peer does not "
		     "offer DELIVERBY") },
	{ lacks_hold, SLICE_INIT("5.7.1"),
	  SLICE_INIT("the message is to be held, and the peer does not offer "
		     "FUTURERELEASE") },
	{ has_bad_sender, SLICE_INIT("5.1.7"),
	  SLICE_INIT("the sender's address cannot be written in SMTP") },
	{ has_bad_value, SLICE_INIT("5.5.4"),
	  SLICE_INIT("a parameter of the message cannot be written in SMTP") },
};

static const struct unfit {
	slice enhanced, text;
} no_address = { SLICE_INIT("5.1.3"),
		 SLICE_INIT("the address cannot be written in SMTP") },
  foreign_address = {
	  SLICE_INIT("5.6.7"),
	  SLICE_INIT("the address needs SMTPUTF8, and the peer does not offer it")
  };

/* NULL: the recipient can be named to the peer. */
static const struct unfit *why_not(const struct smtp_client *c,
				   const struct smtp_client_rcpt *r)
{
	if (!smtp_is_mailbox(r->forward_path)) return &no_address;
	return is_ascii(r->forward_path) || has(c, PEER_SMTPUTF8) ? NULL
								  : &foreign_address;
}

/* Only where something needs it (RFC 6531 3.2). */
static bool wants_utf8(const struct smtp_client *c, const struct smtp_client_message *m)
{
	if (!has(c, PEER_SMTPUTF8)) return false;
	for (uint32_t i = 0; i < m->count; i++)
		if (!is_ascii(m->recipients[i].forward_path)) return true;
	return m->utf8;
}

bool smtp_client_can_send(const struct smtp_client *c,
			  const struct smtp_client_message *m)
{
	for (size_t i = 0; i < countof(obstacles); i++)
		if (obstacles[i].applies(c, m)) return false;
	for (uint32_t i = 0; i < m->count; i++)
		if (why_not(c, &m->recipients[i])) return false;
	return !c->peer.recipients_max || m->count <= c->peer.recipients_max;
}

static void settle_what_cannot_go(struct smtp_client *c)
{
	const struct smtp_client_message *m = c->now.message;
	uint32_t max = c->peer.recipients_max;
	struct smtp_client_result r;

	for (size_t i = 0; i < countof(obstacles); i++) {
		r = smtp_client_own(c, true, obstacles[i].enhanced, obstacles[i].text);
		if (obstacles[i].applies(c, m)) smtp_client_settle_all(c, &r);
	}
	for (uint32_t i = 0; i < m->count; i++) {
		const struct unfit *why = why_not(c, &m->recipients[i]);

		if (!why) continue;
		r = smtp_client_own(c, true, why->enhanced, why->text);
		smtp_client_settle(c, i, &r);
	}
	r = smtp_client_own(c, false, S("4.5.3"),
			    S("the peer takes fewer recipients at once"));
	r.is_crowded = true;
	for (uint32_t i = max; max && i < m->count; i++)
		smtp_client_settle(c, i, &r);
}

/* ---- the commands ---- */

static void add_parameter(struct smtp_client *c, bool condition, slice name, slice value)
{
	if (!condition) return;
	buf_add_char(&c->output, ' ');
	buf_add(&c->output, name);
	buf_add(&c->output, value);
}

static void add_numbers(struct smtp_client *c, const struct smtp_client_message *m)
{
	if (has(c, PEER_SIZE))
		buf_addf(&c->output, " SIZE=%llu", (unsigned long long)m->size);
	if (has(c, PEER_DELIVERBY) && m->by != BY_NONE)
		buf_addf(&c->output, " BY=%lld;%s%s", (long long)m->by_s,
			 m->by == BY_RETURN ? "R" : "N", m->by_trace ? "T" : "");
	if (has(c, PEER_MT_PRIORITY) && m->priority)
		buf_addf(&c->output, " MT-PRIORITY=%d", m->priority);
}

/* "for;600" is HOLDFOR=600 (RFC 4865 4.2). */
static void add_hold(struct smtp_client *c, slice hold)
{
	slice kind;

	if (!take_until(&hold, ';', &kind)) return;
	add_parameter(c, slice_eq(kind, S("for")), S("HOLDFOR="), hold);
	add_parameter(c, slice_eq(kind, S("until")), S("HOLDUNTIL="), hold);
}

/* Who gave us the message, to a peer that trusts us as far (RFC 4954 5). */
static void add_auth(struct smtp_client *c, const struct smtp_client_message *m)
{
	if (c->config->user.n == 0) return;
	buf_add(&c->output, S(" AUTH="));
	if (m->auth.n)
		xtext_write(&c->output, m->auth);
	else
		buf_add(&c->output, S("<>"));
}

static void write_mail(struct smtp_client *c, struct client_transaction *t)
{
	const struct smtp_client_message *m = t->message;
	bool dsn = has(c, PEER_DSN);

	buf_add(&c->output, S("MAIL FROM:<"));
	buf_add(&c->output, m->reverse_path);
	buf_add_char(&c->output, '>');
	add_numbers(c, m);
	add_parameter(c, m->eight_bit || m->binary, S("BODY="),
		      m->binary ? S("BINARYMIME") : S("8BITMIME"));
	t->utf8 = wants_utf8(c, m);
	add_parameter(c, t->utf8, S("SMTPUTF8"), S(""));
	add_parameter(c, m->require_tls && c->tls && has(c, PEER_REQUIRETLS),
		      S("REQUIRETLS"), S(""));
	add_parameter(c, dsn && m->ret != DSN_RETURN_DEFAULT, S("RET="),
		      m->ret == DSN_RETURN_FULL ? S("FULL") : S("HDRS"));
	add_parameter(c, dsn && m->envelope_id.n, S("ENVID="), m->envelope_id);
	add_hold(c, m->hold);
	add_auth(c, m);
	buf_add(&c->output, S("\r\n"));
	c->mails++;
	t->needs_reset = true;
}

static void write_rcpt(struct smtp_client *c, const struct smtp_client_rcpt *r, bool utf8)
{
	bool dsn = has(c, PEER_DSN);

	buf_add(&c->output, S("RCPT TO:<"));
	buf_add(&c->output, r->forward_path);
	buf_add_char(&c->output, '>');
	if (dsn && r->notify) {
		buf_add(&c->output, S(" NOTIFY="));
		dsn_write_notify(r->notify, &c->output);
	}
	if (dsn) dsn_add_original_recipient(r->orcpt, utf8, &c->output);
	buf_add(&c->output, S("\r\n"));
}

uint32_t client_command_count(const struct client_transaction *t)
{
	return t->named + (t->by_chunks ? 1 : 2);
}

void smtp_client_write_command(struct smtp_client *c, struct client_transaction *t,
			       uint32_t command)
{
	if (command == 0)
		write_mail(c, t);
	else if (command <= t->named)
		write_rcpt(c, &t->message->recipients[t->order[command - 1]], t->utf8);
	else
		buf_add(&c->output, S("DATA\r\n"));
}

static void say_command(struct smtp_client *c, uint32_t command)
{
	size_t from = c->output.n;

	smtp_client_write_command(c, &c->now, command);
	smtp_client_said(c, from);
}

/* After a refusal of all nothing more is sent. */
static void send_more(struct smtp_client *c)
{
	bool pipelining = has(c, PEER_PIPELINING);

	while (c->now.open_count && c->now.sent < client_command_count(&c->now) &&
	       (pipelining ? c->output.n < OUTPUT_MARK : c->now.sent == c->now.answered))
		say_command(c, c->now.sent++);
}

/* The stage of the oldest command without a reply. */
static void update_stage(struct smtp_client *c)
{
	c->stage = c->now.answered == 0              ? AT_MAIL
		   : c->now.answered <= c->now.named ? AT_RCPT
						     : AT_DATA;
}

static void name_open_recipients(struct client_transaction *t)
{
	t->named = 0;
	for (uint32_t i = 0; i < t->message->count; i++)
		if (t->open[i]) t->order[t->named++] = i;
}

void client_transaction_begin(struct smtp_client *c, struct client_transaction *t,
			      const struct smtp_client_message *m)
{
	assert(m->count > 0 && m->count <= SMTP_RECIPIENTS_MAX);
	*t = (struct client_transaction){
		.message = m,
		.open = calloc(m->count, sizeof(*t->open)),
		.order = calloc(m->count, sizeof(*t->order)),
		.open_count = m->count,
		.by_chunks = has(c, PEER_CHUNKING),
	};
	assert(t->open && t->order);
	for (uint32_t i = 0; i < m->count; i++)
		t->open[i] = true;
	name_open_recipients(t);
}

void client_transaction_done(struct client_transaction *t)
{
	free(t->open);
	free(t->order);
	*t = (struct client_transaction){ 0 };
}

void smtp_client_begin_envelope(struct smtp_client *c,
				const struct smtp_client_message *m)
{
	smtp_client_dialogue_message(c);
	client_transaction_begin(c, &c->now, m);
	update_stage(c);
	settle_what_cannot_go(c);
	name_open_recipients(&c->now);
	if (c->now.open_count)
		send_more(c);
	else
		smtp_client_finish(c);
}

static void on_data(struct smtp_client *c)
{
	struct smtp_client_result r = smtp_client_verdict(c);

	if (c->reply.code < 300) {
		smtp_client_break_off(c, S("4.5.0"), S("the peer took DATA for done"));
	} else if (c->reply.code < 400) {
		smtp_client_begin_content(c);
	} else {
		smtp_client_settle_all(c, &r);
		smtp_client_finish(c);
	}
}

void smtp_client_on_envelope(struct smtp_client *c)
{
	struct smtp_client_result r = smtp_client_verdict(c);
	uint32_t command = c->now.answered++;

	if (command > c->now.named) {
		on_data(c);
		return;
	}
	if (r.outcome != SMTP_DELIVERED && command == 0)
		smtp_client_settle_all(c, &r);
	else if (r.outcome != SMTP_DELIVERED)
		smtp_client_settle(c, c->now.order[command - 1], &r);
	else if (command > 0)
		c->now.taken++;
	send_more(c);
	update_stage(c);
	if (c->now.answered < c->now.sent) return;
	if (c->now.open_count)
		smtp_client_begin_content(c);
	else
		smtp_client_finish(c);
}
