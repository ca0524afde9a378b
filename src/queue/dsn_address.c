#include "queue/dsn_address.h"

#include "base/utf8.h"
#include "base/xtext.h"

/* --- the type "utf-8" --- */

/* HEXPOINT between its braces: two to six digits, a code point. */
static bool take_hex_point(slice *in, uint32_t *ret)
{
	slice digits, s = *in;
	uint32_t c = 0;

	if (!take_literal(&s, S("\\x{")) || !take_until(&s, '}', &digits) ||
	    digits.n < 2 || digits.n > 6)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		int value = hex_value(digits.p[i]);

		if (value < 0) return false;
		c = c << 4 | (uint32_t)value;
	}
	if (!is_code_point(c)) return false;
	*in = s;
	*ret = c;
	return true;
}

static bool is_control(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Octets that the 7-bit form escapes along with what is not ASCII. */
static bool is_special(uint32_t c)
{
	return c == ' ' || c == '\\' || c == '+' || c == '=';
}

static void add_point(uint32_t c, bool utf8, struct buf *out)
{
	if (is_control(c))
		buf_add_char(out, '?');
	else if (utf8 || (c < 0x80 && !is_special(c)))
		buf_add_code_point(out, c);
	else
		buf_addf(out, "\\x{%02X}", (unsigned)c);
}

/* Of an address in any of its three forms. */
static void add_utf8(slice text, bool utf8, struct buf *out)
{
	uint32_t c;

	while (take_hex_point(&text, &c) || take_code_point_lenient(&text, &c))
		add_point(c, utf8, out);
}

/* --- fields --- */

static void add_ascii(slice text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		buf_add_char(out, c >= ' ' && c <= '~' ? c : '?');
	}
}

void dsn_address_write(slice address, bool utf8, struct buf *out)
{
	if (is_ascii(address)) {
		buf_add(out, S("rfc822;"));
		add_ascii(address, out);
	} else {
		buf_add(out, S("utf-8;"));
		add_utf8(address, utf8, out);
	}
}

/* What is no xtext is shown as it came. */
static void add_decoded(slice xtext, struct buf *out)
{
	struct buf octets;

	buf_init(&octets, xtext.n);
	add_ascii(xtext_read(&octets, xtext) ? buf_slice(&octets) : xtext, out);
	buf_done(&octets);
}

void dsn_original_write(slice orcpt, bool utf8, struct buf *out)
{
	slice type;

	if (!take_until(&orcpt, ';', &type)) type = S("unknown");
	add_ascii(type, out);
	buf_add_char(out, ';');
	if (slice_eq_nocase(type, S("utf-8")))
		add_utf8(orcpt, utf8, out);
	else
		add_decoded(orcpt, out);
}
