#include "smtp/parameters.h"

#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/utf8.h"
#include "base/xtext.h"
#include "smtp/path.h"

typedef const struct smtp_reply *refusal;

static const struct smtp_reply malformed = { 501, SLICE_INIT("5.5.4"),
					     SLICE_INIT("malformed parameter") },
			       doubled = { 501, SLICE_INIT("5.5.4"),
					   SLICE_INIT("a parameter twice") },
			       unknown = { 555, SLICE_INIT("5.5.4"),
					   SLICE_INIT("unknown parameter") },
			       too_big = { 552, SLICE_INIT("5.3.4"),
					   SLICE_INIT("this message is too big") };

/* size-value = 1*20DIGIT (RFC 1870 3). More than 64 bits is more than we take. */
static refusal take_size(const struct smtp_parameters *p, slice value)
{
	slice digits = value;
	uint64_t max = p->config->size_max ? p->config->size_max : UINT64_MAX;
	size_t n = 0;

	while (n < value.n && is_digit(value.p[n]))
		n++;
	if (n == 0 || n < value.n || n > 20) return &malformed;
	if (!take_u64(&digits, &p->mail->size) || p->mail->size > max) return &too_big;
	return NULL;
}

/* RFC 6152 2, RFC 3030 3 */
static refusal take_body(const struct smtp_parameters *p, slice value)
{
	p->mail->eight_bit = slice_eq_nocase(value, S("8BITMIME"));
	p->mail->binary = p->config->offered & SMTP_OFFER_BINARYMIME &&
			  slice_eq_nocase(value, S("BINARYMIME"));
	if (p->mail->eight_bit || p->mail->binary) return NULL;
	return slice_eq_nocase(value, S("7BIT")) ? NULL : &malformed;
}

/* RFC 6531 3.4; it has no value. */
static refusal take_smtputf8(const struct smtp_parameters *p, slice value)
{
	if (value.p) return &malformed;
	p->mail->utf8 = true;
	return NULL;
}

/* Who gave the message first (RFC 4954 5): "<>", or a mailbox as xtext. */
static refusal take_auth(const struct smtp_parameters *p, slice value)
{
	slice mailbox;

	if (slice_eq(value, S("<>"))) return NULL;
	if (!xtext_copy(p->memory, value, &mailbox) || !smtp_is_mailbox(mailbox))
		return &malformed;
	p->mail->auth = mailbox;
	return NULL;
}

/* RFC 3461 4.1 */
static refusal take_notify(const struct smtp_parameters *p, slice value)
{
	return dsn_take_notify(value, &p->rcpt->notify) ? NULL : &malformed;
}

/* RFC 3461 4.2 */
static refusal take_orcpt(const struct smtp_parameters *p, slice value)
{
	bool is_good = dsn_is_original_recipient(value, p->mail->utf8) &&
		       arena_copy(p->memory, value, &p->rcpt->orcpt);

	return is_good ? NULL : &malformed;
}

/* RFC 3461 4.3 */
static refusal take_ret(const struct smtp_parameters *p, slice value)
{
	return dsn_take_return(value, &p->mail->ret) ? NULL : &malformed;
}

/* RFC 3461 4.4 */
static refusal take_envid(const struct smtp_parameters *p, slice value)
{
	bool is_good = dsn_is_envelope_id(value) &&
		       arena_copy(p->memory, value, &p->mail->envelope_id);

	return is_good ? NULL : &malformed;
}

/* RFC 8689 2; it has no value. */
static refusal take_requiretls(const struct smtp_parameters *p, slice value)
{
	static const struct smtp_reply needs_tls = {
		530, SLICE_INIT("5.7.10"), SLICE_INIT("REQUIRETLS comes under TLS only")
	};

	if (value.p) return &malformed;
	p->mail->require_tls = true;
	return p->tls ? NULL : &needs_tls;
}

