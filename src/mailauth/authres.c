#include "mailauth/authres.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "mailauth/field_value.h"
#include "mailauth/name.h"
#include "message/text.h"

enum {
	LINE_OCTETS = 78,    /* to be kept where words allow it (RFC 5322 2.1.1) */
	SIGNATURE_START = 8, /* characters of b= that are shown */
};

void authres_begin(struct authres *w, struct buf *out, slice start, slice authserv_id)
{
	*w = (struct authres){ .out = out, .line = out->n };
	buf_add(out, start);
	field_add_value(out, authserv_id);
}

static void fold(struct authres *w)
{
	buf_add(w->out, S("\r\n"));
	w->line = w->out->n;
	buf_add_char(w->out, '\t');
}

void authres_add(struct authres *w, slice method, slice result)
{
	buf_add_char(w->out, ';');
	fold(w);
	buf_add(w->out, method);
	buf_add_char(w->out, '=');
	buf_add(w->out, result);
	w->any = true;
}

/* name "=" value on this line, or on the next one where it would be too long. */
static void add_pair(struct authres *w, slice name, slice value)
{
	if (w->out->n - w->line + 1 + name.n + 1 + value.n > LINE_OCTETS)
		fold(w);
	else
		buf_add_char(w->out, ' ');
	buf_add(w->out, name);
	buf_add_char(w->out, '=');
	field_add_value(w->out, value);
}

void authres_add_reason(struct authres *w, slice reason)
{
	if (reason.n) add_pair(w, S("reason"), reason);
}

void authres_add_property(struct authres *w, slice property, slice value)
{
	if (value.n) add_pair(w, property, value);
}

bool authres_end(struct authres *w)
{
	if (!w->any) buf_add(w->out, S("; none"));
	buf_add(w->out, S("\r\n"));
	return !w->out->overflow;
}

/* RFC 8601 2.7.2: without the local part, which hardly any policy goes by. */
void authres_add_spf(struct authres *w, const struct spf_verdict *v,
		     enum spf_identity identity)
{
	authres_add(w, S("spf"), spf_result_name(v->result));
	authres_add_reason(w, v->problem);
	authres_add_property(
		w, identity == SPF_HELO ? S("smtp.helo") : S("smtp.mailfrom"), v->domain);
}

void authres_add_dmarc(struct authres *w, const struct dmarc_verdict *v)
{
	authres_add(w, S("dmarc"), dmarc_result_name(v->result));
	authres_add_property(w, S("header.from"), v->author);
	if (v->policy_domain.n)
		authres_add_property(w, S("policy.dmarc"), dmarc_policy_name(v->policy));
}

/* Enough of b= to tell signatures of one domain apart (RFC 6008 4). */
static slice signature_start(slice text, char room[static SIGNATURE_START])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < SIGNATURE_START; i++)
		if (text.p[i] > ' ') room[n++] = text.p[i];
	return (slice){ room, n };
}

void authres_add_dkim(struct authres *w, const struct dkim_result *r)
{
	char room[SIGNATURE_START];

	authres_add(w, S("dkim"), dkim_verdict_name(r->finding.verdict));
	authres_add_reason(w, slice_of(r->finding.reason));
	authres_add_property(w, S("header.d"), r->domain);
	authres_add_property(w, S("header.s"), r->selector);
	authres_add_property(w, S("header.i"), r->identity);
	authres_add_property(w, S("header.a"), r->algorithm);
	authres_add_property(w, S("header.b"), signature_start(r->signature, room));
}

void authres_add_arc(struct authres *w, const struct arc_result *r)
{
	char room[12];
	int n = snprintf(room, sizeof(room), "%u", r->oldest_pass);

	authres_add(w, S("arc"), arc_status_name(r->status));
	authres_add_reason(w, slice_of(r->reason));
	if (r->status == ARC_PASS)
		authres_add_property(w, S("header.oldest-pass"),
				     (slice){ room, (size_t)n });
}

void authres_add_iprev(struct authres *w, enum iprev_result result, struct ip ip)
{
	char room[IP_TEXT_MAX];

	authres_add(w, S("iprev"), iprev_result_name(result));
	authres_add_property(w, S("policy.iprev"), ip_text(ip_unmapped(ip), room));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One octet, or two with the backslash that quotes the second. */
static void skip_one(slice *in)
{
	*in = slice_skip(*in, in->p[0] == '\\' ? 2 : 1);
}

/* False when a comment does not end. */
static bool skip_cfws(slice *in)
{
	size_t depth = 0;

	while (in->n && (depth || is_space(in->p[0]) || in->p[0] == '(')) {
		if (in->p[0] == '(') depth++;
		if (in->p[0] == ')') depth--;
		skip_one(in);
	}
	return depth == 0;
}

/* The content of a quoted string, whose first quote was taken. */
static bool take_quoted(slice *in, struct buf *out)
{
	while (in->n && in->p[0] != '"') {
		if (in->p[0] == '\\' && in->n > 1)
			buf_add_char(out, in->p[1]);
		else if (in->p[0] != '\r' && in->p[0] != '\n')
			buf_add_char(out, in->p[0]);
		skip_one(in);
	}
	return take_char(in, '"');
}

/* value = token / quoted-string */
static bool take_value(slice *in, struct buf *out)
{
	static const slice specials = SLICE_INIT("()<>@,;:\\\"/[]?=");
	size_t n = 0;

	if (take_char(in, '"')) return take_quoted(in, out);
	while (n < in->n && !is_space(in->p[n]) &&
	       slice_find_char(specials, in->p[n]) == specials.n)
		n++;
	buf_add(out, slice_head(*in, n));
	*in = slice_skip(*in, n);
	return n > 0;
}

/* Domain names in either form, or any words: the test of RFC 8601 5. */
static bool is_same_id(slice a, slice b)
{
	CLEANUP(buf_done) struct buf x, y;

	buf_init(&x, NAME_MAX_OCTETS);
	buf_init(&y, NAME_MAX_OCTETS);
	if (slice_eq_nocase(a, b)) return true;
	return domain_to_ascii(a, &x) && domain_to_ascii(b, &y) &&
	       slice_eq_nocase(buf_slice(&x), buf_slice(&y));
}

/* [ CFWS authres-version ] and what has to come behind it. */
static bool is_version_known(slice s)
{
	uint32_t version = 1;

	if (!skip_cfws(&s)) return false;
	if (s.n && is_digit(s.p[0]) && !take_u32(&s, &version)) return false;
	if (!skip_cfws(&s)) return false;
	return version == 1 && (s.n == 0 || s.p[0] == ';');
}

bool authres_claims(slice value, slice authserv_id)
{
	CLEANUP(buf_done) struct buf id;

	buf_init(&id, FIELD_VALUE_MAX);
	if (!skip_cfws(&value) || !take_value(&value, &id) || id.overflow) return true;
	return is_same_id(buf_slice(&id), authserv_id) || !is_version_known(value);
}

bool authres_next_forged(const struct mime_part *root, slice authserv_id,
			 uint32_t *cursor, struct octet_range *ret)
{
	while (*cursor < root->field_count) {
		const struct header_field *f = &root->fields[(*cursor)++];

		if (!slice_eq_nocase(slice_trim(f->name), S("Authentication-Results")) ||
		    !authres_claims(f->value, authserv_id))
			continue;
		*ret = (struct octet_range){ f->start, f->end };
		return true;
	}
	return false;
}
