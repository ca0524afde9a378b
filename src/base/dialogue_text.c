#include "base/dialogue_text.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP_MAX = 100000, PATTERN_MAX = 1000000 }; /* octets */

void dialogue_groups_init(struct dialogue_groups *g)
{
	for (size_t i = 0; i < DIALOGUE_GROUPS; i++)
		buf_init(&g->texts[i], GROUP_MAX);
}

void dialogue_groups_done(struct dialogue_groups *g)
{
	for (size_t i = 0; i < DIALOGUE_GROUPS; i++)
		buf_done(&g->texts[i]);
}

/* "${1}" */
static bool take_group(const struct dialogue_groups *g, slice *in, slice *ret)
{
	slice s = *in;

	if (!take_literal(&s, S("${")) || s.n < 2 || !is_digit(s.p[0]) || s.p[1] != '}')
		return false;
	*ret = buf_slice(&g->texts[s.p[0] - '0']);
	*in = slice_skip(s, 2);
	return true;
}

static bool take_size(slice *in, size_t block, struct buf *out)
{
	slice s = *in;
	const char *sign;

	if (!take_literal(&s, S("{="))) return false;
	sign = take_char(&s, '+') ? "+" : take_char(&s, '-') ? "-" : "";
	if (!take_char(&s, '}')) return false;
	buf_addf(out, "{%zu%s}", block, sign);
	*in = s;
	return true;
}

void dialogue_expand(const struct dialogue_groups *g, slice text, size_t block,
		     struct buf *out)
{
	slice group;

	while (text.n) {
		if (take_group(g, &text, &group)) {
			buf_add(out, group);
		} else if (!take_size(&text, block, out)) {
			buf_add_char(out, text.p[0]);
			text = slice_skip(text, 1);
		}
	}
}

static void add_quoted(struct buf *out, slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (strchr("\\^$.[]|()*+?{}", text.p[i])) buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
}

/* The pattern for the whole line, with the groups so far as plain text. */
static void make_expression(const struct dialogue_groups *g, slice pattern,
			    struct buf *out)
{
	slice group;

	buf_add(out, S("^("));
	while (pattern.n) {
		if (take_group(g, &pattern, &group)) {
			add_quoted(out, group);
			continue;
		}
		buf_add_char(out, pattern.p[0]);
		pattern = slice_skip(pattern, 1);
	}
	buf_add(out, S(")$\0"));
}

/* The outermost group is our own. */
static void keep_groups(struct dialogue_groups *g, const regmatch_t *match,
			const char *line)
{
	if (match[2].rm_so < 0) return;
	for (size_t i = 1; i < DIALOGUE_GROUPS; i++) {
		const regmatch_t *m = &match[i + 1];

		buf_reset(&g->texts[i]);
		if (m->rm_so < 0) continue;
		buf_add(&g->texts[i],
			(slice){ line + m->rm_so, (size_t)(m->rm_eo - m->rm_so) });
	}
}

bool dialogue_matches(struct dialogue_groups *g, slice pattern, slice line,
		      bool *ret_matches)
{
	regmatch_t match[DIALOGUE_GROUPS + 1];
	struct buf expression;
	regex_t regex;
	struct buf text;
	int fault;

	buf_init(&expression, PATTERN_MAX);
	make_expression(g, pattern, &expression);
	fault = regcomp(&regex, buf_slice(&expression).p, REG_EXTENDED);
	buf_done(&expression);
	if (fault) return false;
	buf_init(&text, line.n + 1);
	buf_add(&text, line);
	buf_add_char(&text, '\0');
	*ret_matches = !regexec(&regex, text.p, countof(match), match, 0);
	if (*ret_matches) keep_groups(g, match, text.p);
	buf_done(&text);
	regfree(&regex);
	return true;
}

static char take_escape(slice *in)
{
	static const char letters[] = "rnt0", values[] = "\r\n\t";
	const char *at;
	char c = in->p[0];

	if (c == 'x' && in->n > 2) {
		c = (char)(hex_value(in->p[1]) * 16 + hex_value(in->p[2]));
		*in = slice_skip(*in, 3);
		return c;
	}
	*in = slice_skip(*in, 1);
	at = strchr(letters, c);
	return at ? values[at - letters] : c;
}

void dialogue_unescape(slice text, struct buf *out)
{
	while (text.n) {
		char octet = text.p[0];

		text = slice_skip(text, 1);
		if (octet == '\\' && text.n) octet = take_escape(&text);
		buf_add_char(out, octet);
	}
}
