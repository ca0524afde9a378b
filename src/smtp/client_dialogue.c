#include "smtp/client_dialogue.h"

#include "smtp/client_state.h"

static const slice full = SLICE_INIT("(...)\n");

static void add_line(struct smtp_client *c, slice who, slice status, slice text)
{
	struct dialogue_kept *d = &c->dialogue;
	size_t before = d->text.n;

	if (d->is_full) return;
	buf_add(&d->text, who);
	buf_add(&d->text, status);
	if (status.n) buf_add_char(&d->text, ' ');
	buf_add(&d->text, text);
	buf_add_char(&d->text, '\n');
	d->is_full = d->text.overflow || d->text.n > SMTP_DIALOGUE_MAX - full.n;
	if (!d->is_full) return;
	buf_truncate(&d->text, before);
	d->text.overflow = false;
	buf_add(&d->text, full);
}

void smtp_client_said(struct smtp_client *c, size_t from)
{
	slice line = slice_skip(buf_slice(&c->output), from);

	add_line(c, S("C: "), S(""), slice_trim(line));
}

void smtp_client_said_ahead(struct smtp_client *c, size_t from)
{
	buf_add(&c->dialogue.ahead, slice_skip(buf_slice(&c->output), from));
}

void smtp_client_said_secret(struct smtp_client *c)
{
	add_line(c, S("C: "), S(""), S("(a secret)"));
}

static void note_reply_line(struct smtp_client *c, slice line, char separator)
{
	char code[] = "S: 000 ";

	for (int i = 5, rest = c->reply.code; i >= 3; i--, rest /= 10)
		code[i] = (char)('0' + rest % 10);
	code[6] = separator;
	add_line(c, (slice){ code, sizeof(code) - 1 }, buf_slice(&c->reply.enhanced),
		 line);
}

/* A challenge may tell something of the password to those who can guess well. */
void smtp_client_heard(struct smtp_client *c)
{
	slice text = buf_slice(&c->reply.text), line;

	if (c->stage == AT_LOGIN && c->reply.code == 334) text = S("(a challenge)");
	while (take_until(&text, '\n', &line))
		note_reply_line(c, line, '-');
	note_reply_line(c, text, ' ');
}

void smtp_client_secured(struct smtp_client *c)
{
	add_line(c, S("-- "), c->tls->protocol, c->tls->cipher);
}

static void say_what_went_ahead(struct smtp_client *c)
{
	slice rest = buf_slice(&c->dialogue.ahead), line;

	while (take_line(&rest, &line))
		add_line(c, S("C: "), S(""), line);
	buf_reset(&c->dialogue.ahead);
}

void smtp_client_dialogue_message(struct smtp_client *c)
{
	struct dialogue_kept *d = &c->dialogue;

	if (!d->has_message) d->session = d->text.n;
	d->has_message = true;
	buf_truncate(&d->text, d->session);
	d->text.overflow = d->is_full = false;
	say_what_went_ahead(c);
}

slice smtp_client_dialogue(const struct smtp_client *c)
{
	return buf_slice(&c->dialogue.text);
}
