#include "mailauth/mta_sts.h"

#include "mailauth/name.h"
#include "mailauth/txt.h"

static const slice modes[] = {
	[MTA_STS_NONE] = SLICE_INIT("none"),
	[MTA_STS_TESTING] = SLICE_INIT("testing"),
	[MTA_STS_ENFORCE] = SLICE_INIT("enforce"),
};

/* sts-id = %s"id=" 1*32(ALPHA / DIGIT) */
static bool is_id(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i])) return false;
	return s.n > 0 && s.n <= MTA_STS_ID_MAX;
}

bool mta_sts_find_id(const struct dns_answer *txt, slice *ret)
{
	slice text, id;

	if (!txt_find_only(txt, S("v=STSv1;"), &text) ||
	    !txt_find_field(text, S("id"), &id) || !is_id(id))
		return false;
	*ret = id;
	return true;
}

/* sts-policy-ext-name, which the known names are like. */
static bool is_key(slice s)
{
	static const slice signs = SLICE_INIT("_-.");

	for (size_t i = 0; i < s.n; i++)
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) &&
		    (i == 0 || slice_find_char(signs, s.p[i]) == signs.n))
			return false;
	return s.n > 0 && s.n <= 32;
}

static bool is_policy_value(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0x80) == 0 && (s.p[i] < ' ' || s.p[i] == 0x7f))
			return false;
	return s.n > 0;
}

/* The next field, empty lines skipped. False at the end and for what is no field; then
 * *in is not empty. */
static bool take_policy_field(slice *in, slice *ret_key, slice *ret_value)
{
	slice rest = *in, line = { 0 }, key;

	while (line.n == 0 && take_listed(&rest, '\n', &line))
		line = slice_trim(line);
	if (line.n == 0) {
		*in = rest;
		return false;
	}
	if (!take_until(&line, ':', &key) || !is_key(key)) return false;
	line = slice_trim(line);
	if (!is_policy_value(line)) return false;
	*in = rest;
	*ret_key = key;
	*ret_value = line;
	return true;
}

/* ["*."] Domain, in A-labels. */
static bool is_pattern(slice s)
{
	take_literal(&s, S("*."));
	return name_is_valid(s) && slice_find_char(s, '*') == s.n;
}

static bool parse_mode(slice value, enum mta_sts_mode *ret)
{
	for (size_t i = 0; i < countof(modes); i++) {
		if (!slice_eq(value, modes[i])) continue;
		*ret = (enum mta_sts_mode)i;
		return true;
	}
	return false;
}

/* 1*10(DIGIT) */
static bool parse_max_age(slice value, uint32_t *ret)
{
	uint64_t seconds;

	if (value.n > 10 || !take_u64(&value, &seconds) || value.n) return false;
	*ret = seconds < MTA_STS_MAX_AGE_MAX ? (uint32_t)seconds : MTA_STS_MAX_AGE_MAX;
	return true;
}

/* The first value of each field; p == NULL: it is not there. */
struct fields {
	slice version, mode, max_age, mx;
};

static bool read_fields(slice text, struct fields *ret)
{
	slice key, value;

	while (take_policy_field(&text, &key, &value)) {
		slice *place = slice_eq(key, S("version"))   ? &ret->version
			       : slice_eq(key, S("mode"))    ? &ret->mode
			       : slice_eq(key, S("max_age")) ? &ret->max_age
			       : slice_eq(key, S("mx"))      ? &ret->mx
							     : NULL;

		if (place == &ret->mx && !is_pattern(value)) return false;
		if (place && place->p == NULL) *place = value;
	}
	return text.n == 0;
}

bool mta_sts_policy_parse(slice text, struct mta_sts_policy *ret)
{
	struct mta_sts_policy p = { .text = text };
	struct fields f = { 0 };

	if (text.n > MTA_STS_POLICY_MAX || !read_fields(text, &f)) return false;
	if (!slice_eq(f.version, S("STSv1")) || !parse_mode(f.mode, &p.mode) ||
	    !parse_max_age(f.max_age, &p.max_age_seconds))
		return false;
	if (p.mode != MTA_STS_NONE && f.mx.p == NULL) return false;
	*ret = p;
	return true;
}

bool mta_sts_take_mx(slice *rest, slice *ret)
{
	slice key, value;

	while (take_policy_field(rest, &key, &value)) {
		if (!slice_eq(key, S("mx"))) continue;
		*ret = value;
		return true;
	}
	return false;
}

/* "*" stands for one whole label, the first. */
static bool matches(slice pattern, slice host)
{
	if (take_literal(&pattern, S("*."))) host = name_parent(host);
	return slice_eq_nocase(pattern, host);
}

bool mta_sts_allows(const struct mta_sts_policy *p, slice host)
{
	slice rest = p->text, pattern;

	while (mta_sts_take_mx(&rest, &pattern))
		if (matches(pattern, host)) return true;
	return false;
}
