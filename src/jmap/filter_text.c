#include "jmap/filter_text.h"

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_escaped(char c)
{
	return c == '\'' || c == '"' || c == '\\';
}

/* Whether octet `at` is a backslash that stands for what is behind it. */
static bool is_escape(slice s, size_t at)
{
	return s.p[at] == '\\' && at + 1 < s.n && is_escaped(s.p[at + 1]);
}

/* quote *char quote; false leaves *in as it is. */
static bool take_phrase(slice *in, slice *ret)
{
	char quote = in->p[0];
	size_t at = 1;

	if (quote != '\'' && quote != '"') return false;
	while (at < in->n && in->p[at] != quote)
		at += is_escape(*in, at) ? 2 : 1;
	if (at >= in->n) return false;
	*ret = (slice){ in->p + 1, at - 1 };
	*in = slice_skip(*in, at + 1);
	return true;
}

bool take_filter_token(slice *in, struct filter_token *ret)
{
	size_t n = 0;

	while (in->n && is_white(in->p[0]))
		*in = slice_skip(*in, 1);
	if (!in->n) return false;
	ret->is_phrase = take_phrase(in, &ret->raw);
	if (ret->is_phrase) return true;
	while (n < in->n && !is_white(in->p[n]))
		n++;
	ret->raw = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

void filter_token_text(const struct filter_token *token, struct buf *out)
{
	for (size_t i = 0; i < token->raw.n; i++) {
		if (token->is_phrase && is_escape(token->raw, i)) i++;
		buf_add_char(out, token->raw.p[i]);
	}
}
