#include "sasl/token.h"

#include <jansson.h>
#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "sasl/jws.h"

enum {
	CLAIMS_MAX = 16 * 1024, /* octets */
	CLIENT_MAX = 4 * 1024,  /* octets of an id and a secret */
	AUDIENCES_MAX = 100,    /* of one token that are looked at */
	NO_END = -1,
};

/* The range in which a double is a whole second for sure. */
static const double time_max = 9007199254740992.0;

static const slice invalid_token = SLICE_INIT("invalid_token");

slice token_user(const struct token_verdict *v)
{
	return (slice){ v->user, v->user_octets };
}

static void deny(struct token_verdict *v, const char *why)
{
	*v = (struct token_verdict){ .verdict = ERR_DENIED,
				     .why = why,
				     .status = invalid_token };
}

static void doubt(struct token_verdict *v, const char *why)
{
	*v = (struct token_verdict){ .verdict = ERR_LATER, .why = why };
}

/* ---- claims ---- */

static slice text_of(const json_t *value)
{
	if (!json_is_string(value)) return S("");
	return (slice){ json_string_value(value), json_string_length(value) };
}

static slice claim(const json_t *claims, const char *name)
{
	return text_of(json_object_get(claims, name));
}

/* NumericDate, which may have a fraction (RFC 7519 2). False: there is one, but no such.
 */
static bool read_time(const json_t *claims, const char *name, int64_t absent,
		      int64_t *ret)
{
	const json_t *value = json_object_get(claims, name);
	double seconds = json_number_value(value);

	*ret = absent;
	if (!value) return true;
	if (!json_is_number(value) || !(seconds >= 0 && seconds < time_max)) return false;
	*ret = (int64_t)seconds;
	return true;
}

/* exp and nbf (RFC 7519 4.1.4, 4.1.5). NULL: now is between them. */
static const char *fault_of_time(const json_t *claims, const struct token_rules *rules,
				 int64_t now, int64_t *ret_until)
{
	int64_t from;

	if (!read_time(claims, "exp", NO_END, ret_until) ||
	    !read_time(claims, "nbf", 0, &from))
		return "time";
	if (*ret_until != NO_END && now - rules->skew_s >= *ret_until) return "expired";
	return now + rules->skew_s < from ? "early" : NULL;
}

static bool names_audience(const json_t *value, slice audience)
{
	if (slice_eq(text_of(value), audience)) return true;
	for (size_t i = 0; i < json_array_size(value) && i < AUDIENCES_MAX; i++)
		if (slice_eq(text_of(json_array_get(value, i)), audience)) return true;
	return false;
}

static bool has_word(slice words, slice wanted)
{
	slice word;

	while (words.n) {
		if (take_word(&words, &word) && slice_eq(word, wanted)) return true;
		take_char(&words, ' ');
	}
	return false;
}

/* RFC 8693 4.2 and RFC 7662 2.2; `scp` is Microsoft's and Okta's name of it. */
static bool has_scope(const json_t *claims, slice scope)
{
	const json_t *list = json_object_get(claims, "scp");

	return scope.n == 0 || has_word(claim(claims, "scope"), scope) ||
	       has_word(text_of(list), scope) || names_audience(list, scope);
}

/* Whoever can choose an address freely, must have shown that it is theirs. Apple and
 * Cognito say so in a string; an issuer that says nothing has no such users. */
static bool is_unverified(const json_t *claims, slice user_claim)
{
	const json_t *verified = json_object_get(claims, "email_verified");

	return slice_eq(user_claim, S("email")) && verified && !json_is_true(verified) &&
	       !slice_eq(text_of(verified), S("true"));
}

static bool keep_user(const json_t *claims, slice user_claim, struct token_verdict *ret)
{
	const json_t *value = json_object_getn(claims, user_claim.p, user_claim.n);
	slice user = text_of(value);

	if (user.n == 0 || user.n > SASL_NAME_MAX || is_unverified(claims, user_claim))
		return false;
	memcpy(ret->user, user.p, user.n);
	ret->user_octets = user.n;
	return true;
}

/* iss and aud (RFC 7519 4.1.1, 4.1.3). NULL: it is from whom and for whom it must be. */
static const char *fault_of_parties(const json_t *claims, const struct token_rules *rules,
				    bool is_asked)
{
	const json_t *issuer = json_object_get(claims, "iss");
	const json_t *audience = json_object_get(claims, "aud");

	if (rules->issuer.n && (issuer || !is_asked) &&
	    !slice_eq(text_of(issuer), rules->issuer))
		return "issuer";
	if (rules->audience.n)
		return names_audience(audience, rules->audience) ? NULL : "audience";
	return audience && !is_asked ? "audience" : NULL;
}

static void judge(const json_t *claims, const struct token_rules *rules, int64_t now,
		  bool is_asked, struct token_verdict *ret)
{
	int64_t until = NO_END;
	const char *fault = fault_of_time(claims, rules, now, &until);

	if (!fault && until == NO_END && !is_asked) fault = "no-end";
	if (!fault) fault = fault_of_parties(claims, rules, is_asked);
	*ret = (struct token_verdict){ .verdict = ERR_NONE,
				       .until = until == NO_END ? 0 : until };
	if (fault) {
		deny(ret, fault);
	} else if (!has_scope(claims, rules->scope)) {
		deny(ret, "scope");
		ret->status = S("insufficient_scope");
	} else if (!keep_user(claims, rules->user_claim, ret)) {
		deny(ret, "no-user");
	}
}

/* ---- JWT ---- */

void token_verify(slice token, const struct jwk_set *keys,
		  const struct token_rules *rules, int64_t now, struct token_verdict *ret)
{
	CLEANUP(buf_done) struct buf payload = { .max = CLAIMS_MAX };
	const char *why;
	json_t *claims;

	if (!jws_verify(token, keys, &payload, &why)) {
		deny(ret, why);
		return;
	}
	claims = json_loadb(buf_slice(&payload).p, payload.n, JSON_REJECT_DUPLICATES,
			    NULL);
	if (json_is_object(claims))
		judge(claims, rules, now, false, ret);
	else
		deny(ret, "claims");
	json_decref(claims);
}

/* ---- introspection ---- */

/* As forms are encoded: what is not unreserved (RFC 3986 2.3), in hexadecimal. */
static void add_encoded(struct buf *out, slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool is_plain = is_alpha(c) || is_digit(c) || c == '-' || c == '.' ||
				c == '_' || c == '~';

		if (is_plain)
			buf_add_char(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

void token_write_question(slice token, struct buf *out)
{
	buf_add(out, S("token="));
	add_encoded(out, token);
	buf_add(out, S("&token_type_hint=access_token"));
}

void token_write_client(slice id_and_secret, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf pair = { .max = CLIENT_MAX };
	slice id = id_and_secret;

	(void)take_until(&id_and_secret, ':', &id);
	add_encoded(&pair, id);
	buf_add_char(&pair, ':');
	add_encoded(&pair, id_and_secret);
	buf_add(out, S("Basic "));
	base64_encode(out, buf_slice(&pair));
}

/* The issuer's fault is no refusal of the token. */
void token_read_answer(slice body, const struct token_rules *rules, int64_t now,
		       struct token_verdict *ret)
{
	json_t *claims =
		body.n > INTROSPECTION_MAX
			? NULL
			: json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *active = json_object_get(claims, "active");

	if (json_is_true(active))
		judge(claims, rules, now, true, ret);
	else if (json_is_false(active))
		deny(ret, "inactive");
	else
		doubt(ret, "answer");
	json_decref(claims);
}
