#include "mailauth/spf_record.h"

#include "mailauth/spf_macro.h"

enum { IP4_BITS = 32, IP6_BITS = 128 };

enum domain { NO_DOMAIN, MAY_DOMAIN, MUST_DOMAIN, NETWORK };

/* clang-format off */
static const struct mechanism {
	slice name;
	enum spf_mechanism mechanism;
	enum domain domain; /* what may follow the ":" */
	bool has_prefix;    /* dual-cidr-length may follow */
} mechanisms[] = {
	{ SLICE_INIT("all"),     SPF_ALL,     NO_DOMAIN,   false },
	{ SLICE_INIT("include"), SPF_INCLUDE, MUST_DOMAIN, false },
	{ SLICE_INIT("a"),       SPF_A,       MAY_DOMAIN,  true },
	{ SLICE_INIT("mx"),      SPF_MX,      MAY_DOMAIN,  true },
	{ SLICE_INIT("ptr"),     SPF_PTR,     MAY_DOMAIN,  false },
	{ SLICE_INIT("ip4"),     SPF_IP4,     NETWORK,     true },
	{ SLICE_INIT("ip6"),     SPF_IP6,     NETWORK,     true },
	{ SLICE_INIT("exists"),  SPF_EXISTS,  MUST_DOMAIN, false },
};

static const struct {
	char sign;
	enum spf_result result;
} qualifiers[] = {
	{ '+', SPF_PASS }, { '-', SPF_FAIL }, { '~', SPF_SOFTFAIL }, { '?', SPF_NEUTRAL },
};
/* clang-format on */

static const slice version = SLICE_INIT("v=spf1");

bool is_spf_record(slice text)
{
	return slice_starts_nocase(text, version) &&
	       (text.n == version.n || text.p[version.n] == ' ');
}

static enum spf_result take_qualifier(slice *in)
{
	for (size_t i = 0; i < countof(qualifiers); i++)
		if (take_char(in, qualifiers[i].sign)) return qualifiers[i].result;
	return SPF_PASS;
}

/* What is behind "/": no leading zeros, at most max. */
static bool parse_prefix(slice digits, uint8_t max, uint8_t *ret)
{
	uint32_t bits;
	slice s = digits;

	if (!take_u32(&s, &bits) || s.n || bits > max) return false;
	if (digits.n > 1 && digits.p[0] == '0') return false;
	*ret = (uint8_t)bits;
	return true;
}

/* Cuts "/" 1*DIGIT off the end; a domain-spec may hold slashes too, but its last label
 * may not. */
static bool cut_prefix(slice *s, slice *ret_digits)
{
	size_t start = s->n;

	while (start > 0 && is_digit(s->p[start - 1]))
		start--;
	if (start == s->n || start == 0 || s->p[start - 1] != '/') return false;
	*ret_digits = slice_skip(*s, start);
	*s = slice_head(*s, start - 1);
	return true;
}

/* dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ], off the end. */
static bool cut_dual_prefix(slice *s, struct spf_directive *d)
{
	slice digits;

	if (!cut_prefix(s, &digits)) return true;
	if (s->n && s->p[s->n - 1] == '/') {
		s->n--;
		if (!parse_prefix(digits, IP6_BITS, &d->bits6)) return false;
		if (!cut_prefix(s, &digits)) return true;
	}
	return parse_prefix(digits, IP4_BITS, &d->bits4);
}

/* ip4-network [ ip4-cidr-length ], or the same of ip6. */
static bool parse_network(slice s, struct spf_directive *d)
{
	bool is_ip6 = d->mechanism == SPF_IP6;
	uint8_t *bits = is_ip6 ? &d->bits6 : &d->bits4;
	slice network = s;

	if (take_until(&s, '/', &network) &&
	    !parse_prefix(s, is_ip6 ? IP6_BITS : IP4_BITS, bits))
		return false;
	return ip_parse(network, &d->network) &&
	       d->network.n == (is_ip6 ? IP6_OCTETS : IP4_OCTETS);
}

static const struct mechanism *find_mechanism(slice name)
{
	for (size_t i = 0; i < countof(mechanisms); i++)
		if (slice_eq_nocase(mechanisms[i].name, name)) return &mechanisms[i];
	return NULL;
}

/* What is behind a mechanism's name. */
static bool parse_argument(const struct mechanism *m, slice s, struct spf_directive *d)
{
	if (m->domain == NETWORK) return take_char(&s, ':') && parse_network(s, d);
	if (m->has_prefix && !cut_dual_prefix(&s, d)) return false;
	if (s.n == 0) return m->domain != MUST_DOMAIN;
	if (m->domain == NO_DOMAIN || !take_char(&s, ':')) return false;
	d->domain_spec = s;
	return spf_text_valid(s, SPF_DOMAIN_SPEC);
}

static bool parse_directive(slice term, struct spf_directive *ret)
{
	struct spf_directive d = { .bits4 = IP4_BITS, .bits6 = IP6_BITS };
	const struct mechanism *m;
	size_t n = 0;

	d.qualifier = take_qualifier(&term);
	while (n < term.n && term.p[n] != ':' && term.p[n] != '/')
		n++;
	m = find_mechanism(slice_head(term, n));
	if (!m) return false;
	d.mechanism = m->mechanism;
	d.text = term;
	if (!parse_argument(m, slice_skip(term, n), &d)) return false;
	*ret = d;
	return true;
}

/* name "=" of a modifier: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ) */
static bool take_modifier_name(slice *in, slice *ret)
{
	static const slice signs = SLICE_INIT("-_.");
	slice s = *in, name;

	if (!take_until(&s, '=', &name) || name.n == 0 || !is_alpha(name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_alpha(name.p[i]) && !is_digit(name.p[i]) &&
		    slice_find_char(signs, name.p[i]) == signs.n)
			return false;
	*in = s;
	*ret = name;
	return true;
}

/* redirect and exp: at most once each (RFC 7208 6). */
static bool set_once(slice *place, slice domain_spec)
{
	if (place->n || !spf_text_valid(domain_spec, SPF_DOMAIN_SPEC)) return false;
	*place = domain_spec;
	return true;
}

static bool add_modifier(struct spf_record *r, slice name, slice value)
{
	if (slice_eq_nocase(name, S("redirect"))) return set_once(&r->redirect, value);
	if (slice_eq_nocase(name, S("exp"))) return set_once(&r->exp, value);
	return spf_text_valid(value, SPF_MACRO_STRING);
}

static bool take_term(slice *in, slice *ret)
{
	while (take_char(in, ' '))
		;
	return take_word(in, ret);
}

static bool add_term(struct spf_record *r, slice term)
{
	struct spf_directive d;
	slice name, value = term;

	if (take_modifier_name(&value, &name)) return add_modifier(r, name, value);
	if (!parse_directive(term, &d)) return false;
	r->has_all |= d.mechanism == SPF_ALL;
	return true;
}

bool spf_record_parse(slice text, struct spf_record *ret, slice *ret_fault)
{
	struct spf_record r = { .terms = slice_skip(text, version.n) };
	slice rest = r.terms, term;

	*ret_fault = text;
	if (!is_spf_record(text) || text.n > SPF_RECORD_MAX) return false;
	while (take_term(&rest, &term)) {
		*ret_fault = term;
		if (!add_term(&r, term)) return false;
	}
	*ret = r;
	return true;
}

bool take_spf_directive(slice *terms, struct spf_directive *ret)
{
	slice term, name, value;

	while (take_term(terms, &term)) {
		value = term;
		if (!take_modifier_name(&value, &name)) return parse_directive(term, ret);
	}
	return false;
}
