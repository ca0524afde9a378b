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

static bool is_too_big(const struct smtp_client *c)
{
	return c->peer.size_max && c->message->size > c->peer.size_max;
}

static bool lacks_8bit(const struct smtp_client *c)
{
	return c->message->eight_bit && !c->message->binary && !has(c, PEER_8BITMIME);
}

static bool lacks_binary(const struct smtp_client *c)
{
	return c->message->binary && !(has(c, PEER_BINARYMIME) && has(c, PEER_CHUNKING));
}

static bool lacks_utf8(const struct smtp_client *c)
{
	return c->message->utf8 && !has(c, PEER_SMTPUTF8);
}

/* A bounce goes even so (RFC 8689 5). */
static bool lacks_requiretls(const struct smtp_client *c)
{
	return c->message->require_tls && c->message->reverse_path.n &&
	       !(c->tls && has(c, PEER_REQUIRETLS));
}

/* RFC 2852 4 */
static bool lacks_deliver_by(const struct smtp_client *c)
{
	return c->message->by == BY_RETURN && !has(c, PEER_DELIVERBY);
}

/* RFC 4865 4.1 */
static bool lacks_hold(const struct smtp_client *c)
{
	return c->message->hold.n && !has(c, PEER_FUTURERELEASE);
}

static bool is_address(const struct smtp_client *c, slice address)
{
	return smtp_is_mailbox(address) && (c->message->utf8 || is_ascii(address));
}

static bool has_bad_sender(const struct smtp_client *c)
{
	return c->message->reverse_path.n && !is_address(c, c->message->reverse_path);
}

static bool has_bad_value(const struct smtp_client *c)
{
	const struct smtp_client_message *m = c->message;

	return (m->envelope_id.n && !dsn_is_envelope_id(m->envelope_id)) ||
	       m->priority < -9 || m->priority > 9;
}

