#include "imap/lexer.h"

#include <string.h>

/* The size between the braces; too large a number is as refused as the largest. */
static bool take_size(slice *in, uint64_t *ret)
{
	slice digits = *in;
	size_t n = 0;

	while (n < in->n && is_digit(in->p[n]))
		n++;
	if (!n) return false;
	digits.n = n;
	if (!take_u64(&digits, ret)) *ret = UINT64_MAX;
	*in = slice_skip(*in, n);
	return true;
}

/* "{" number ["+"] "}", with "~" before it for a literal8. */
static bool take_announcement(slice *in, struct literal *ret)
{
	slice s = *in;
	struct literal l = { 0 };

	l.is_binary = take_char(&s, '~');
	if (!take_char(&s, '{') || !take_size(&s, &l.size)) return false;
	l.no_wait = take_char(&s, '+');
	if (!take_char(&s, '}')) return false;
	*in = s;
	*ret = l;
	return true;
}

bool find_literal(slice line, struct literal *ret, size_t *ret_at)
{
	size_t at = line.n;
	slice s;

	if (!line.n || line.p[line.n - 1] != '}') return false;
	while (at && line.p[at - 1] != '{')
		at--;
	if (!at) return false;
	at--;
	if (at && line.p[at - 1] == '~') at--;
	s = slice_skip(line, at);
	if (!take_announcement(&s, ret) || s.n) return false;
	*ret_at = at;
	return true;
}

/* What neither atoms nor astrings hold, "]" excepted (RFC 9051 9: atom-specials). */
static bool is_special(char c)
{
	return (unsigned char)c <= ' ' || (unsigned char)c >= 127 ||
	       strchr("(){%*\"\\", c);
}

bool is_astring_char(char c)
{
	return !is_special(c) || c == '}';
}

bool is_atom_char(char c)
{
	return is_astring_char(c) && c != ']';
}

static bool is_tag_char(char c)
{
	return is_astring_char(c) && c != '+';
}

static bool is_list_char(char c)
{
	return is_astring_char(c) || c == '%' || c == '*';
}

static bool take_chars(slice *in, bool (*fits)(char), slice *ret)
{
	size_t n = 0;

	while (n < in->n && fits(in->p[n]))
		n++;
	if (!n) return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

bool take_space(slice *in)
{
	return take_char(in, ' ');
}

bool take_tag(slice *in, slice *ret)
{
	return take_chars(in, is_tag_char, ret);
}

bool take_atom(slice *in, slice *ret)
{
	return take_chars(in, is_atom_char, ret);
}

bool take_keyword(slice *in, slice word)
{
	slice s = *in, atom;

	if (!take_atom(&s, &atom) || !slice_eq_nocase(atom, word)) return false;
	*in = s;
	return true;
}

/* Octets of the quoted string's inside, or s.n when it does not end. */
static size_t find_quote(slice s, bool *ret_escaped)
{
	size_t i = 0;

	for (*ret_escaped = false; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] != '\\') continue;
		*ret_escaped = true;
		if (++i == s.n) return s.n;
		if (s.p[i] != '"' && s.p[i] != '\\') return s.n;
	}
	return i;
}

static bool unescape(slice quoted, struct arena *arena, slice *ret)
{
	char *p = arena_alloc(arena, quoted.n);
	size_t n = 0;

	if (!p) return false;
	for (size_t i = 0; i < quoted.n; i++) {
		if (quoted.p[i] == '\\') i++;
		p[n++] = quoted.p[i];
	}
	*ret = (slice){ p, n };
	return true;
}

/* Octets above 127 pass: UTF-8 is checked where a text gets its meaning. */
static bool take_quoted(slice *in, struct arena *arena, slice *ret)
{
	slice s = *in, inside;
	bool escaped;
	size_t n;

	if (!take_char(&s, '"')) return false;
	n = find_quote(s, &escaped);
	if (n == s.n) return false;
	inside = slice_head(s, n);
	if (memchr(inside.p, '\0', n) || memchr(inside.p, '\n', n) ||
	    memchr(inside.p, '\r', n))
		return false;
	if (!escaped)
		*ret = inside;
	else if (!unescape(inside, arena, ret))
		return false;
	*in = slice_skip(s, n + 1);
	return true;
}

static bool take_any_literal(slice *in, bool is_binary, slice *ret)
{
	slice s = *in;
	struct literal l;

	if (!take_announcement(&s, &l) || l.is_binary != is_binary ||
	    !take_literal(&s, S("\r\n")) || s.n < l.size)
		return false;
	*ret = slice_head(s, (size_t)l.size);
	*in = slice_skip(s, ret->n);
	return true;
}

static bool take_literal_string(slice *in, slice *ret)
{
	slice s = *in, text;

	if (!take_any_literal(&s, false, &text)) return false;
	if (slice_find_char(text, '\0') < text.n) return false;
	*in = s;
	*ret = text;
	return true;
}

bool take_literal8(slice *in, slice *ret)
{
	return take_any_literal(in, true, ret);
}

bool take_string(slice *in, struct arena *arena, slice *ret)
{
	return take_quoted(in, arena, ret) || take_literal_string(in, ret);
}

bool take_astring(slice *in, struct arena *arena, slice *ret)
{
	return take_chars(in, is_astring_char, ret) || take_string(in, arena, ret);
}

bool take_nstring(slice *in, struct arena *arena, slice *ret, bool *ret_present)
{
	if (take_string(in, arena, ret)) {
		*ret_present = true;
		return true;
	}
	if (!take_keyword(in, S("NIL"))) return false;
	*ret_present = false;
	*ret = (slice){ 0 };
	return true;
}

bool take_list_mailbox(slice *in, struct arena *arena, slice *ret)
{
	return take_chars(in, is_list_char, ret) || take_string(in, arena, ret);
}

bool take_modseq(slice *in, uint64_t *ret)
{
	slice s = *in;
	uint64_t n;

	if (!take_u64(&s, &n) || n > INT64_MAX) return false;
	*in = s;
	*ret = n;
	return true;
}

/* The inside of a quoted string that needs no escapes. */
static bool take_plain_quoted(slice *in, slice *ret)
{
	slice s = *in;

	if (!take_char(&s, '"') || !take_until(&s, '"', ret)) return false;
	*in = s;
	return true;
}

bool take_date_time(slice *in, struct date *ret)
{
	slice s = *in, text;

	if (!take_plain_quoted(&s, &text) || !date_parse_imap(text, ret)) return false;
	*in = s;
	return true;
}

bool take_date(slice *in, int64_t *ret_day)
{
	slice s = *in, text;

	if (!take_plain_quoted(&s, &text) && !take_atom(&s, &text)) return false;
	if (!date_parse_imap_day(text, ret_day)) return false;
	*in = s;
	return true;
}