/* priority-value = (["-"] NZDIGIT) / "0" (RFC 6710 7) */
static refusal take_priority(const struct smtp_parameters *p, slice value)
{
	bool is_negative = take_char(&value, '-');

	if (value.n != 1 || !is_digit(value.p[0])) return &malformed;
	if (is_negative && value.p[0] == '0') return &malformed;
	p->mail->priority = (value.p[0] - '0') * (is_negative ? -1 : 1);
	return NULL;
}

/* by-time = [ "-" / "+" ] 1*9DIGIT */
static bool take_by_time(slice *in, int64_t *ret)
{
	bool is_negative = take_char(in, '-');
	slice digits;
	uint32_t seconds;

	if (!is_negative) take_char(in, '+');
	digits = *in;
	if (in->n == 0 || !is_digit(in->p[0]) || !take_u32(in, &seconds)) return false;
	*ret = is_negative ? -(int64_t)seconds : (int64_t)seconds;
	return digits.n - in->n <= 9;
}

/* by-time ";" ( "N" / "R" ) [ "T" ]: what is to be returned has to have time (RFC 2852
 * 4).
 */
static refusal take_by(const struct smtp_parameters *p, slice value)
{
	struct smtp_mail *m = p->mail;
	int64_t seconds;

	if (!take_by_time(&value, &seconds) || !take_char(&value, ';')) return &malformed;
	if (take_literal_nocase(&value, S("R")))
		m->by = BY_RETURN;
	else if (take_literal_nocase(&value, S("N")))
		m->by = BY_NOTIFY;
	else
		return &malformed;
	m->by_trace = take_literal_nocase(&value, S("T"));
	m->by_time = p->now + seconds;
	return value.n || (m->by == BY_RETURN && seconds <= 0) ? &malformed : NULL;
}

/* Only one of HOLDFOR and HOLDUNTIL (RFC 4865 4.2). */
static refusal hold(const struct smtp_parameters *p, int64_t release_time, slice kind,
		    slice value)
{
	char *to = arena_alloc(p->memory, kind.n + value.n);

	if (p->mail->hold.n) return &doubled;
	if (!to) return &malformed;
	memcpy(to, kind.p, kind.n);
	memcpy(to + kind.n, value.p, value.n);
	p->mail->hold = (slice){ to, kind.n + value.n };
	p->mail->release_time = release_time;
	return NULL;
}

/* future-release-integer = %x31-39 *8DIGIT */
static refusal take_holdfor(const struct smtp_parameters *p, slice value)
{
	slice digits = value;
	uint32_t seconds;

	if (value.n == 0 || value.n > 9 || value.p[0] == '0') return &malformed;
	if (!take_u32(&digits, &seconds) || digits.n) return &malformed;
	if (seconds > p->config->hold_max_s) return &malformed;
	/* The second that has begun does not count: not too early (RFC 4865 4.2). */
	return hold(p, p->now + seconds + 1, S("for;"), value);
}

/* Internet-style-date-time-UTC: what is past is released at once. */
static refusal take_holduntil(const struct smtp_parameters *p, slice value)
{
	struct date until;

	if (!date_parse_iso(value, &until) || value.p[value.n - 1] != 'Z')
		return &malformed;
	if (until.instant > p->now + p->config->hold_max_s) return &malformed;
	return hold(p, until.instant, S("until;"), value);
}

