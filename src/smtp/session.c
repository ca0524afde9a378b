#include "smtp/session.h"

void smtp_close(struct smtp_server *s)
{
	s->is_closing = true;
	smtp_end_exchange(s);
	/* One whose final reply still is to be sent ends when the engine is freed. */
	if (s->leaving == NOT_LEAVING) smtp_end_transaction(s);
}

void smtp_end_now(struct smtp_server *s, slice enhanced, slice reason)
{
	smtp_reply_write(&s->output, &(struct smtp_reply){ 421, enhanced, reason }, false,
			 s->mail.utf8);
	smtp_close(s);
}

void smtp_reply(struct smtp_server *s, const struct smtp_reply *reply)
{
	if (reply->code == 421) {
		smtp_end_now(s, reply->enhanced, reply->text);
		return;
	}
	if (reply->code >= 500)
		s->faults++;
	else if (reply->code < 400)
		s->faults = 0;
	if (s->faults < SMTP_FAULTS_MAX)
		smtp_reply_write(&s->output, reply, false, s->mail.utf8);
	else
		smtp_end_now(s, S("4.7.0"),
			     S("too many refused commands, try again later"));
}

void smtp_say(struct smtp_server *s, int code, slice enhanced, slice text)
{
	smtp_reply(s, &(struct smtp_reply){ code, enhanced, text });
}

void smtp_settle(struct smtp_server *s)
{
	if (s->asked || s->is_closing || s->wants_tls) return;
	if (s->input_over)
		smtp_close(s);
	else if (s->is_ending && s->phase != CONTENT && s->phase != CHUNK)
		smtp_end_now(s, S("4.3.2"), buf_slice(&s->farewell));
}

/* RFC 3848, RFC 6531 3.7.3: "SMTP", or one of "ESMTP", "LMTP", "UTF8SMTP" and "UTF8LMTP"
 * with "S" for TLS and "A" for a login. */
static void write_protocol(struct smtp_server *s, struct buf *out)
{
	bool is_modern = s->facts.extended || s->config->lmtp;

	buf_reset(out);
	if (s->mail.utf8)
		buf_add(out, S("UTF8"));
	else if (is_modern && !s->config->lmtp)
		buf_add(out, S("E"));
	buf_add(out, s->config->lmtp ? S("LMTP") : S("SMTP"));
	if (is_modern && s->tls) buf_add(out, S("S"));
	if (is_modern && s->login.n) buf_add(out, S("A"));
}

void smtp_update_facts(struct smtp_server *s)
{
	s->facts.helo = buf_slice(&s->helo);
	s->facts.login = buf_slice(&s->login);
	s->facts.tls = s->tls;
	write_protocol(s, &s->protocol);
	s->facts.protocol = buf_slice(&s->protocol);
}
