/* What a client may ask besides sending: VRFY, EXPN (RFC 5321 3.5), ETRN (RFC 1985). */
#include <assert.h>

#include "base/utf8.h"
#include "smtp/domain.h"
#include "smtp/session.h"

/* With the parameter SMTPUTF8 (RFC 6531 3.7.4.2). */
static void verify(struct smtp_server *s, bool expand, slice arg)
{
	bool utf8 = slice_ends_nocase(arg, S(" SMTPUTF8")) && s->facts.extended;
	slice who = slice_head(arg, utf8 ? arg.n - S(" SMTPUTF8").n : arg.n);

	if (!utf8_valid(who) || !arena_copy(&s->command, slice_trim(who), &who)) {
		smtp_say(s, 501, S(""), S("this is no name"));
	} else if (!utf8 && !is_ascii(who)) {
		smtp_say(s, 553, S("5.6.7"), S("ask with SMTPUTF8"));
	} else {
		s->asked = VERIFY;
		s->ops->verify(s->host, expand, who);
	}
}

void smtp_cmd_vrfy(struct smtp_server *s, slice arg)
{
	verify(s, false, arg);
}

void smtp_cmd_expn(struct smtp_server *s, slice arg)
{
	verify(s, true, arg);
}

/* node-name, "@" in front of one for all below it; "#" is for queues with names, which
 * nobody has here (RFC 1985 5.3). */
void smtp_cmd_etrn(struct smtp_server *s, slice arg)
{
	bool below = take_char(&arg, '@');
	slice domain;

	if (!below && take_char(&arg, '#')) {
		smtp_say(s, 458, S("4.3.3"), S("there are no queues with names here"));
	} else if (!smtp_take_domain(&arg, &domain) || arg.n ||
		   !arena_copy(&s->command, domain, &domain)) {
		smtp_say(s, 501, S(""), S("write ETRN domain"));
	} else {
		s->asked = VERIFY;
		s->ops->start_queue(s->host, domain, below);
	}
}

void smtp_answer_lines(struct smtp_server *s, const struct smtp_reply *lines,
		       uint32_t count)
{
	assert(s->asked == VERIFY && count > 0);
	for (uint32_t i = 0; i + 1 < count; i++)
		smtp_reply_write(&s->output, &lines[i], true, s->mail.utf8);
	smtp_answer(s, &lines[count - 1]);
}