static const struct parameter {
	slice keyword;
	unsigned commands;
	unsigned offer; /* SMTP_OFFER_* without which it is unknown; 0: always there */
	/* The value's p is NULL where there is no "=". */
	refusal (*take)(const struct smtp_parameters *p, slice value);
} parameters[] = {
	/* clang-format off */
	{ SLICE_INIT("SIZE"),        PARAMETERS_OF_MAIL, 0, take_size },
	{ SLICE_INIT("BODY"),        PARAMETERS_OF_MAIL, 0, take_body },
	{ SLICE_INIT("SMTPUTF8"),    PARAMETERS_OF_MAIL, 0, take_smtputf8 },
	{ SLICE_INIT("AUTH"),        PARAMETERS_OF_MAIL, 0, take_auth },
	{ SLICE_INIT("RET"),         PARAMETERS_OF_MAIL, SMTP_OFFER_DSN, take_ret },
	{ SLICE_INIT("ENVID"),       PARAMETERS_OF_MAIL, SMTP_OFFER_DSN, take_envid },
	{ SLICE_INIT("NOTIFY"),      PARAMETERS_OF_RCPT, SMTP_OFFER_DSN, take_notify },
	{ SLICE_INIT("ORCPT"),       PARAMETERS_OF_RCPT, SMTP_OFFER_DSN, take_orcpt },
	{ SLICE_INIT("REQUIRETLS"),  PARAMETERS_OF_MAIL, SMTP_OFFER_REQUIRETLS, take_requiretls },
	{ SLICE_INIT("MT-PRIORITY"), PARAMETERS_OF_MAIL, SMTP_OFFER_MT_PRIORITY, take_priority },
	{ SLICE_INIT("BY"),          PARAMETERS_OF_MAIL, SMTP_OFFER_DELIVERBY, take_by },
	{ SLICE_INIT("HOLDFOR"),     PARAMETERS_OF_MAIL, SMTP_OFFER_FUTURERELEASE, take_holdfor },
	{ SLICE_INIT("HOLDUNTIL"),   PARAMETERS_OF_MAIL, SMTP_OFFER_FUTURERELEASE, take_holduntil },
	/* clang-format on */
};

/* esmtp-value = 1*(%d33-60 / %d62-126), and UTF-8 (RFC 6531 3.3). */
static bool is_value(slice value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] <= ' ' || value.p[i] == '=' ||
		    value.p[i] == 127)
			return false;
	return value.n > 0 && utf8_valid(value);
}

/* SP esmtp-keyword [ "=" esmtp-value ] */
static bool take_parameter(slice *in, slice *ret_keyword, slice *ret_value)
{
	slice word;
	size_t n = 0;

	if (!take_char(in, ' ') || !take_word(in, &word)) return false;
	while (n < word.n && (is_alpha(word.p[n]) || is_digit(word.p[n]) ||
			      (n > 0 && word.p[n] == '-')))
		n++;
	*ret_keyword = slice_head(word, n);
	*ret_value = (slice){ 0 };
	word = slice_skip(word, n);
	if (n > 0 && word.n == 0) return true;
	*ret_value = slice_skip(word, 1);
	return n > 0 && word.p[0] == '=' && is_value(*ret_value);
}

static bool is_offered(const struct smtp_parameters *p, const struct parameter *row)
{
	return row->offer == 0 || row->offer & p->config->offered;
}

static const struct parameter *find_parameter(const struct smtp_parameters *p,
					      slice keyword)
{
	for (size_t i = 0; i < countof(parameters); i++)
		if (parameters[i].commands & p->command &&
		    is_offered(p, &parameters[i]) &&
		    slice_eq_nocase(parameters[i].keyword, keyword))
			return &parameters[i];
	return NULL;
}

/* It could only be late (RFC 4865 5.2.2). */
static bool is_late_at_release(const struct smtp_mail *m)
{
	return m->by != BY_NONE && m->release_time > m->by_time;
}

const struct smtp_reply *smtp_parameters_take(const struct smtp_parameters *p, slice in)
{
	unsigned seen = 0; /* bits by row */
	slice keyword, value;

	while (in.n) {
		const struct parameter *row;
		refusal why;

		if (!take_parameter(&in, &keyword, &value)) return &malformed;
		row = find_parameter(p, keyword);
		if (!row) return &unknown;
		if (seen & 1u << (row - parameters)) return &doubled;
		seen |= 1u << (row - parameters);
		why = row->take(p, value);
		if (why) return why;
	}
	return is_late_at_release(p->mail) ? &malformed : NULL;
}
