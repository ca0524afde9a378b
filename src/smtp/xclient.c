/* XCLIENT (Postfix's XCLIENT_README): a listed proxy says whose session this is. */
#include "base/xtext.h"
#include "smtp/session.h"

static const struct {
	slice name;
	size_t offset; /* of a slice in struct smtp_xclient */
} attributes[] = {
	{ SLICE_INIT("NAME"), offsetof(struct smtp_xclient, name) },
	{ SLICE_INIT("ADDR"), offsetof(struct smtp_xclient, address) },
	{ SLICE_INIT("PORT"), offsetof(struct smtp_xclient, port) },
	{ SLICE_INIT("PROTO"), offsetof(struct smtp_xclient, protocol) },
	{ SLICE_INIT("HELO"), offsetof(struct smtp_xclient, helo) },
	{ SLICE_INIT("LOGIN"), offsetof(struct smtp_xclient, login) },
	{ SLICE_INIT("DESTADDR"), offsetof(struct smtp_xclient, to_address) },
	{ SLICE_INIT("DESTPORT"), offsetof(struct smtp_xclient, to_port) },
};

bool smtp_write_xclient(const struct smtp_server *s, struct buf *out)
{
	for (size_t i = 0; i < countof(attributes); i++) {
		buf_add_char(out, ' ');
		buf_add(out, attributes[i].name);
	}
	return s->config->xclient;
}

static slice *find_attribute(struct smtp_xclient *x, slice name)
{
	for (size_t i = 0; i < countof(attributes); i++)
		if (slice_eq_nocase(attributes[i].name, name))
			return (slice *)(void *)((char *)x + attributes[i].offset);
	return NULL;
}

/* name "=" xtext, where "[UNAVAILABLE]" and "[TEMPUNAVAIL]" stand for what is unknown. */
static bool take_attribute(struct smtp_server *s, slice *in, struct smtp_xclient *x)
{
	slice word, name, *value;

	if (!take_word(in, &word) || !take_until(&word, '=', &name)) return false;
	value = find_attribute(x, name);
	if (!value || value->p || !xtext_copy(&s->command, word, value)) return false;
	if (slice_eq_nocase(*value, S("[UNAVAILABLE]")) ||
	    slice_eq_nocase(*value, S("[TEMPUNAVAIL]")))
		value->n = 0;
	while (take_char(in, ' '))
		continue;
	return !has_controls(*value);
}

/* All is as at the start, save for TLS, which is the proxy's. */
static void start_anew(struct smtp_server *s, slice login)
{
	s->state = FRESH;
	s->facts.extended = false;
	buf_reset(&s->helo);
	buf_reset(&s->login);
	buf_add(&s->login, login);
	smtp_update_facts(s);
	smtp_greet(s);
}

void smtp_cmd_xclient(struct smtp_server *s, slice arg)
{
	struct smtp_xclient x = { 0 };

	if (!s->config->xclient) {
		smtp_say(s, 550, S("5.7.0"), S("you may not speak for others"));
		return;
	}
	while (arg.n)
		if (!take_attribute(s, &arg, &x)) {
			smtp_say(s, 501, S(""), S("malformed attribute"));
			return;
		}
	if (s->ops->xclient(s->host, &x))
		smtp_say(s, 421, S("4.7.0"), S("this client is not served"));
	else
		start_anew(s, x.login);
}
