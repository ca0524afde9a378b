/*
 * What this session can do now: announced by CAPA, and obeyed by the table of commands.
 */
#include "pop3/session.h"

static const struct tls_facts *tls_of(const struct pop3 *p)
{
	return p->has_tls ? &p->tls : NULL;
}

/* The SASL_* flags of the mechanisms that may not be used now. */
static unsigned refused(const struct pop3 *p)
{
	unsigned flags = p->config.refused;

	if (!p->has_tls && !p->config.plaintext_login) flags |= SASL_SHOWS_PASSWORD;
	if (!p->config.secret_keys) flags |= SASL_NEEDS_SCRAM_KEYS;
	return flags;
}

bool is_usable(const struct pop3 *p, const struct sasl_mechanism *m)
{
	return sasl_is_usable(m, tls_of(p), refused(p));
}

const char *hindrance_to_passwords(const struct pop3 *p)
{
	if (!(refused(p) & SASL_SHOWS_PASSWORD)) return NULL;
	return p->has_tls ? "passwords are not taken here"
			  : "passwords need TLS: use STLS";
}

const char *hindrance_to_apop(const struct pop3 *p)
{
	return is_usable(p, &sasl_apop) ? NULL : "APOP is not available";
}

const char *hindrance_to_tls(const struct pop3 *p)
{
	if (p->has_tls) return "TLS is active already";
	return p->config.tls_available ? NULL : "TLS is not available";
}

void mechanisms_write(struct pop3 *p, slice before, slice after)
{
	size_t count;
	const struct sasl_mechanism *list = sasl_mechanisms(&count);

	for (size_t i = 0; i < count; i++) {
		if (!is_usable(p, &list[i])) continue;
		buf_add(&p->output, before);
		buf_add(&p->output, list[i].name);
		buf_add(&p->output, after);
	}
}

/* RFC 2449 6.7 */
static void expire_write(struct pop3 *p)
{
	const struct pop3_retention *r = &p->config.retention;

	buf_add(&p->output, S("EXPIRE "));
	if (r->keep && r->days > 0)
		buf_addf(&p->output, "%lld", (long long)r->days);
	else
		buf_add(&p->output,
			!r->keep && r->remove_retrieved ? S("0") : S("NEVER"));
	buf_add(&p->output, S("\r\n"));
}

/* RFC 5034 3: there is no SASL line without a mechanism. */
static void sasl_write(struct pop3 *p)
{
	size_t before = p->output.n;

	buf_add(&p->output, S("SASL"));
	mechanisms_write(p, S(" "), S(""));
	if (p->output.n == before + S("SASL").n)
		buf_truncate(&p->output, before);
	else
		buf_add(&p->output, S("\r\n"));
}

/* What can be used before the login is announced after it as well (RFC 2449 5), but for
 * STLS (RFC 2595 4). */
void pop3_capability_write(struct pop3 *p)
{
	buf_add(&p->output, S("TOP\r\n"
			      "UIDL\r\n"
			      "RESP-CODES\r\n"
			      "AUTH-RESP-CODE\r\n"
			      "PIPELINING\r\n"
			      "UTF8 USER\r\n"
			      "LANG\r\n"));
	expire_write(p);
	if (!hindrance_to_passwords(p)) buf_add(&p->output, S("USER\r\n"));
	sasl_write(p);
	if (p->state == STATE_AUTHORIZATION && !hindrance_to_tls(p))
		buf_add(&p->output, S("STLS\r\n"));
	buf_add(&p->output, S("IMPLEMENTATION Postroom\r\n"));
}
