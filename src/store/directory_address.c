#include "store/directory_address.h"

#include <string.h>

#include "base/utf8.h"
#include "message/text.h"

enum { LABEL_MAX = 63 }; /* RFC 1035 2.3.4 */

static bool is_atom_char(char c)
{
	return is_alpha(c) || is_digit(c) || (unsigned char)c >= 0x80 ||
	       slice_find_char(S("!#$%&'*+-/=?^_`{|}~"), c) < 19;
}

/* RFC 5321 4.1.2: Dot-string. */
static bool is_dot_string(slice s)
{
	char before = '.';

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? before == '.' : !is_atom_char(s.p[i])) return false;
		before = s.p[i];
	}
	return before != '.' && utf8_valid(s);
}

static slice lower_copy(slice s, char *to)
{
	for (size_t i = 0; i < s.n; i++)
		to[i] = lower_ascii(s.p[i]);
	return (slice){ to, s.n };
}

static bool is_label_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || (unsigned char)c >= 0x80;
}

/* Only what can be in a U-label; no empty label. */
static bool has_domain_chars(slice domain)
{
	char before = '.';

	for (size_t i = 0; i < domain.n; i++) {
		if (domain.p[i] == '.' ? before == '.' : !is_label_char(domain.p[i]))
			return false;
		before = domain.p[i];
	}
	return before != '.';
}

/* What domain_to_unicode would only put in lower case, as nearly all mail has. */
static bool is_plain_domain(slice domain)
{
	char before = '.';

	for (size_t i = 0; i < domain.n; i++) {
		bool sign = domain.p[i] == '.' || domain.p[i] == '-';

		if (sign && (before == '.' || before == '-')) return false; /* xn-- too */
		before = domain.p[i];
	}
	return before != '-' && is_ascii(domain);
}

static bool labels_fit(slice domain)
{
	slice label;

	while (take_until(&domain, '.', &label))
		if (label.n > LABEL_MAX) return false;
	return domain.n <= LABEL_MAX;
}

bool address_normalise_domain(slice domain, char buffer[ADDRESS_MAX], slice *ret)
{
	struct buf unicode;
	bool ok;

	if (domain.n > DOMAIN_OCTETS_MAX || !has_domain_chars(domain)) return false;
	if (is_plain_domain(domain) && labels_fit(domain)) {
		*ret = lower_copy(domain, buffer);
		return true;
	}
	buf_init(&unicode, DOMAIN_OCTETS_MAX);
	ok = domain_to_unicode(domain, &unicode) && has_domain_chars(buf_slice(&unicode));
	if (ok) {
		memcpy(buffer, buf_slice(&unicode).p, unicode.n);
		*ret = (slice){ buffer, unicode.n };
	}
	buf_done(&unicode);
	return ok;
}

/* The last "@" parts the two: none is in a domain. */
static bool split(slice address, slice *ret_local, slice *ret_domain)
{
	const char *at = address.n ? memrchr(address.p, '@', address.n) : NULL;

	if (!at) return false;
	*ret_local = (slice){ address.p, (size_t)(at - address.p) };
	*ret_domain = slice_skip(address, ret_local->n + 1);
	return ret_local->n <= LOCAL_PART_MAX;
}

/* Who types a letter with its mark apart means the same mailbox (RFC 5198 3). */
static bool compose_local(slice local, char *to, slice *ret)
{
	struct buf composed;
	bool ok;

	buf_init(&composed, LOCAL_PART_MAX);
	ok = text_to_nfc(local, &composed);
	if (ok) *ret = lower_copy(buf_slice(&composed), to);
	buf_done(&composed);
	return ok;
}

static bool normalise_local(slice local, bool lower, char *to, slice *ret)
{
	if (lower && !is_ascii(local)) return compose_local(local, to, ret);
	if (lower)
		lower_copy(local, to);
	else
		memcpy(to, local.p, local.n);
	*ret = (slice){ to, local.n };
	return true;
}

static bool normalise(slice address, bool lower, char buffer[ADDRESS_MAX], slice *ret)
{
	char domain_buffer[ADDRESS_MAX];
	slice local, domain;

	if (!split(address, &local, &domain) || !is_dot_string(local) ||
	    !address_normalise_domain(domain, domain_buffer, &domain) ||
	    !normalise_local(local, lower, buffer, &local))
		return false;
	buffer[local.n] = '@';
	memcpy(buffer + local.n + 1, domain.p, domain.n);
	*ret = (slice){ buffer, local.n + 1 + domain.n };
	return true;
}

bool address_normalise(slice address, char buffer[ADDRESS_MAX], slice *ret)
{
	return normalise(address, true, buffer, ret);
}

bool address_normalise_target(slice address, char buffer[ADDRESS_MAX], slice *ret)
{
	return normalise(address, false, buffer, ret);
}

slice address_domain(slice address)
{
	slice local, domain = S("");

	split(address, &local, &domain);
	return domain;
}
