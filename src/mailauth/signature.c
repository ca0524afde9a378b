#include "mailauth/signature.h"

#include "base/base64.h"
#include "base/hex.h"
#include "mailauth/body_hashes.h"
#include "mailauth/name.h"
#include "mailauth/tag_list.h"
#include "message/header_text.h"

enum {
	DKIM = SIGNATURE_DKIM,
	MESSAGE = SIGNATURE_ARC_MESSAGE,
	SEAL = SIGNATURE_ARC_SEAL,
	DIGITS_MAX = 18, /* longer numbers count as without end (RFC 6376 3.5, t=) */
};

bool folded_base64_decode(slice text, struct buf *out)
{
	struct buf plain;
	bool good;

	buf_init(&plain, text.n);
	for (size_t i = 0; i < text.n; i++)
		if (!is_header_space(text.p[i])) buf_add_char(&plain, text.p[i]);
	good = base64_decode(out, buf_slice(&plain));
	buf_done(&plain);
	return good;
}

/* At least one octet. */
static bool read_base64(slice text, struct arena *arena, slice *ret)
{
	struct buf out;
	bool good;

	buf_init(&out, text.n);
	good = text.n && folded_base64_decode(text, &out) &&
	       arena_copy(arena, buf_slice(&out), ret);
	buf_done(&out);
	return good;
}

static bool read_number(slice text, int64_t *ret)
{
	uint64_t value = INT64_MAX;
	slice digits = text;

	for (size_t i = 0; i < text.n; i++)
		if (!is_digit(text.p[i])) return false;
	if (text.n == 0) return false;
	if (text.n <= DIGITS_MAX) take_u64(&digits, &value);
	*ret = (int64_t)value;
	return true;
}

/* RFC 5321's sub-domain, with the "_" that is seen and the UTF-8 of RFC 8616. */
static bool is_label(slice label)
{
	if (label.n == 0 || label.n > NAME_LABEL_MAX) return false;
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];
		bool is_ascii = (unsigned char)c < 0x80;

		if (is_ascii && !is_alpha(c) && !is_digit(c) && c != '-' && c != '_')
			return false;
	}
	return label.p[0] != '-' && label.p[label.n - 1] != '-';
}

static bool is_labels(slice name)
{
	slice label;

	if (name.n > NAME_MAX_OCTETS) return false;
	while (take_until(&name, '.', &label))
		if (!is_label(label)) return false;
	return is_label(name);
}

static bool read_version(slice value, struct arena *, struct signature *)
{
	return slice_eq(value, S("1"));
}

static bool read_algorithm(slice value, struct arena *, struct signature *s)
{
	s->algorithm = value;
	s->sha1 = slice_eq_nocase(value, S("rsa-sha1"));
	s->key = slice_eq_nocase(value, S("ed25519-sha256")) ? KEY_ED25519 : KEY_RSA;
	return s->sha1 || s->key == KEY_ED25519 ||
	       slice_eq_nocase(value, S("rsa-sha256"));
}

static bool read_signature(slice value, struct arena *arena, struct signature *s)
{
	s->text = value;
	return read_base64(value, arena, &s->octets);
}

static bool read_body_hash(slice value, struct arena *arena, struct signature *s)
{
	return read_base64(value, arena, &s->body_hash);
}

static bool read_canon(slice name, enum canon *ret)
{
	*ret = slice_eq_nocase(name, S("relaxed")) ? CANON_RELAXED : CANON_SIMPLE;
	return *ret == CANON_RELAXED || slice_eq_nocase(name, S("simple"));
}

static bool read_canons(slice value, struct arena *, struct signature *s)
{
	slice body = value;
	slice header;

	s->body_canon = CANON_SIMPLE; /* when only one is named */
	if (!take_until(&body, '/', &header)) return read_canon(value, &s->header_canon);
	return read_canon(header, &s->header_canon) && read_canon(body, &s->body_canon);
}

