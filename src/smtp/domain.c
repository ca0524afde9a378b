#include "smtp/domain.h"

#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/text.h"
#include "smtp/limits.h"

static bool is_let_dig(char c)
{
	return is_alpha(c) || is_digit(c);
}

/* sub-domain = Let-dig [Ldh-str] / U-label; what a U-label may hold is judged later. */
static bool take_label(slice *in)
{
	size_t n = 0;

	while (n < in->n && (is_let_dig(in->p[n]) || in->p[n] == '-' || in->p[n] & 0x80))
		n++;
	if (n == 0 || in->p[0] == '-' || in->p[n - 1] == '-') return false;
	if (n > SMTP_LABEL_MAX && is_ascii(slice_head(*in, n))) return false;
	*in = slice_skip(*in, n);
	return true;
}

static bool has_a_labels(slice domain)
{
	CLEANUP(buf_done) struct buf ascii;

	buf_init(&ascii, SMTP_DOMAIN_MAX);
	return domain_to_ascii(domain, &ascii);
}

bool smtp_take_domain(slice *in, slice *ret)
{
	slice s = *in, got;

	do {
		if (!take_label(&s)) return false;
	} while (take_char(&s, '.'));
	got = slice_head(*in, in->n - s.n);
	if (got.n > SMTP_DOMAIN_MAX || (!is_ascii(got) && !has_a_labels(got)))
		return false;
	*in = s;
	*ret = got;
	return true;
}

/* Snum = 1*3DIGIT, a decimal integer of 0 through 255. */
static bool take_snum(slice *in)
{
	slice s = *in;
	uint32_t value;

	if (!take_u32(&s, &value) || value > 255 || in->n - s.n > 3) return false;
	*in = s;
	return true;
}

static bool is_ipv4(slice s)
{
	return take_snum(&s) && take_char(&s, '.') && take_snum(&s) &&
	       take_char(&s, '.') && take_snum(&s) && take_char(&s, '.') &&
	       take_snum(&s) && s.n == 0;
}

/* IPv6-hex = 1*4HEXDIG. */
static bool take_ipv6_hex(slice *in)
{
	size_t n = 0;

	while (n < in->n && n < 4 && hex_value(in->p[n]) >= 0)
		n++;
	*in = slice_skip(*in, n);
	return n > 0;
}

enum { GROUPS = 8, GROUPS_BESIDE_GAP = 6 }; /* "::" stands for two groups at least */

/* IPv6-addr: groups, one "::" among them at most, an IPv4 address in place of the last
 * two. */
static bool is_ipv6(slice s)
{
	int groups = 0;
	bool has_gap = take_literal(&s, S("::")), more = !has_gap || s.n > 0;

	while (more) {
		if (is_ipv4(s)) {
			groups += 2;
			break;
		}
		if (!take_ipv6_hex(&s)) return false;
		groups++;
		if (!has_gap && take_literal(&s, S("::"))) {
			has_gap = true;
			more = s.n > 0;
		} else {
			more = take_char(&s, ':');
			if (!more && s.n) return false;
		}
	}
	return has_gap ? groups <= GROUPS_BESIDE_GAP : groups == GROUPS;
}

/* General-address-literal = Standardized-tag ":" 1*dcontent; no tag but IPv6 has been
 * registered yet, so any is let pass. */
static bool is_general(slice s)
{
	slice tag;

	if (!take_until(&s, ':', &tag) || tag.n == 0 || s.n == 0) return false;
	if (!is_let_dig(tag.p[tag.n - 1])) return false;
	for (size_t i = 0; i < tag.n; i++)
		if (!is_let_dig(tag.p[i]) && tag.p[i] != '-') return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 33 || s.p[i] > 126 || s.p[i] == '[' || s.p[i] == '\\')
			return false;
	return true;
}

bool smtp_take_address_literal(slice *in, slice *ret)
{
	slice s = *in, inner;

	if (!take_char(&s, '[') || !take_until(&s, ']', &inner)) return false;
	if (take_literal_nocase(&inner, S("IPv6:"))) {
		if (!is_ipv6(inner)) return false;
	} else if (!is_ipv4(inner) && !is_general(inner)) {
		return false;
	}
	if (in->n - s.n > SMTP_DOMAIN_MAX) return false;
	*ret = slice_head(*in, in->n - s.n);
	*in = s;
	return true;
}
