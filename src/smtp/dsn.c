#include "smtp/dsn.h"

#include "base/utf8.h"
#include "base/xtext.h"
#include "message/address_token.h"

static const struct {
	slice name;
	unsigned flag;
} occasions[] = {
	{ SLICE_INIT("SUCCESS"), DSN_SUCCESS },
	{ SLICE_INIT("FAILURE"), DSN_FAILURE },
	{ SLICE_INIT("DELAY"), DSN_DELAY },
	{ SLICE_INIT("NEVER"), DSN_NEVER },
};

static unsigned occasion(slice name)
{
	for (size_t i = 0; i < countof(occasions); i++)
		if (slice_eq_nocase(occasions[i].name, name)) return occasions[i].flag;
	return 0;
}

bool dsn_take_notify(slice value, unsigned *ret)
{
	unsigned got = 0;
	slice name;
	bool more;

	do {
		unsigned flag;

		more = take_until(&value, ',', &name);
		flag = occasion(more ? name : value);
		if (flag == 0 || got & flag) return false;
		got |= flag;
	} while (more);
	if (got & DSN_NEVER && got != DSN_NEVER) return false;
	*ret = got;
	return true;
}

void dsn_write_notify(unsigned notify, struct buf *out)
{
	bool is_first = true;

	for (size_t i = 0; i < countof(occasions); i++) {
		if (!(notify & occasions[i].flag)) continue;
		if (!is_first) buf_add_char(out, ',');
		buf_add(out, occasions[i].name);
		is_first = false;
	}
}

bool dsn_take_return(slice value, enum dsn_return *ret)
{
	bool is_full = slice_eq_nocase(value, S("FULL"));

	if (!is_full && !slice_eq_nocase(value, S("HDRS"))) return false;
	*ret = is_full ? DSN_RETURN_FULL : DSN_RETURN_HEADERS;
	return true;
}

/* What is encoded must be able to stand in a field of a DSN (RFC 3461 4.2, 4.4). */
static bool is_printable_xtext(slice text)
{
	struct buf octets;
	bool good;

	buf_init(&octets, text.n);
	good = xtext_read(&octets, text);
	for (slice s = buf_slice(&octets); s.n; s = slice_skip(s, 1))
		if (*s.p != '\t' && (*s.p < ' ' || *s.p > '~')) good = false;
	buf_done(&octets);
	return good;
}

bool dsn_is_envelope_id(slice value)
{
	return value.n > 0 && value.n <= DSN_ENVID_MAX && is_printable_xtext(value);
}

static bool is_atom(slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_atext(text.p[i]) || (unsigned char)text.p[i] > 127) return false;
	return text.n > 0;
}

/* utf-8-addr-unitext or utf-8-address, without what may not stand in a parameter (RFC
 * 6533 3). */
static bool is_utf8_address(slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' ||
		    slice_find_char(S("+=\177"), text.p[i]) < 3)
			return false;
	return utf8_valid(text);
}

bool dsn_is_original_recipient(slice value, bool utf8)
{
	slice type;

	if (value.n > DSN_ORCPT_MAX || !take_until(&value, ';', &type)) return false;
	if (!is_atom(type) || value.n == 0) return false;
	if (is_printable_xtext(value)) return true;
	return utf8 && slice_eq_nocase(type, S("utf-8")) && is_utf8_address(value);
}

static void add_seven_bit(slice value, struct buf *out)
{
	uint32_t point;

	while (take_code_point_lenient(&value, &point))
		if (point < 0x80)
			buf_add_char(out, (char)point);
		else
			buf_addf(out, "\\x{%X}", (unsigned)point);
}

void dsn_add_original_recipient(slice value, bool utf8, struct buf *out)
{
	struct buf narrow;

	buf_init(&narrow, DSN_ORCPT_MAX);
	if (!utf8 && dsn_is_original_recipient(value, true)) {
		add_seven_bit(value, &narrow);
		value = buf_slice(&narrow);
	}
	if (!narrow.overflow && dsn_is_original_recipient(value, utf8)) {
		buf_add(out, S(" ORCPT="));
		buf_add(out, value);
	}
	buf_done(&narrow);
}