static bool read_domain(slice value, struct arena *, struct signature *s)
{
	s->domain = value;
	return is_labels(value) && slice_find_char(value, '.') < value.n;
}

static bool read_selector(slice value, struct arena *, struct signature *s)
{
	s->selector = value;
	return is_labels(value);
}

static bool read_names(slice value, struct arena *, struct signature *s)
{
	s->names = value;
	return true;
}

static bool refuse(slice, struct arena *, struct signature *)
{
	return false;
}

/* dkim-quoted-printable (RFC 6376 2.11): a local part, "@", a domain. */
static bool read_identity(slice value, struct arena *arena, struct signature *s)
{
	char *to = arena_alloc(arena, value.n + 1);
	size_t n = 0;

	if (!to) return false;
	while (value.n) {
		if (take_hex_escape(&value, '=', &to[n])) {
			n++;
			continue;
		}
		if (!is_header_space(value.p[0])) to[n++] = value.p[0];
		value = slice_skip(value, 1);
	}
	s->identity = (slice){ to, n };
	return true;
}

static bool read_instance(slice value, struct arena *, struct signature *s)
{
	return arc_instance_parse(value, &s->instance);
}

static bool read_length(slice value, struct arena *, struct signature *s)
{
	return read_number(value, &s->body_length);
}

static bool read_query(slice value, struct arena *, struct signature *)
{
	return tag_has_item(value, S("dns/txt"));
}

static bool read_signed_at(slice value, struct arena *, struct signature *s)
{
	return read_number(value, &s->signed_at);
}

static bool read_expires_at(slice value, struct arena *, struct signature *s)
{
	return read_number(value, &s->expires_at);
}

/* clang-format off */
static const struct rule {
	slice name;
	unsigned needed, known; /* kinds of signature where it must be, where it is read */
	bool (*read)(slice value, struct arena *arena, struct signature *s);
	const char *missing, *wrong;
} rules[] = {
	{ SLICE_INIT("v"), DKIM, DKIM, read_version, "v= is missing", "v= is not 1" },
	{ SLICE_INIT("d"), DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_domain,
	  "d= is missing", "d= is no domain name" },
	{ SLICE_INIT("s"), DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_selector,
	  "s= is missing", "s= is no selector" },
	{ SLICE_INIT("i"), MESSAGE | SEAL, MESSAGE | SEAL, read_instance,
	  "i= is missing", "i= is no instance" },
	{ SLICE_INIT("i"), 0, DKIM, read_identity, NULL, "i= is too long" },
	{ SLICE_INIT("a"), DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_algorithm,
	  "a= is missing", "a= is not known" },
	{ SLICE_INIT("b"), DKIM | MESSAGE | SEAL, DKIM | MESSAGE | SEAL, read_signature,
	  "b= is missing", "b= is no base64" },
	{ SLICE_INIT("bh"), DKIM | MESSAGE, DKIM | MESSAGE, read_body_hash,
	  "bh= is missing", "bh= is no base64" },
	{ SLICE_INIT("c"), 0, DKIM | MESSAGE, read_canons, NULL, "c= is not known" },
	{ SLICE_INIT("h"), DKIM | MESSAGE, DKIM | MESSAGE, read_names,
	  "h= is missing", NULL },
	{ SLICE_INIT("h"), 0, SEAL, refuse, NULL, "a seal has h=" }, /* RFC 8617 4.1.3 */
	{ SLICE_INIT("l"), 0, DKIM | MESSAGE, read_length, NULL, "l= is no number" },
	{ SLICE_INIT("q"), 0, DKIM | MESSAGE, read_query, NULL, "q= is not known" },
	{ SLICE_INIT("t"), 0, DKIM | MESSAGE | SEAL, read_signed_at, NULL, "t= is no time" },
	{ SLICE_INIT("x"), 0, DKIM | MESSAGE, read_expires_at, NULL, "x= is no time" },
};
/* clang-format on */

