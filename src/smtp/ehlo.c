/* HELO, EHLO and LHLO, and the one place that decides what is announced. */
#include "smtp/session.h"

static bool write_size(const struct smtp_server *s, struct buf *out)
{
	if (s->config->size_max) {
		buf_add_char(out, ' ');
		buf_add_u64(out, s->config->size_max);
	}
	return true;
}

static bool write_starttls(const struct smtp_server *s, struct buf *)
{
	return s->config->tls_available && !s->tls;
}

/* The mechanisms that would be accepted now; none: no such line. */
static bool write_auth(const struct smtp_server *s, struct buf *out)
{
	size_t count, before = out->n;
	const struct sasl_mechanism *m = sasl_mechanisms(&count);

	if (!s->config->offer_auth) return false;
	for (size_t i = 0; i < count; i++) {
		if (!sasl_is_usable(&m[i], s->tls, smtp_refused_mechanisms(s))) continue;
		buf_add_char(out, ' ');
		buf_add(out, m[i].name);
	}
	return out->n > before;
}

static const struct keyword {
	slice name;
	/* Adds the parameters and says whether it is offered; NULL: always, none. */
	bool (*write)(const struct smtp_server *s, struct buf *out);
} keywords[] = {
	/* clang-format off */
	{ SLICE_INIT("PIPELINING"), NULL },          /* RFC 2920 */
	{ SLICE_INIT("SIZE"), write_size },          /* RFC 1870 4 */
	{ SLICE_INIT("8BITMIME"), NULL },            /* RFC 6152 */
	{ SLICE_INIT("CHUNKING"), NULL },            /* RFC 3030 2 */
	{ SLICE_INIT("ENHANCEDSTATUSCODES"), NULL }, /* RFC 2034 3 */
	{ SLICE_INIT("SMTPUTF8"), NULL },            /* RFC 6531 3.1 */
	{ SLICE_INIT("STARTTLS"), write_starttls },  /* RFC 3207 2 */
	{ SLICE_INIT("AUTH"), write_auth },          /* RFC 4954 3 */
	{ SLICE_INIT("HELP"), NULL },                /* RFC 5321 4.1.1.8; always there, so the last line */
	/* clang-format on */
};

static void announce(struct smtp_server *s)
{
	struct buf line;

	buf_init(&line, SMTP_REPLY_LINE_MAX);
	smtp_reply_plain(&s->output, 250, true, s->config->host_name);
	for (size_t i = 0; i < countof(keywords); i++) {
		const struct keyword *k = &keywords[i];

		buf_reset(&line);
		buf_add(&line, k->name);
		if (!k->write || k->write(s, &line))
			smtp_reply_plain(&s->output, 250, i + 1 < countof(keywords),
					 buf_slice(&line));
	}
	buf_done(&line);
}

/* Whatever a client takes for its name: it must not be refused for what the DNS says of
 * it (RFC 5321 4.1.4), and many send a Windows name with "_". What could not stand in a
 * Received field as a word is no name. */
static bool is_name(slice name)
{
	slice forbidden = S("()<>@,;\\\"");

	if (name.n > SMTP_HELO_MAX) return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] >= 127 ||
		    slice_find_char(forbidden, name.p[i]) < forbidden.n)
			return false;
	return true;
}

/* False: refused. All of them reset the session (RFC 5321 4.1.4). */
static bool greet(struct smtp_server *s, slice name, bool extended)
{
	if (!is_name(name)) {
		smtp_say(s, 501, S(""), S("this is no host name"));
		return false;
	}
	smtp_end_transaction(s);
	buf_reset(&s->helo);
	buf_add(&s->helo, name);
	s->facts.extended = extended;
	s->state = READY;
	s->faults = 0;
	smtp_update_facts(s);
	return true;
}

void smtp_cmd_helo(struct smtp_server *s, slice arg)
{
	if (greet(s, arg, false))
		smtp_reply_plain(&s->output, 250, false, s->config->host_name);
}

void smtp_cmd_ehlo(struct smtp_server *s, slice arg)
{
	if (greet(s, arg, true)) announce(s);
}
