/* MAIL and RCPT (RFC 5321 4.1.1.2, 4.1.1.3), and how a transaction ends. */
#include "smtp/parameters.h"
#include "smtp/path.h"
#include "smtp/session.h"

void smtp_end_transaction(struct smtp_server *s)
{
	if (s->state == FRESH || s->state == READY) return;
	s->state = READY;
	s->phase = COMMANDS;
	s->leaving = NOT_LEAVING;
	s->recipients = 0;
	s->mail = (struct smtp_mail){ 0 };
	s->ops->reset(s->host);
	arena_done(&s->transaction);
	arena_done(&s->command);
	smtp_update_facts(s);
}

/* FROM:<path> or TO:<path> and what follows. Blanks before the path are forgiven, which
 * old Outlook, many printers and scripts send. False: refused. */
static bool take_path(struct smtp_server *s, slice *arg, enum smtp_path_kind kind,
		      struct arena *memory, struct smtp_path *ret)
{
	slice prefix = kind == REVERSE_PATH ? S("FROM:") : S("TO:");
	slice enhanced = kind == REVERSE_PATH ? S("5.1.7") : S("5.1.3");

	if (!take_literal_nocase(arg, prefix)) {
		smtp_say(s, 501, S(""),
			 kind == REVERSE_PATH ? S("write MAIL FROM:<address>")
					      : S("write RCPT TO:<address>"));
		return false;
	}
	*arg = slice_trim(*arg);
	enum smtp_path_verdict verdict = smtp_take_path(arg, kind, memory, ret);

	if (verdict == PATH_MALFORMED && s->config->takes_all)
		verdict = smtp_take_any_path(arg, memory, ret);
	switch (verdict) {
	case PATH_GOOD:
		return true;
	case PATH_TOO_LONG:
		smtp_say(s, 501, enhanced, S("the address is too long"));
		return false;
	case PATH_MALFORMED:
		break;
	}
	smtp_say(s, 501, enhanced, S("write <local@domain>"));
	return false;
}

/* A sandbox has no use for most parameters, and minds none but a size beyond its own. */
static bool is_minded(const struct smtp_server *s, const struct smtp_reply *why)
{
	return why && (!s->config->takes_all || why->code == 552);
}

/* What follows the path, of MAIL where rcpt is NULL, and whether the path may be UTF-8
 * (RFC 6531 3.5). False: refused. */
static bool take_parameters(struct smtp_server *s, slice arg,
			    const struct smtp_path *path, struct smtp_mail *mail,
			    struct smtp_rcpt *rcpt)
{
	const struct smtp_parameters p = {
		.command = rcpt ? PARAMETERS_OF_RCPT : PARAMETERS_OF_MAIL,
		.config = s->config,
		.mail = mail,
		.rcpt = rcpt,
		.memory = rcpt ? &s->command : &s->transaction,
		.tls = s->tls,
		.now = s->ops->now(s->host),
	};
	static const struct smtp_reply
		needs_ehlo = { 555, SLICE_INIT(""),
			       SLICE_INIT("parameters come after EHLO only") },
		needs_utf8 = { 553, SLICE_INIT("5.6.7"),
			       SLICE_INIT("this address needs SMTPUTF8") };
	const struct smtp_reply *why = smtp_parameters_take(&p, arg);

	if (arg.n && !s->facts.extended && !s->config->takes_all) why = &needs_ehlo;
	if (!why && path->is_utf8 && !mail->utf8) why = &needs_utf8;
	if (!is_minded(s, why)) return true;
	smtp_reply(s, why);
	return false;
}

void smtp_cmd_mail(struct smtp_server *s, slice arg)
{
	struct smtp_path path;
	struct smtp_mail mail = { 0 };

	if (s->config->mails_max && ++s->mails > s->config->mails_max) {
		smtp_end_now(s, S("4.5.3"), S("too many messages in one session"));
		return;
	}
	if (!take_path(s, &arg, REVERSE_PATH, &s->transaction, &path) ||
	    !take_parameters(s, arg, &path, &mail, NULL)) {
		arena_done(&s->transaction);
		return;
	}
	mail.reverse_path = path.address;
	mail.local = path.local;
	mail.domain = path.domain;
	s->mail = mail;
	s->state = MAILED;
	s->asked = MAIL;
	smtp_update_facts(s);
	s->ops->mail(s->host, &s->mail);
}

/* A copy of the host's reply with the enhanced code that suits the command best. */
static struct smtp_reply with_default(const struct smtp_reply *reply, int code,
				      slice enhanced)
{
	struct smtp_reply r = *reply;

	if (r.code == code && r.enhanced.n == 0) r.enhanced = enhanced;
	return r;
}

void smtp_mail_answered(struct smtp_server *s, const struct smtp_reply *reply)
{
	struct smtp_reply r = with_default(reply, 250, S("2.1.0"));

	smtp_reply(s, &r);
	if (r.code >= 300) smtp_end_transaction(s);
}

uint32_t smtp_recipients_max(const struct smtp_server *s)
{
	uint32_t max = s->config->recipients_max;

	return max < SMTP_RECIPIENTS_MAX ? max : SMTP_RECIPIENTS_MAX;
}

void smtp_cmd_rcpt(struct smtp_server *s, slice arg)
{
	struct smtp_path path;
	struct smtp_rcpt rcpt = { 0 };

	if (!take_path(s, &arg, FORWARD_PATH, &s->command, &path)) return;
	if (!take_parameters(s, arg, &path, &s->mail, &rcpt)) return;
	if (s->recipients >= smtp_recipients_max(s)) {
		smtp_say(s, 452, S("4.5.3"), S("too many recipients"));
		return;
	}
	rcpt.forward_path = path.address;
	rcpt.local = path.local;
	rcpt.domain = path.domain;
	s->asked = RCPT;
	s->ops->rcpt(s->host, &rcpt);
}

void smtp_rcpt_answered(struct smtp_server *s, const struct smtp_reply *reply)
{
	struct smtp_reply r = with_default(reply, 250, S("2.1.5"));

	r = with_default(&r, 550, S("5.1.1"));
	if (r.code < 300) {
		s->state = NAMED;
		s->recipients++;
	} else if (s->state == MAILED) {
		s->state = REFUSED;
	}
	smtp_reply(s, &r);
}