static struct dkim_finding read_tags(enum signature_kind kind,
				     const struct tag_list *tags, struct arena *arena,
				     struct signature *s)
{
	for (size_t i = 0; i < countof(rules); i++) {
		slice value = tag_list_find(tags, rules[i].name);

		if (!value.p && (rules[i].needed & kind))
			return (struct dkim_finding){ DKIM_NEUTRAL, rules[i].missing };
		if (value.p && (rules[i].known & kind) && !rules[i].read(value, arena, s))
			return (struct dkim_finding){ DKIM_NEUTRAL, rules[i].wrong };
	}
	return (struct dkim_finding){ DKIM_PASS, NULL };
}

/* The domain of i= is d= or below it (RFC 6376 6.1.1). */
static bool is_identity_fitting(const struct signature *s)
{
	slice domain = s->identity;
	slice local;

	while (take_until(&domain, '@', &local))
		continue;
	return domain.n < s->identity.n && is_labels(domain) &&
	       name_is_within(domain, s->domain);
}

static uint32_t count_items(slice value)
{
	uint32_t count = 0;
	slice item;

	while (take_tag_item(&value, &item))
		count++;
	return count;
}

/* What the tags must be to one another, and what policy wants (RFC 6376 6.1.1). */
static struct dkim_finding check_tags(enum signature_kind kind, const struct signature *s)
{
	if (s->expires_at >= 0 && s->expires_at <= s->signed_at)
		return (struct dkim_finding){ DKIM_NEUTRAL, "x= is not after t=" };
	if (s->sha1)
		return (struct dkim_finding){ DKIM_PERMERROR, "rsa-sha1 is historic" };
	if (count_items(s->names) > SIGNED_NAMES_MAX)
		return (struct dkim_finding){ DKIM_POLICY, "h= is too long" };
	if (kind != SIGNATURE_DKIM) return (struct dkim_finding){ DKIM_PASS, NULL };
	if (!tag_has_item(s->names, S("From")))
		return (struct dkim_finding){ DKIM_PERMERROR, "From is not signed" };
	if (!is_identity_fitting(s))
		return (struct dkim_finding){ DKIM_PERMERROR, "i= is not below d=" };
	return (struct dkim_finding){ DKIM_PASS, NULL };
}

/* "@" and the domain (RFC 6376 3.5, i=). */
static bool default_identity(struct arena *arena, struct signature *s)
{
	char *to = arena_alloc(arena, s->domain.n + 1);

	if (!to) return false;
	*to = '@';
	for (size_t i = 0; i < s->domain.n; i++)
		to[i + 1] = s->domain.p[i];
	s->identity = (slice){ to, s->domain.n + 1 };
	return true;
}

struct dkim_finding signature_parse(enum signature_kind kind, slice value,
				    struct arena *arena, struct signature *ret)
{
	enum canon canon = kind == SIGNATURE_DKIM ? CANON_SIMPLE : CANON_RELAXED;
	struct dkim_finding finding;
	struct tag_list tags;

	*ret = (struct signature){ .header_canon = canon,
				   .body_canon = canon,
				   .body_length = BODY_WHOLE,
				   .signed_at = -1,
				   .expires_at = -1 };
	if (value.n > SIGNATURE_MAX)
		return (struct dkim_finding){ DKIM_POLICY, "the signature is too long" };
	if (!tag_list_parse(value, &tags))
		return (struct dkim_finding){ DKIM_NEUTRAL, "the tags are malformed" };
	finding = read_tags(kind, &tags, arena, ret);
	if (finding.verdict) return finding;
	if (ret->identity.n == 0 && !default_identity(arena, ret))
		return (struct dkim_finding){ DKIM_POLICY,
					      "the signatures are too long" };
	return check_tags(kind, ret);
}

bool arc_instance_parse(slice value, uint32_t *ret)
{
	slice rest = value;
	uint32_t instance;

	if (value.n > 2 || !take_u32(&rest, &instance) || rest.n) return false;
	if (instance < 1 || instance > ARC_INSTANCES_MAX) return false;
	*ret = instance;
	return true;
}
