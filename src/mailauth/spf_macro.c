#include "mailauth/spf_macro.h"

#include "base/hex.h"

enum {
	PARTS_ALL = 1000, /* no name or address has as many parts */
	NIBBLES_MAX = 64, /* octets of an IPv6 address with a dot behind each nibble */
	VALUE_MAX = 1024, /* octets of one macro's value that are looked at */
};

/* A run of text that stands for itself, or a macro. */
struct token {
	slice literal;
	bool is_literal; /* as written: not one of "%%", "%_" and "%-", which are macros
			  */
	char letter;     /* lower case; 0: literal holds the text */
	bool escape;     /* the letter was upper case */
	bool reverse;
	uint32_t parts; /* right-hand parts to keep */
	slice delimiters;
};

/* transformers = *DIGIT [ "r" ]; a number must not be zero. */
static bool take_transformers(slice *in, struct token *t)
{
	bool has_digits = in->n > 0 && is_digit(in->p[0]);

	t->parts = has_digits ? 0 : PARTS_ALL;
	while (in->n > 0 && is_digit(in->p[0])) {
		t->parts = t->parts * 10 + (uint32_t)(in->p[0] - '0');
		if (t->parts > PARTS_ALL) t->parts = PARTS_ALL;
		*in = slice_skip(*in, 1);
	}
	t->reverse = take_char(in, 'r') || take_char(in, 'R');
	return t->parts > 0;
}

/* What is behind "%{": macro-letter transformers *delimiter "}". */
static bool take_braced(slice *in, struct token *t)
{
	static const slice letters = SLICE_INIT("slodiphcrtv"),
			   delimiters = SLICE_INIT(".-+,/_=");

	if (in->n == 0) return false;
	t->letter = lower_ascii(in->p[0]);
	t->escape = t->letter != in->p[0];
	if (slice_find_char(letters, t->letter) == letters.n) return false;
	*in = slice_skip(*in, 1);
	if (!take_transformers(in, t) || !take_until(in, '}', &t->delimiters))
		return false;
	for (size_t i = 0; i < t->delimiters.n; i++)
		if (slice_find_char(delimiters, t->delimiters.p[i]) == delimiters.n)
			return false;
	if (t->delimiters.n == 0) t->delimiters = S(".");
	return true;
}

static bool take_macro(slice *in, struct token *t)
{
	if (take_char(in, '{')) return take_braced(in, t);
	if (take_char(in, '%'))
		t->literal = S("%");
	else if (take_char(in, '_'))
		t->literal = S(" ");
	else if (take_char(in, '-'))
		t->literal = S("%20");
	else
		return false;
	return true;
}

/* False at the end and for what is neither a macro nor visible ASCII or SP. */
static bool take_token(slice *in, struct token *ret)
{
	struct token t = { 0 };
	slice s = *in;
	size_t n = 0;

	if (take_char(&s, '%')) {
		if (!take_macro(&s, &t)) return false;
	} else {
		while (n < s.n && s.p[n] >= ' ' && s.p[n] <= '~' && s.p[n] != '%')
			n++;
		if (n == 0) return false;
		t.is_literal = true;
		t.literal = slice_head(s, n);
		s = slice_skip(s, n);
	}
	*in = s;
	*ret = t;
	return true;
}

/* toplabel = ( *alphanum ALPHA *alphanum ) /
 *            ( 1*alphanum "-" *( alphanum / "-" ) alphanum ) */
static bool is_top_label(slice s)
{
	bool all_digits = true;

	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i])) all_digits = false;
		if (!is_digit(s.p[i]) && !is_alpha(s.p[i]) && s.p[i] != '-') return false;
	}
	return s.n > 0 && !all_digits && s.p[0] != '-' && s.p[s.n - 1] != '-';
}

/* domain-end = ( "." toplabel [ "." ] ) / macro-expand, given the last token. */
static bool is_domain_end(const struct token *last)
{
	slice s = last->literal;
	size_t dot;

	if (!last->is_literal) return true;
	if (s.p[s.n - 1] == '.') s.n--;
	for (dot = s.n; dot > 0 && s.p[dot - 1] != '.'; dot--)
		;
	return dot > 0 && is_top_label(slice_skip(s, dot));
}

static bool fits(const struct token *t, enum spf_text kind)
{
	static const slice only_in_explanations = SLICE_INIT("crt");

	if (t->is_literal)
		return kind == SPF_EXPLANATION ||
		       slice_find_char(t->literal, ' ') == t->literal.n;
	return kind != SPF_DOMAIN_SPEC || t->letter == 0 ||
	       slice_find_char(only_in_explanations, t->letter) == only_in_explanations.n;
}

