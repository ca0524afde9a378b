#include "smtp/parameters.h"

#include "base/utf8.h"
#include "smtp/dsn.h"
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

/* RFC 6152 2 */
static refusal take_body(const struct smtp_parameters *p, slice value)
{
	p->mail->eight_bit = slice_eq_nocase(value, S("8BITMIME"));
	return p->mail->eight_bit || slice_eq_nocase(value, S("7BIT")) ? NULL
								       : &malformed;
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
	if (!xtext_decode(value, p->memory, &mailbox) || !smtp_is_mailbox(mailbox))
		return &malformed;
	p->mail->auth = mailbox;
	return NULL;
}

static const struct parameter {
	slice keyword;
	unsigned commands;
	/* The value's p is NULL where there is no "=". */
	refusal (*take)(const struct smtp_parameters *p, slice value);
} parameters[] = {
	/* clang-format off */
	{ SLICE_INIT("SIZE"),     PARAMETERS_OF_MAIL, take_size },
	{ SLICE_INIT("BODY"),     PARAMETERS_OF_MAIL, take_body },
	{ SLICE_INIT("SMTPUTF8"), PARAMETERS_OF_MAIL, take_smtputf8 },
	{ SLICE_INIT("AUTH"),     PARAMETERS_OF_MAIL, take_auth },
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

static const struct parameter *find_parameter(const struct smtp_parameters *p,
					      slice keyword)
{
	for (size_t i = 0; i < countof(parameters); i++)
		if (parameters[i].commands & p->command &&
		    slice_eq_nocase(parameters[i].keyword, keyword))
			return &parameters[i];
	return NULL;
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
	return NULL;
}
