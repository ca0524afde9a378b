#include "message/address_token.h"

#include "message/header_text.h"

enum { ENCODED_WORD_LOOK = 1000 }; /* octets in which one must end to be seen as one */

bool is_atext(char c)
{
	static const slice signs = SLICE_INIT("!#$%&'*+-/=?^_`{|}~");

	return is_alpha(c) || is_digit(c) || (unsigned char)c >= 0x80 ||
	       slice_find_char(signs, c) < signs.n;
}

static bool is_special(char c)
{
	static const slice specials = SLICE_INIT(",;:<>@.");

	return !is_alpha(c) && slice_find_char(specials, c) < specials.n;
}

/* RFC 5322 3.4.1. No "[" inside, so that an open one is searched up to the next only. */
static bool take_literal_text(slice *in, slice *ret)
{
	slice s = slice_skip(*in, 1);

	while (s.n && s.p[0] != ']' && s.p[0] != '[')
		s = slice_skip(s, s.p[0] == '\\' && s.n > 1 ? 2 : 1);
	if (!s.n || s.p[0] == '[') return false;
	*ret = slice_head(*in, (size_t)(s.p - in->p) + 1);
	*in = slice_skip(s, 1);
	return true;
}

/* An encoded word may hold specials in the wild: =?utf-8?Q?Doe,_Jo?= is one atom. */
static size_t encoded_word_length(slice s)
{
	size_t marks = 0;

	s = slice_head(s, ENCODED_WORD_LOOK);
	if (!slice_starts(s, S("=?"))) return 0;
	for (size_t i = 2; i < s.n; i++) {
		if (is_header_space(s.p[i]) || s.p[i] == '"' || s.p[i] == '<' ||
		    s.p[i] == '>')
			return 0;
		if (s.p[i] != '?') continue;
		if (++marks > 2 && i + 1 < s.n && s.p[i + 1] == '=') return i + 2;
	}
	return 0;
}

/* Whether an opener is worth looking at, or known to be text. */
static bool may_open(const struct address_reader *r, char c)
{
	return (c == '(' && !r->comment_open) || (c == '"' && !r->quote_open) || c == '[';
}

/* At least one octet; the first may be anything. */
static slice take_atom(struct address_reader *r)
{
	size_t n = encoded_word_length(r->in);

	while (n < r->in.n) {
		char c = r->in.p[n];

		if (n && (is_header_space(c) || is_special(c) || may_open(r, c))) break;
		n += c == '\\' && n + 1 < r->in.n ? 2 : 1;
	}

	slice atom = slice_head(r->in, n);
	r->in = slice_skip(r->in, n);
	return atom;
}

/* Takes white space and comments up to something else; an open comment is that. */
static bool take_space(struct address_reader *r, slice *ret_comment)
{
	const char *start = r->in.p;

	*ret_comment = (slice){ 0 };
	while (r->in.n) {
		if (is_header_space(r->in.p[0]))
			r->in = slice_skip(r->in, 1);
		else if (r->in.p[0] != '(' || r->comment_open)
			break;
		else if (!take_comment(&r->in, ret_comment))
			r->comment_open = true;
	}
	return r->in.p > start;
}

struct address_token address_token_next(struct address_reader *r)
{
	struct address_token t = { .kind = TOKEN_SPACE };
	char c;

	if (take_space(r, &t.text)) return t;
	if (!r->in.n) return (struct address_token){ .kind = TOKEN_END };
	c = r->in.p[0];
	t.kind = c;
	t.text = slice_head(r->in, 1);
	if (c == '"' && may_open(r, c)) {
		if (take_quoted(&r->in, &t.text)) return t;
		r->quote_open = true;
	} else if (c == '[') {
		if (take_literal_text(&r->in, &t.text)) return t;
	} else if (is_special(c)) {
		r->in = slice_skip(r->in, 1);
		return t;
	}
	t.kind = TOKEN_ATOM;
	t.text = take_atom(r);
	return t;
}