bool spf_text_valid(slice text, enum spf_text kind)
{
	struct token t = { 0 };
	bool any = false;

	while (text.n) {
		if (!take_token(&text, &t) || !fits(&t, kind)) return false;
		any = true;
	}
	return kind != SPF_DOMAIN_SPEC || (any && is_domain_end(&t));
}

bool spf_text_uses(slice text, char letter)
{
	struct token t;

	while (take_token(&text, &t))
		if (t.letter == letter) return true;
	return false;
}

static void add_escaped(struct buf *out, char c, bool escape)
{
	static const slice unreserved = SLICE_INIT("-._~");

	if (!escape || is_alpha(c) || is_digit(c) ||
	    slice_find_char(unreserved, c) < unreserved.n)
		buf_add_char(out, c);
	else
		buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
}

static bool is_delimiter(const struct token *t, char c)
{
	return slice_find_char(t->delimiters, c) < t->delimiters.n;
}

/* The last count parts of value, or the first ones when from_front. */
static slice keep_parts(const struct token *t, slice value, bool from_front)
{
	uint32_t left = t->parts;

	for (size_t i = 0; i < value.n; i++) {
		size_t at = from_front ? i : value.n - 1 - i;

		if (!is_delimiter(t, value.p[at]) || --left > 0) continue;
		return from_front ? slice_head(value, at) : slice_skip(value, at + 1);
	}
	return value;
}

static void add_forward(const struct token *t, slice value, struct buf *out)
{
	for (size_t i = 0; i < value.n; i++)
		add_escaped(out, is_delimiter(t, value.p[i]) ? '.' : value.p[i],
			    t->escape);
}

static void add_reversed(const struct token *t, slice value, struct buf *out)
{
	size_t end = value.n, start;

	for (;;) {
		for (start = end; start > 0 && !is_delimiter(t, value.p[start - 1]);)
			start--;
		for (size_t i = start; i < end; i++)
			add_escaped(out, value.p[i], t->escape);
		if (start == 0) return;
		buf_add_char(out, '.');
		end = start - 1;
	}
}

/* Split, reverse, cut and join again (RFC 7208 7.3). The right-hand parts of what was
 * reversed are the left-hand ones of what was not. */
static void add_transformed(const struct token *t, slice value, struct buf *out)
{
	value = keep_parts(t, slice_head(value, VALUE_MAX), t->reverse);
	if (t->reverse)
		add_reversed(t, value, out);
	else
		add_forward(t, value, out);
}

/* i: the dotted quad, or every nibble of an IPv6 address with dots between them. */
static void add_dotted(struct ip ip, struct buf *out)
{
	static const char digits[] = "0123456789abcdef";
	char room[IP_TEXT_MAX];

	if (ip.n != IP6_OCTETS) {
		buf_add(out, ip_text(ip, room));
		return;
	}
	for (size_t i = 0; i < IP6_OCTETS; i++)
		buf_addf(out, "%s%c.%c", i ? "." : "", digits[ip.octets[i] >> 4],
			 digits[ip.octets[i] & 15]);
}

static slice or_unknown(slice s)
{
	return s.n ? s : S("unknown");
}

static void add_value(char letter, const struct spf_facts *f, struct buf *out)
{
	char room[IP_TEXT_MAX];

	switch (letter) {
	case 's':
		buf_add(out, f->local);
		buf_add_char(out, '@');
		buf_add(out, f->sender_domain);
		break;
	case 'l':
		buf_add(out, f->local);
		break;
	case 'o':
		buf_add(out, f->sender_domain);
		break;
	case 'd':
		buf_add(out, f->domain);
		break;
	case 'i':
		add_dotted(f->ip, out);
		break;
	case 'c':
		buf_add(out, ip_text(f->ip, room));
		break;
	case 'v':
		buf_add(out, f->ip.n == IP6_OCTETS ? S("ip6") : S("in-addr"));
		break;
	case 'p':
		buf_add(out, or_unknown(f->validated));
		break;
	case 'h':
		buf_add(out, f->helo);
		break;
	case 'r':
		buf_add(out, or_unknown(f->receiver));
		break;
	case 't':
		buf_addf(out, "%lld", (long long)f->now);
		break;
	}
}

bool spf_text_expand(slice text, const struct spf_facts *facts, struct buf *out)
{
	struct token t;
	struct buf value;

	buf_init(&value, VALUE_MAX);
	while (take_token(&text, &t)) {
		if (t.letter == 0) {
			buf_add(out, t.literal);
			continue;
		}
		buf_reset(&value);
		add_value(t.letter, facts, &value);
		add_transformed(&t, buf_slice(&value), out);
	}
	buf_done(&value);
	return !out->overflow;
}
