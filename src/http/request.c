#include "http/request.h"

enum {
	BAD_REQUEST = 400,
	TOO_LONG = 414,
	EXPECTATION_FAILED = 417,
	TOO_LARGE = 431,
	NOT_IMPLEMENTED = 501,
	VERSION_NOT_SUPPORTED = 505
};

size_t http_head_size(slice input)
{
	slice rest = input;

	while (take_literal(&rest, S("\r\n")))
		continue;
	size_t before = input.n - rest.n, end = slice_find(rest, S("\n\r\n")),
	       bare = slice_find(rest, S("\n\n"));

	if (bare < end) return before + bare + 2;
	return end < rest.n ? before + end + 3 : 0;
}

static bool is_letter_digit_or(slice others, char c)
{
	return is_alpha(c) || is_digit(c) || slice_find_char(others, c) < others.n;
}

/* tchar of RFC 9110 5.6.2 */
static bool is_token_char(char c)
{
	return is_letter_digit_or(S("!#$%&'*+-.^_`|~"), c);
}

static bool is_token(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.p[i])) return false;
	return s.n > 0;
}

/* HTAB, SP and everything printable; obs-text passes (RFC 9110 5.5). */
static bool is_field_value(slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f) return false;
	}
	return true;
}

/* host[:port] without userinfo, path or anything that could be taken for them. */
static bool is_authority(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter_digit_or(S("-._~:[]%"), s.p[i])) return false;
	return s.n > 0;
}

/* ---- the request line ---- */

static void set_path(struct http_request *r, slice target)
{
	size_t mark = slice_find_char(target, '?');

	r->path = slice_head(target, mark);
	r->query = slice_skip(target, mark + 1);
}

/* http://host/path?query: what a client says to a proxy, and a server must take (RFC 9112
 * 3.2.2). Its host counts, not that of the field. */
static bool take_absolute(struct http_request *r, slice target)
{
	if (!take_literal_nocase(&target, S("http://")) &&
	    !take_literal_nocase(&target, S("https://")))
		return false;
	size_t end = 0;

	while (end < target.n && target.p[end] != '/' && target.p[end] != '?')
		end++;
	r->host = slice_head(target, end);
	set_path(r, slice_skip(target, end));
	if (!r->path.n) r->path = S("/");
	return is_authority(r->host);
}

static bool parse_target(struct http_request *r, slice target)
{
	if (!is_visible(target) || slice_find_char(target, '#') < target.n) return false;
	if (target.p[0] == '/')
		set_path(r, target);
	else if (slice_eq(target, S("*")) && slice_eq(r->method, S("OPTIONS")))
		r->path = target;
	else
		return take_absolute(r, target);
	return true;
}

static unsigned parse_version(struct http_request *r, slice version)
{
	if (version.n != 8 || !take_literal(&version, S("HTTP/")) ||
	    !is_digit(version.p[0]) || version.p[1] != '.' || !is_digit(version.p[2]))
		return BAD_REQUEST;
	if (version.p[0] != '1') return VERSION_NOT_SUPPORTED;
	r->is_old = version.p[2] == '0';
	return 0;
}

static unsigned parse_request_line(struct http_request *r, slice line)
{
	slice target;

	if (line.n > HTTP_REQUEST_LINE_MAX) return TOO_LONG;
	if (!take_until(&line, ' ', &r->method) || !is_token(r->method) ||
	    !take_until(&line, ' ', &target))
		return BAD_REQUEST;
	unsigned refusal = parse_version(r, line);

	if (!refusal && !parse_target(r, target)) refusal = BAD_REQUEST;
	return refusal;
}

/* ---- the fields ---- */

const slice *http_request_field(const struct http_request *r, slice name)
{
	for (uint32_t i = 0; i < r->field_count; i++)
		if (slice_eq_nocase(r->fields[i].name, name)) return &r->fields[i].value;
	return NULL;
}

bool http_list_has(slice list, slice token)
{
	while (list.n) {
		size_t comma = slice_find_char(list, ',');

		if (slice_eq_nocase(slice_trim(slice_head(list, comma)), token))
			return true;
		list = slice_skip(list, comma + 1);
	}
	return false;
}

static unsigned parse_field(struct http_request *r, slice line)
{
	struct http_field f;

	if (r->field_count == HTTP_FIELDS_MAX) return TOO_LARGE;
	if (!take_until(&line, ':', &f.name) || !is_token(f.name) ||
	    !is_field_value(line))
		return BAD_REQUEST;
	f.value = slice_trim(line);
	r->fields[r->field_count++] = f;
	return 0;
}

/* The only field of that name; false: there are several. */
static bool only_field(const struct http_request *r, slice name, const slice **ret)
{
	*ret = NULL;
	for (uint32_t i = 0; i < r->field_count; i++) {
		if (!slice_eq_nocase(r->fields[i].name, name)) continue;
		if (*ret) return false;
		*ret = &r->fields[i].value;
	}
	return true;
}

/* RFC 9112 3.2: one Host, and one there must be. */
static unsigned check_host(struct http_request *r)
{
	const slice *host;

	if (!only_field(r, S("host"), &host)) return BAD_REQUEST;
	if (!host) return r->is_old ? 0 : BAD_REQUEST;
	if (host->n && !is_authority(*host)) return BAD_REQUEST;
	if (!r->host.n) r->host = *host;
	return 0;
}

/* RFC 9112 6: both ways at once, or one of them twice, is how requests are smuggled. */
static unsigned check_length(struct http_request *r)
{
	const slice *length, *coding;

	if (!only_field(r, S("content-length"), &length) ||
	    !only_field(r, S("transfer-encoding"), &coding) || (length && coding) ||
	    (coding && r->is_old))
		return BAD_REQUEST;
	if (coding && !slice_eq_nocase(*coding, S("chunked"))) return NOT_IMPLEMENTED;
	r->is_chunked = coding;
	if (!length) return 0;
	slice digits = *length;

	return take_u64(&digits, &r->length) && !digits.n ? 0 : BAD_REQUEST;
}

static unsigned check_expectation(struct http_request *r)
{
	const slice *expected = http_request_field(r, S("expect"));

	if (!expected || r->is_old) return 0; /* RFC 9110 10.1.1 */
	if (!slice_eq_nocase(*expected, S("100-continue"))) return EXPECTATION_FAILED;
	r->expects_continue = true;
	return 0;
}

static void note_connection(struct http_request *r)
{
	r->keeps_alive = !r->is_old;
	for (uint32_t i = 0; i < r->field_count; i++) {
		if (!slice_eq_nocase(r->fields[i].name, S("connection"))) continue;
		if (http_list_has(r->fields[i].value, S("keep-alive")))
			r->keeps_alive = true;
		if (http_list_has(r->fields[i].value, S("close"))) {
			r->keeps_alive = false;
			return;
		}
	}
}

unsigned http_request_parse(slice head, struct http_request *ret)
{
	slice line;
	unsigned refusal;
	bool is_whole = true;

	*ret = (struct http_request){ 0 };
	while (take_literal(&head, S("\r\n")))
		continue;
	if (!take_line(&head, &line)) return BAD_REQUEST;
	refusal = parse_request_line(ret, line);
	while (!refusal && (is_whole = take_line(&head, &line)) && line.n)
		refusal = parse_field(ret, line);
	if (!is_whole) refusal = BAD_REQUEST;
	if (!refusal) refusal = check_host(ret);
	if (!refusal) refusal = check_length(ret);
	if (!refusal) refusal = check_expectation(ret);
	note_connection(ret);
	return refusal;
}
