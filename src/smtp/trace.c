#include "smtp/trace.h"

#include "base/date.h"
#include "message/address.h"
#include "smtp/domain.h"
#include "smtp/limits.h"

enum { WORD_MAX = 255 }; /* octets of a word of a peer's or of TLS */

static bool is_domain_or_literal(slice s)
{
	slice rest = s, got;

	return (smtp_take_domain(&rest, &got) ||
		smtp_take_address_literal(&rest, &got)) &&
	       rest.n == 0;
}

/* Only what can neither end a word nor begin a comment, a string or another line. */
static void add_clean(struct buf *out, slice word)
{
	slice fit = S("-._:+/");

	word = slice_head(word, WORD_MAX);
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];
		bool is_fit =
			is_alpha(c) || is_digit(c) || slice_find_char(fit, c) < fit.n;

		buf_add_char(out, is_fit ? c : '-');
	}
	if (word.n == 0) buf_add(out, S("unknown"));
}

/* From-domain: what the client calls itself, and where it really is. */
static void add_from(const struct smtp_trace *t, struct buf *out)
{
	buf_add(out, S("Received: from "));
	if (is_domain_or_literal(t->helo))
		buf_add(out, t->helo);
	else
		add_clean(out, t->helo);
	if (t->peer.n == 0) return;
	buf_add(out, S(" (["));
	if (slice_find_char(t->peer, ':') < t->peer.n) buf_add(out, S("IPv6:"));
	add_clean(out, t->peer);
	buf_add(out, S("])"));
}

/* By-domain and With, and TLS as a comment. */
static void add_by(const struct smtp_trace *t, struct buf *out)
{
	buf_add(out, S("\r\n\tby "));
	buf_add(out, t->host_name);
	buf_add(out, S(" with "));
	buf_add(out, t->protocol);
	if (!t->tls) return;
	buf_add(out, S("\r\n\t("));
	add_clean(out, t->tls->protocol);
	buf_add_char(out, ' ');
	add_clean(out, t->tls->cipher);
	buf_addf(out, " %d bits)", t->tls->bits);
}

/* A path of a transaction has been parsed; anything else could be more than a path. */
static bool is_path(slice text)
{
	return text.n <= SMTP_PATH_MAX && !has_controls(text);
}

bool smtp_received_write(const struct smtp_trace *t, struct buf *out)
{
	add_from(t, out);
	add_by(t, out);
	buf_add(out, S("\r\n\tid "));
	add_clean(out, t->id);
	if (t->recipient.n && is_path(t->recipient)) {
		buf_add(out, S("\r\n\tfor <"));
		buf_add(out, t->recipient);
		buf_add_char(out, '>');
	}
	if (t->priority) buf_addf(out, "\r\n\tPRIORITY %d", t->priority);
	buf_add(out, S(";\r\n\t"));
	date_add_rfc5322(out, (struct date){ .instant = t->now });
	buf_add(out, S("\r\n"));
	return !out->overflow;
}

bool smtp_return_path_write(slice local, slice domain, struct buf *out)
{
	buf_add(out, S("Return-Path: <"));
	if (local.n || domain.n) addr_spec_write(local, domain, out);
	buf_add(out, S(">\r\n"));
	return !out->overflow;
}
