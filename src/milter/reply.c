#include "milter/reply.h"

static bool take_octets(slice *in, size_t n, slice *ret)
{
	if (in->n < n) return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

static bool take_number(slice *in, uint32_t *ret)
{
	slice four;

	if (!take_octets(in, 4, &four)) return false;
	*ret = 0;
	for (size_t i = 0; i < four.n; i++)
		*ret = *ret << 8 | (unsigned char)four.p[i];
	return true;
}

static bool take_text(slice *in, slice *ret)
{
	return take_until(in, '\0', ret);
}

/* Up to the NUL, or to the end, where some filters forget it. */
static slice text_of(slice in)
{
	return slice_head(in, slice_find_char(in, '\0'));
}

/* ---- by word ---- */

static bool read_nothing(slice in, struct milter_reply *)
{
	return in.n == 0;
}

static bool read_options(slice in, struct milter_reply *r)
{
	if (!take_number(&in, &r->version) || !take_number(&in, &r->may) ||
	    !take_number(&in, &r->wishes))
		return false;
	r->text = in;
	return true;
}

static bool read_address(slice in, struct milter_reply *r)
{
	r->text = slice_trim(text_of(in));
	if (r->text.n >= 2 && r->text.p[0] == '<' && r->text.p[r->text.n - 1] == '>')
		r->text = (slice){ r->text.p + 1, r->text.n - 2 };
	return true;
}

static bool read_octets(slice in, struct milter_reply *r)
{
	r->text = in;
	return true;
}

static bool read_reason(slice in, struct milter_reply *r)
{
	r->text = text_of(in);
	return true;
}

static bool is_name(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == ':') return false;
	return s.n > 0;
}

static bool is_value(slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool folds = i + 1 < s.n && (s.p[i + 1] == ' ' || s.p[i + 1] == '\t');

		if (s.p[i] == '\n' && !folds) return false;
		if (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n')) return false;
	}
	return true;
}

static bool read_field(slice in, struct milter_reply *r)
{
	return take_text(&in, &r->name) && take_text(&in, &r->text) && in.n == 0 &&
	       is_name(r->name) && is_value(r->text);
}

static bool read_numbered_field(slice in, struct milter_reply *r)
{
	return take_number(&in, &r->index) && read_field(in, r);
}

static size_t count_digits(slice s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n;
}

/* class "." subject "." detail (RFC 3463 2), of the code's class */
static bool take_enhanced(slice *in, char class, slice *ret)
{
	slice rest = *in;

	if (!take_char(&rest, class)) return false;
	for (int i = 0; i < 2; i++) {
		if (!take_char(&rest, '.')) return false;
		size_t n = count_digits(rest);
		if (n == 0 || n > 3) return false;
		rest = slice_skip(rest, n);
	}
	if (rest.n && rest.p[0] != ' ') return false;
	*ret = slice_head(*in, in->n - rest.n);
	*in = slice_trim(rest);
	return true;
}

/* "550 5.7.1 Go away", the first line of it. */
static bool read_reply(slice in, struct milter_reply *r)
{
	slice text = text_of(in), digits;

	text = slice_head(text, slice_find_char(text, '\n'));
	if (!take_octets(&text, 3, &digits) || count_digits(digits) != 3 ||
	    (digits.p[0] != '4' && digits.p[0] != '5'))
		return false;
	if (text.n && text.p[0] != ' ' && text.p[0] != '-' && text.p[0] != '\r')
		return false;
	for (size_t i = 0; i < 3; i++)
		r->code = 10 * r->code + (digits.p[i] - '0');
	r->text = slice_trim(slice_skip(text, 1));
	take_enhanced(&r->text, digits.p[0], &r->enhanced);
	return true;
}

static const struct shape {
	char word;
	bool (*read)(slice in, struct milter_reply *ret);
} shapes[] = {
	{ MILTER_OPTIONS, read_options },
	{ MILTER_ACCEPT, read_nothing },
	{ MILTER_CONTINUE, read_nothing },
	{ MILTER_DISCARD, read_nothing },
	{ MILTER_REJECT, read_nothing },
	{ MILTER_TEMPFAIL, read_nothing },
	{ MILTER_CONNECTION_FAILED, read_nothing },
	{ MILTER_SHUTDOWN, read_nothing },
	{ MILTER_PROGRESS, read_nothing },
	{ MILTER_SKIP, read_nothing },
	{ MILTER_REPLY, read_reply },
	{ MILTER_ADD_RCPT, read_address },
	{ MILTER_ADD_RCPT_WITH, read_address },
	{ MILTER_DELETE_RCPT, read_address },
	{ MILTER_CHANGE_FROM, read_address },
	{ MILTER_REPLACE_BODY, read_octets },
	{ MILTER_QUARANTINE, read_reason },
	{ MILTER_ADD_HEADER, read_field },
	{ MILTER_INSERT_HEADER, read_numbered_field },
	{ MILTER_CHANGE_HEADER, read_numbered_field },
};

enum milter_reading milter_take_reply(slice *in, struct milter_reply *ret)
{
	slice rest = *in, packet;
	uint32_t n;

	if (!take_number(&rest, &n)) return MILTER_PARTIAL;
	if (n == 0 || n > MILTER_PACKET_MAX) return MILTER_MALFORMED;
	if (!take_octets(&rest, n, &packet)) return MILTER_PARTIAL;
	for (size_t i = 0; i < countof(shapes); i++) {
		struct milter_reply got = { .word = (unsigned char)packet.p[0] };

		if (shapes[i].word != packet.p[0]) continue;
		if (!shapes[i].read(slice_skip(packet, 1), &got)) return MILTER_MALFORMED;
		*in = rest;
		*ret = got;
		return MILTER_WHOLE;
	}
	return MILTER_MALFORMED;
}

bool milter_take_macros(slice *in, uint32_t *ret_stage, slice *ret_names)
{
	slice rest = *in, names;
	uint32_t stage;

	if (!take_number(&rest, &stage) || !take_text(&rest, &names)) return false;
	*in = rest;
	*ret_stage = stage;
	*ret_names = names;
	return true;
}
