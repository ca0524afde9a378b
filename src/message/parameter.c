#include "message/parameter.h"

#include "message/header_text.h"

/* An opener that is never closed is text, and so is each of its kind behind it: they are
 * not looked at again, which keeps the time linear. */
struct reader {
	slice in;
	bool comment_open, quote_open;
};

static char front(const struct reader *r)
{
	return r->in.n ? r->in.p[0] : ';';
}

static void advance(struct reader *r, size_t n)
{
	r->in = slice_skip(r->in, n);
}

static void skip_space(struct reader *r)
{
	while (is_header_space(front(r)))
		advance(r, 1);
}

/* An attribute: up to "=", white space, ";" or a quote. */
static slice take_attribute(slice *in)
{
	size_t n = 0;

	while (n < in->n && !is_header_space(in->p[n]) && in->p[n] != '=' &&
	       in->p[n] != ';' && in->p[n] != '"' && in->p[n] != '(')
		n++;

	slice name = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return name;
}

/* White space and comments. */
static void skip_filler(struct reader *r)
{
	slice comment;

	for (skip_space(r); front(r) == '(' && !r->comment_open; skip_space(r))
		if (!take_comment(&r->in, &comment)) r->comment_open = true;
}

/* Whether text between values starts another parameter, its semicolon forgotten. */
static bool starts_parameter(struct reader r)
{
	slice name = take_attribute(&r.in);

	skip_filler(&r);
	return name.n && front(&r) == '=';
}

/* One run of an unquoted value, without white space. True when a comment ends it: one
 * with text close behind does not, for names like report(1).pdf come without quotes. */
static bool skip_run(struct reader *r)
{
	slice comment, after;

	while (front(r) != ';' && !is_header_space(front(r))) {
		after = r->in;
		if (front(r) != '(' || r->comment_open)
			advance(r, 1);
		else if (!take_comment(&after, &comment))
			r->comment_open = true;
		else if (after.n == 0 || after.p[0] == ';' || is_header_space(after.p[0]))
			return true;
		else
			r->in = after;
	}
	return false;
}

/* RFC 2045 5.1 allows one run without quotes; file names with spaces are common. */
static slice take_unquoted(struct reader *r)
{
	slice value = { r->in.p, 0 };
	bool ended;

	do {
		const char *start = r->in.p;

		ended = skip_run(r);
		if (r->in.p > start) value.n = (size_t)(r->in.p - value.p);
		skip_space(r);
	} while (!ended && front(r) != ';' && !starts_parameter(*r));
	return value;
}

static slice take_value(struct reader *r)
{
	slice value;

	skip_filler(r);
	if (!r->quote_open && front(r) == '"') {
		if (take_quoted(&r->in, &value)) return value;
		r->quote_open = true;
	}
	if (front(r) == '"') advance(r, 1);
	return take_unquoted(r);
}

/* What is no parameter: semicolons, comments, words without "=". */
static void skip_stray(struct reader *r)
{
	for (skip_filler(r); r->in.n && !starts_parameter(*r); skip_filler(r))
		if (!take_attribute(&r->in).n) advance(r, 1);
}

/* The next parameter as written; false at the end of the list. */
static bool take_parameter(struct reader *r, struct mime_parameter *ret)
{
	skip_stray(r);
	if (!r->in.n) return false;
	ret->name = take_attribute(&r->in);
	skip_filler(r);
	advance(r, 1);
	ret->value = take_value(r);
	return true;
}

static uint32_t count_parameters(slice list)
{
	struct reader r = { .in = list };
	struct mime_parameter skipped;
	uint32_t count = 0;

	while (count < MIME_PARAMETERS_MAX && take_parameter(&r, &skipped))
		count++;
	return count;
}

bool parameter_list_raw(slice list, struct arena *arena,
			const struct mime_parameter **ret, uint32_t *ret_count)
{
	struct reader r = { .in = list };
	uint32_t count = count_parameters(list);
	struct mime_parameter *p = arena_alloc_array(arena, count, sizeof(*p));

	if (!p) return false;
	for (uint32_t i = 0; i < count && take_parameter(&r, &p[i]); i++)
		if (!header_unquote(p[i].value, arena, &p[i].value)) return false;
	*ret = p;
	*ret_count = count;
	return true;
}