static const struct {
	bool (*applies)(const struct smtp_client *c);
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

static void settle_what_cannot_go(struct smtp_client *c)
{
	const struct smtp_client_message *m = c->message;
	uint32_t max = c->peer.recipients_max;
	struct smtp_client_result r;

	for (size_t i = 0; i < countof(obstacles); i++) {
		r = smtp_client_own(c, true, obstacles[i].enhanced, obstacles[i].text);
		if (obstacles[i].applies(c)) smtp_client_settle_all(c, &r);
	}
	r = smtp_client_own(c, true, S("5.1.3"),
			    S("the address cannot be written in SMTP"));
	for (uint32_t i = 0; i < m->count; i++)
		if (!is_address(c, m->recipients[i].forward_path))
			smtp_client_settle(c, i, &r);
	r = smtp_client_own(c, false, S("4.5.3"),
			    S("the peer takes fewer recipients at once"));
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

static void add_numbers(struct smtp_client *c)
{
	const struct smtp_client_message *m = c->message;

	if (has(c, PEER_SIZE))
		buf_addf(&c->output, " SIZE=%llu", (unsigned long long)m->size);
	if (has(c, PEER_DELIVERBY) && m->by != BY_NONE)
		buf_addf(&c->output, " BY=%lld;%s%s", (long long)m->by_s,
			 m->by == BY_RETURN ? "R" : "N", m->by_trace ? "T" : "");
	if (has(c, PEER_MT_PRIORITY) && m->priority)
		buf_addf(&c->output, " MT-PRIORITY=%d", m->priority);
}

/* "for;600" is HOLDFOR=600 (RFC 4865 4.2). */
static void add_hold(struct smtp_client *c)
{
	slice hold = c->message->hold, kind;

	if (!take_until(&hold, ';', &kind)) return;
	add_parameter(c, slice_eq(kind, S("for")), S("HOLDFOR="), hold);
	add_parameter(c, slice_eq(kind, S("until")), S("HOLDUNTIL="), hold);
}

/* Who gave us the message, to a peer that trusts us as far (RFC 4954 5). */
static void add_auth(struct smtp_client *c)
{
	if (c->config->user.n == 0) return;
	buf_add(&c->output, S(" AUTH="));
	if (c->message->auth.n)
		xtext_write(&c->output, c->message->auth);
	else
		buf_add(&c->output, S("<>"));
}

static void write_mail(struct smtp_client *c)
{
	const struct smtp_client_message *m = c->message;
	bool dsn = has(c, PEER_DSN);

	buf_add(&c->output, S("MAIL FROM:<"));
	buf_add(&c->output, m->reverse_path);
	buf_add_char(&c->output, '>');
	add_numbers(c);
	add_parameter(c, m->eight_bit || m->binary, S("BODY="),
		      m->binary ? S("BINARYMIME") : S("8BITMIME"));
	add_parameter(c, m->utf8, S("SMTPUTF8"), S(""));
	add_parameter(c, m->require_tls && c->tls && has(c, PEER_REQUIRETLS),
		      S("REQUIRETLS"), S(""));
	add_parameter(c, dsn && m->ret != DSN_RETURN_DEFAULT, S("RET="),
		      m->ret == DSN_RETURN_FULL ? S("FULL") : S("HDRS"));
	add_parameter(c, dsn && m->envelope_id.n, S("ENVID="), m->envelope_id);
	add_hold(c);
	add_auth(c);
	buf_add(&c->output, S("\r\n"));
	c->mails++;
	c->needs_reset = true;
}

static void write_rcpt(struct smtp_client *c, const struct smtp_client_rcpt *r)
{
	bool dsn = has(c, PEER_DSN);

	buf_add(&c->output, S("RCPT TO:<"));
	buf_add(&c->output, r->forward_path);
	buf_add_char(&c->output, '>');
	if (dsn && r->notify) {
		buf_add(&c->output, S(" NOTIFY="));
		dsn_write_notify(r->notify, &c->output);
	}
	add_parameter(c, dsn && dsn_is_original_recipient(r->orcpt, c->message->utf8),
		      S("ORCPT="), r->orcpt);
	buf_add(&c->output, S("\r\n"));
}

/* MAIL is 0, the recipients that are to be named come from 1 on, then DATA, where it is
 * not BDAT. */
static uint32_t command_count(const struct smtp_client *c)
{
	return c->named + (c->by_chunks ? 1 : 2);
}

static void write_command(struct smtp_client *c, uint32_t command)
{
	size_t from = c->output.n;

	if (command == 0)
		write_mail(c);
	else if (command <= c->named)
		write_rcpt(c, &c->message->recipients[c->order[command - 1]]);
	else
		buf_add(&c->output, S("DATA\r\n"));
	smtp_client_said(c, from);
}

/* After a refusal of all nothing more is sent. */
static void send_more(struct smtp_client *c)
{
	bool pipelining = has(c, PEER_PIPELINING);

	while (c->open_count && c->sent < command_count(c) &&
	       (pipelining ? c->output.n < OUTPUT_MARK : c->sent == c->answered))
		write_command(c, c->sent++);
}

/* The stage of the oldest command without a reply. */
static void update_stage(struct smtp_client *c)
{
	c->stage = c->answered == 0          ? AT_MAIL
		   : c->answered <= c->named ? AT_RCPT
					     : AT_DATA;
}

static void name_open_recipients(struct smtp_client *c)
{
	c->named = 0;
	for (uint32_t i = 0; i < c->message->count; i++)
		if (c->open[i]) c->order[c->named++] = i;
}

void smtp_client_begin_envelope(struct smtp_client *c,
				const struct smtp_client_message *m)
{
	assert(m->count > 0 && m->count <= SMTP_RECIPIENTS_MAX);
	smtp_client_dialogue_message(c);
	c->message = m;
	c->open = calloc(m->count, sizeof(*c->open));
	c->order = calloc(m->count, sizeof(*c->order));
	assert(c->open && c->order);
	for (uint32_t i = 0; i < m->count; i++)
		c->open[i] = true;
	c->open_count = m->count;
	c->sent = c->answered = 0;
	c->needs_reset = false;
	c->by_chunks = has(c, PEER_CHUNKING);
	update_stage(c);
	settle_what_cannot_go(c);
	name_open_recipients(c);
	if (c->open_count)
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
	uint32_t command = c->answered++;

	if (command > c->named) {
		on_data(c);
		return;
	}
	if (r.outcome != SMTP_DELIVERED && command == 0)
		smtp_client_settle_all(c, &r);
	else if (r.outcome != SMTP_DELIVERED)
		smtp_client_settle(c, c->order[command - 1], &r);
	send_more(c);
	update_stage(c);
	if (c->answered < c->sent) return;
	if (c->open_count)
		smtp_client_begin_content(c);
	else
		smtp_client_finish(c);
}
