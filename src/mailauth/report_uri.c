#include "mailauth/report_uri.h"

#include "base/hex.h"

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) (RFC 3986 3.1) */
static bool take_scheme(slice *in)
{
	static const slice signs = SLICE_INIT("+-.");
	slice scheme;

	if (!take_until(in, ':', &scheme) || scheme.n == 0 || !is_alpha(scheme.p[0]))
		return false;
	for (size_t i = 0; i < scheme.n; i++)
		if (!is_alpha(scheme.p[i]) && !is_digit(scheme.p[i]) &&
		    slice_find_char(signs, scheme.p[i]) == signs.n)
			return false;
	return true;
}

/* pct-encoded, unreserved and reserved, less what a list may not hold (RFC 3986 2). */
static bool is_uri_rest(slice s)
{
	static const slice signs = SLICE_INIT("-._~:/?#[]@$&'()*+;=");

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_alpha(c) || is_digit(c) || slice_find_char(signs, c) < signs.n)
			continue;
		if (c != '%' || i + 2 >= s.n || hex_value(s.p[i + 1]) < 0 ||
		    hex_value(s.p[i + 2]) < 0)
			return false;
		i += 2;
	}
	return s.n > 0;
}

bool take_report_uri(slice *in, slice *ret)
{
	while (in->n) {
		slice item = *in, rest;

		if (!take_until(in, ',', &item)) in->n = 0;
		item = slice_trim(item);
		item = slice_head(item, slice_find_char(item, '!'));
		rest = item;
		if (!take_scheme(&rest) || !is_uri_rest(rest)) continue;
		*ret = item;
		return true;
	}
	return false;
}

static bool is_address(slice s)
{
	size_t at = slice_find_char(s, '@');

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == ',') return false;
	return at > 0 && at + 1 < s.n &&
	       slice_find_char(slice_skip(s, at + 1), '@') == s.n - at - 1;
}

bool report_uri_address(slice uri, struct buf *out)
{
	size_t before = out->n;

	if (!take_literal_nocase(&uri, S("mailto:"))) return false;
	uri = slice_head(uri, slice_find_char(uri, '?'));
	percent_decode(uri, out);
	if (is_address(slice_skip(buf_slice(out), before)) && !out->overflow) return true;
	buf_truncate(out, before);
	return false;
}
