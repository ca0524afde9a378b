#include "smtp/path.h"

#include "base/utf8.h"
#include "message/address_token.h"
#include "smtp/domain.h"
#include "smtp/limits.h"

/* What was found, still as slices of the line. */
struct found {
	slice address;       /* with the quotes of the local part */
	slice local, domain; /* as written */
};

/* Atom = 1*atext, and UTF-8 beyond ASCII (RFC 6531 3.3). */
static bool take_atom(slice *in)
{
	slice s = *in;
	uint32_t c;

	while (s.n && is_atext(s.p[0]))
		if (!take_code_point(&s, &c)) return false;
	if (s.n == in->n) return false;
	*in = s;
	return true;
}

static bool take_dot_string(slice *in)
{
	slice s = *in;

	do {
		if (!take_atom(&s)) return false;
	} while (take_char(&s, '.'));
	*in = s;
	return true;
}

/* Quoted-string = DQUOTE *QcontentSMTP DQUOTE: no control characters, not even quoted. */
static bool take_quoted_string(slice *in)
{
	slice s = *in;
	uint32_t c;

	if (!take_char(&s, '"')) return false;
	while (take_code_point(&s, &c) && c >= ' ' && c != 127) {
		if (c == '"') {
			*in = s;
			return true;
		}
		if (c == '\\' && (!take_code_point(&s, &c) || c < ' ' || c > 126))
			return false;
	}
	return false;
}

/* [ A-d-l ":" ], where A-d-l = At-domain *( "," At-domain ). */
static bool skip_source_route(slice *in)
{
	slice domain;

	if (in->n == 0 || in->p[0] != '@') return true;
	do {
		if (!take_char(in, '@') || !smtp_take_domain(in, &domain)) return false;
	} while (take_char(in, ','));
	return take_char(in, ':');
}

/* Mailbox = Local-part "@" ( Domain / address-literal ). */
static bool take_mailbox(slice *in, struct found *ret)
{
	slice start = *in;

	if (!take_dot_string(in) && !take_quoted_string(in)) return false;
	ret->local = slice_head(start, start.n - in->n);
	if (!take_char(in, '@')) return false;
	if (!smtp_take_domain(in, &ret->domain) &&
	    !smtp_take_address_literal(in, &ret->domain))
		return false;
	ret->address = slice_head(start, start.n - in->n);
	return true;
}

/* What a kind of path may be instead of a mailbox. */
static bool take_special(slice *in, enum smtp_path_kind kind, struct found *ret)
{
	slice special = kind == FORWARD_PATH ? S("postmaster>") : S(">");
	slice start = *in;

	if (!take_literal_nocase(in, special)) return false;
	ret->local = ret->address = slice_head(start, special.n - 1);
	return true;
}

static bool unquote(slice local, struct arena *memory, slice *ret)
{
	char *to = arena_alloc(memory, local.n);
	size_t n = 0;

	if (!to) return false;
	for (size_t i = 1; i + 1 < local.n; i++) {
		if (local.p[i] == '\\') i++;
		to[n++] = local.p[i];
	}
	*ret = (slice){ to, n };
	return true;
}

static bool keep(const struct found *f, struct arena *memory, struct smtp_path *ret)
{
	if (!arena_copy(memory, f->address, &ret->address)) return false;
	ret->domain = slice_skip(ret->address, f->address.n - f->domain.n);
	ret->local = slice_head(ret->address, f->local.n);
	ret->is_utf8 = !is_ascii(ret->address);
	return f->local.n == 0 || f->local.p[0] != '"' ||
	       unquote(f->local, memory, &ret->local);
}

enum smtp_path_verdict smtp_take_path(slice *in, enum smtp_path_kind kind,
				      struct arena *memory, struct smtp_path *ret)
{
	slice s = *in;
	struct found f = { 0 };
	struct smtp_path got = { 0 };

	if (!take_char(&s, '<')) return PATH_MALFORMED;
	if (!take_special(&s, kind, &f) &&
	    (!skip_source_route(&s) || !take_mailbox(&s, &f) || !take_char(&s, '>')))
		return PATH_MALFORMED;
	if (in->n - s.n > SMTP_PATH_MAX) return PATH_TOO_LONG;
	if (!keep(&f, memory, &got)) return PATH_TOO_LONG;
	*in = s;
	*ret = got;
	return PATH_GOOD;
}

/* The domain is behind the last "@". */
static struct found split(slice address)
{
	size_t at = address.n;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	if (!at) return (struct found){ .address = address, .local = address };
	return (struct found){ .address = address,
			       .local = slice_head(address, at - 1),
			       .domain = slice_skip(address, at) };
}

enum smtp_path_verdict smtp_take_any_path(slice *in, struct arena *memory,
					  struct smtp_path *ret)
{
	slice rest = *in, address;
	bool is_bracketed = take_char(&rest, '<');
	size_t end = slice_find_char(rest, is_bracketed ? '>' : ' ');

	address = slice_trim(slice_head(rest, end));
	if (!address.n || has_controls(address)) return PATH_MALFORMED;
	struct found f = split(address);

	if (address.n > SMTP_PATH_MAX || !keep(&f, memory, ret)) return PATH_TOO_LONG;
	*in = slice_skip(rest, is_bracketed ? end + 1 : end);
	return PATH_GOOD;
}

bool smtp_is_mailbox(slice text)
{
	struct found f;

	return take_mailbox(&text, &f) && text.n == 0;
}
