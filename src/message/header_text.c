#include "message/header_text.h"

bool is_header_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The length of the octet at the front, or of the quoted pair that starts there. */
static size_t pair_length(slice s)
{
	return s.p[0] == '\\' && s.n > 1 ? 2 : 1;
}

bool take_comment(slice *in, slice *ret)
{
	slice s = *in;
	size_t depth = 0;

	while (s.n) {
		depth += s.p[0] == '(';
		if (s.p[0] == ')' && --depth == 0) {
			*ret = (slice){ in->p + 1, (size_t)(s.p - in->p) - 1 };
			*in = slice_skip(s, 1);
			return true;
		}
		if (depth == 0) return false;
		s = slice_skip(s, pair_length(s));
	}
	return false;
}

void skip_cfws(slice *in)
{
	slice comment;

	while (in->n) {
		if (is_header_space(in->p[0]))
			*in = slice_skip(*in, 1);
		else if (in->p[0] != '(')
			return;
		else if (!take_comment(in, &comment))
			*in = slice_skip(*in, in->n);
	}
}

bool take_quoted(slice *in, slice *ret)
{
	slice s = *in;

	if (!take_char(&s, '"')) return false;
	while (s.n && s.p[0] != '"')
		s = slice_skip(s, pair_length(s));
	if (!s.n) return false;
	*ret = (slice){ in->p + 1, (size_t)(s.p - in->p) - 1 };
	*in = slice_skip(s, 1);
	return true;
}

static bool is_plain(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\\' || s.p[i] == '\r' || s.p[i] == '\n') return false;
	return true;
}

bool header_unquote(slice inside, struct arena *arena, slice *ret)
{
	char *to;
	size_t n = 0;

	if (is_plain(inside)) {
		*ret = inside;
		return true;
	}
	to = arena_alloc(arena, inside.n);
	if (!to) return false;
	while (inside.n) {
		size_t length = pair_length(inside);
		char c = inside.p[length - 1];

		if (c != '\r' && c != '\n') to[n++] = c;
		inside = slice_skip(inside, length);
	}
	*ret = (slice){ to, n };
	return true;
}

/* Copies to the arena what is between the comments and not a line end. */
bool header_uncomment(slice value, struct arena *arena, slice *ret)
{
	slice comment, s = slice_trim(value);
	char *to;
	size_t n = 0;

	if (is_plain(s) && slice_find_char(s, '(') == s.n) {
		*ret = s;
		return true;
	}
	to = arena_alloc(arena, s.n);
	if (!to) return false;
	while (s.n) {
		if (s.p[0] == '(' && take_comment(&s, &comment)) continue;
		if (s.p[0] == '(') break;
		if (s.p[0] != '\r' && s.p[0] != '\n') to[n++] = s.p[0];
		s = slice_skip(s, 1);
	}
	*ret = slice_trim((slice){ to, n });
	return true;
}

void header_unfold(slice value, struct buf *out)
{
	while (value.n) {
		size_t n = 0;

		while (n < value.n && value.p[n] != '\r' && value.p[n] != '\n')
			n++;
		buf_add(out, slice_head(value, n));
		value = slice_skip(value, n + 1);
	}
}

/* White space removed: references are folded inside an id by some list software. */
static bool without_space(slice s, struct arena *arena, slice *ret)
{
	char *to = arena_alloc(arena, s.n);
	size_t n = 0;

	if (!to) return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_header_space(s.p[i])) to[n++] = s.p[i];
	*ret = (slice){ to, n };
	return true;
}

/* Advances behind the next "<...>" outside comments and quoted strings. An id that is
 * never closed ends at the next bracket or white space. */
static bool take_bracketed_id(slice *in, slice *ret)
{
	slice skipped;

	for (skip_cfws(in); in->n && in->p[0] != '<'; skip_cfws(in))
		if (in->p[0] != '"' || !take_quoted(in, &skipped))
			*in = slice_skip(*in, pair_length(*in));
	while (take_char(in, '<'))
		;
	if (in->n == 0) return false;

	size_t n = 0;
	while (n < in->n && in->p[n] != '>' && in->p[n] != '<')
		n++;
	if (n == in->n || in->p[n] == '<')
		for (n = 0; n < in->n && in->p[n] != '<' && !is_header_space(in->p[n]);)
			n++;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	take_char(in, '>');
	return true;
}

static bool take_bare_id(slice *in, slice *ret)
{
	for (skip_cfws(in); in->n; skip_cfws(in)) {
		size_t n = 0;

		while (n < in->n && !is_header_space(in->p[n]))
			n++;
		*ret = slice_head(*in, n);
		*in = slice_skip(*in, n);
		if (slice_find_char(*ret, '@') < ret->n) return true;
	}
	return false;
}

typedef bool take_id(slice *in, slice *ret);

static uint32_t count_ids(take_id *take, slice value)
{
	uint32_t count = 0;
	slice id;

	while (take(&value, &id))
		count++;
	return count;
}

bool message_ids_parse(slice value, struct arena *arena, const slice **ret,
		       uint32_t *ret_count)
{
	bool bracketed = slice_find_char(value, '<') < value.n;
	take_id *take = bracketed ? take_bracketed_id : take_bare_id;
	uint32_t found = count_ids(take, value);
	uint32_t skip = found > MESSAGE_IDS_MAX ? found - MESSAGE_IDS_MAX : 0;
	slice id, *ids = arena_alloc_array(arena, found - skip, sizeof(*ids));
	uint32_t count = 0;

	if (!ids) return false;
	for (uint32_t i = 0; i < found && take(&value, &id); i++) {
		if (i < skip) continue;
		if (!without_space(id, arena, &ids[count])) return false;
		count += ids[count].n > 0;
	}
	*ret = ids;
	*ret_count = count;
	return true;
}
