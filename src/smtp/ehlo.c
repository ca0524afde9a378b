/* HELO, EHLO and LHLO, and the one place that decides what is announced. */
#include "base/date.h"
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

/* Only then may a message ask for it (RFC 8689 2). */
static bool write_requiretls(const struct smtp_server *s, struct buf *)
{
	return s->tls;
}

/* max-future-release-interval and -date-time (RFC 4865 3) */
static bool write_futurerelease(const struct smtp_server *s, struct buf *out)
{
	buf_add_char(out, ' ');
	buf_add_u64(out, s->config->hold_max_s);
	buf_add_char(out, ' ');
	return date_add_iso(out, s->ops->now(s->host) + s->config->hold_max_s);
}

/* Values have six digits at most (RFC 9422 4). */
static void write_limit(struct buf *out, slice name, uint32_t value)
{
	if (value == 0 || value > 999'999) return;
	buf_add_char(out, ' ');
	buf_add(out, name);
	buf_add_char(out, '=');
	buf_add_u64(out, value);
}

static bool write_limits(const struct smtp_server *s, struct buf *out)
{
	size_t before = out->n;

	write_limit(out, S("RCPTMAX"), smtp_recipients_max(s));
	write_limit(out, S("MAILMAX"), s->config->mails_max);
	return out->n > before;
}

static const struct keyword {
	slice name;
	unsigned offer; /* SMTP_OFFER_*, or 0 */
	/* Adds the parameters and says whether it is offered; NULL: always, none. */
	bool (*write)(const struct smtp_server *s, struct buf *out);
} keywords[] = {
	/* clang-format off */
	{ SLICE_INIT("PIPELINING"), 0, NULL },          /* RFC 2920 */
	{ SLICE_INIT("SIZE"), 0, write_size },          /* RFC 1870 4 */
	{ SLICE_INIT("8BITMIME"), 0, NULL },            /* RFC 6152 */
	{ SLICE_INIT("CHUNKING"), 0, NULL },            /* RFC 3030 2 */
	{ SLICE_INIT("BINARYMIME"), SMTP_OFFER_BINARYMIME, NULL }, /* RFC 3030 3 */
	{ SLICE_INIT("ENHANCEDSTATUSCODES"), 0, NULL }, /* RFC 2034 3 */
	{ SLICE_INIT("SMTPUTF8"), 0, NULL },            /* RFC 6531 3.1 */
	{ SLICE_INIT("LIMITS"), 0, write_limits },      /* RFC 9422 3 */
	{ SLICE_INIT("DSN"), SMTP_OFFER_DSN, NULL },    /* RFC 3461 4 */
	{ SLICE_INIT("REQUIRETLS"), SMTP_OFFER_REQUIRETLS, write_requiretls },          /* RFC 8689 2 */
	{ SLICE_INIT("MT-PRIORITY"), SMTP_OFFER_MT_PRIORITY, NULL },                    /* RFC 6710 3 */
	{ SLICE_INIT("FUTURERELEASE"), SMTP_OFFER_FUTURERELEASE, write_futurerelease }, /* RFC 4865 3 */
	{ SLICE_INIT("DELIVERBY"), SMTP_OFFER_DELIVERBY, NULL }, /* RFC 2852 3; no least time */
	{ SLICE_INIT("ETRN"), SMTP_OFFER_ETRN, NULL },  /* RFC 1985 4 */
	{ SLICE_INIT("EXPN"), SMTP_OFFER_EXPN, NULL },  /* RFC 5321 3.5.2 */
	{ SLICE_INIT("XCLIENT"), 0, smtp_write_xclient },
	{ SLICE_INIT("STARTTLS"), 0, write_starttls },  /* RFC 3207 2 */
	{ SLICE_INIT("AUTH"), 0, write_auth },          /* RFC 4954 3 */
	{ SLICE_INIT("HELP"), 0, NULL },                /* RFC 5321 4.1.1.8; always there, so the last line */
	/* clang-format on */
};

static void announce(struct smtp_server *s)
{
	struct buf line;

	buf_init(&line, SMTP_REPLY_LINE_MAX);
	smtp_reply_plain(&s->output, 250, true, s->config->host_name);
	for (size_t i = 0; i < countof(keywords); i++) {
		const struct keyword *k = &keywords[i];

		if (k->offer && !(k->offer & s->config->offered)) continue;
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
