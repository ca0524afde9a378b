#include "sasl/token.h"

#include "base/cleanup.h"
#include "base/test.h"
#include "sasl/test_token.h"

enum { NOW = 1'767'225'600 }; /* 2026-01-01 */

/* Of the claims: "exp" is an hour from NOW. */
#define EXP "\"exp\":1767229200,"
#define WHO "\"email\":\"jo@example.test\""

static const struct token_rules rules = { .issuer = SLICE_INIT("https://id.example.test"),
					  .audience = SLICE_INIT("mail"),
					  .scope = SLICE_INIT("imap"),
					  .user_claim = SLICE_INIT("email"),
					  .skew_s = 60 };
static const struct token_rules lax = { .user_claim = SLICE_INIT("email") };

struct sample {
	const struct token_rules *rules;
	const char *claims;
	const char *why; /* NULL: jo@example.test */
};

static void verify(const char *claims, const struct token_rules *r,
		   struct token_verdict *ret)
{
	CLEANUP(buf_done) struct buf token = { .max = 10000 };
	struct jwk_set *keys = test_keys_of(S(TEST_KEYS));

	test_sign(S("{\"alg\":\"HS256\"}"), slice_of(claims), &token);
	token_verify(buf_slice(&token), keys, r, NOW, ret);
	jwk_set_free(keys);
}

static void check(const struct token_verdict *v, const char *why)
{
	CHECK_SLICE(slice_of(v->why), slice_of(why));
	CHECK_INT(v->verdict, why ? ERR_DENIED : ERR_NONE);
	CHECK_SLICE(token_user(v), why ? S("") : S("jo@example.test"));
	CHECK_SLICE(v->status, !why ? S("")
			       : slice_eq(slice_of(why), S("scope"))
				       ? S("insufficient_scope")
				       : S("invalid_token"));
}

#define FROM "\"iss\":\"https://id.example.test\","
#define FOR "\"aud\":\"mail\","
#define GOOD FROM FOR "\"scope\":\"imap smtp\","

/* clang-format off */
static const struct sample claims_samples[] = {
	{ &rules, "{" EXP GOOD WHO "}", NULL },
	{ &rules, "{\"exp\":1767225600," GOOD WHO "}", NULL }, /* within the skew */
	{ &rules, "{\"exp\":1767225541.5," GOOD WHO "}", NULL },
	{ &rules, "{\"exp\":1767225540," GOOD WHO "}", "expired" },
	{ &rules, "{\"exp\":0," GOOD WHO "}", "expired" },
	{ &rules, "{\"exp\":-1," GOOD WHO "}", "time" },
	{ &rules, "{\"exp\":1e300," GOOD WHO "}", "time" },
	{ &rules, "{\"exp\":\"1767229200\"," GOOD WHO "}", "time" },
	{ &rules, "{\"exp\":null," GOOD WHO "}", "time" },
	{ &rules, "{" GOOD WHO "}", "no-end" },
	{ &rules, "{\"nbf\":1767225660," EXP GOOD WHO "}", NULL },
	{ &rules, "{\"nbf\":1767225661," EXP GOOD WHO "}", "early" },
	{ &rules, "{\"nbf\":[]," EXP GOOD WHO "}", "time" },
	{ &rules, "{" EXP "\"iss\":\"https://id.example.test/\"," FOR WHO "}", "issuer" },
	{ &rules, "{" EXP FOR WHO "}", "issuer" },
	{ &rules, "{" EXP FROM WHO "}", "audience" },
	{ &rules, "{" EXP FROM "\"aud\":\"mailer\"," WHO "}", "audience" },
	{ &rules, "{" EXP FROM "\"aud\":[\"web\",\"mail\"],\"scp\":[\"imap\"]," WHO "}", NULL },
	{ &rules, "{" EXP FROM "\"aud\":[\"web\",1]," WHO "}", "audience" },
	{ &rules, "{" EXP FROM FOR WHO "}", "scope" },
	{ &rules, "{" EXP FROM FOR "\"scope\":\"imaps\"," WHO "}", "scope" },
	{ &rules, "{" EXP FROM FOR "\"scp\":\"pop imap\"," WHO "}", NULL },
	{ &rules, "{" EXP GOOD "\"sub\":\"jo@example.test\"}", "no-user" },
	{ &rules, "{" EXP GOOD "\"email\":\"\"}", "no-user" },
	{ &rules, "{" EXP GOOD "\"email\":[\"jo@example.test\"]}", "no-user" },
	{ &rules, "{" EXP GOOD WHO ",\"email_verified\":true}", NULL },
	{ &rules, "{" EXP GOOD WHO ",\"email_verified\":false}", "no-user" },
	{ &rules, "{" EXP GOOD WHO ",\"email_verified\":\"true\"}", NULL },
	{ &rules, "{" EXP GOOD WHO ",\"email_verified\":\"false\"}", "no-user" },
	{ &rules, "{" EXP GOOD WHO ",\"email_verified\":0}", "no-user" },
	{ &rules, "{" EXP GOOD WHO ",\"email_verified\":null}", "no-user" },
	{ &rules, "{" EXP GOOD WHO "," WHO "}", "claims" },
	{ &rules, "[]", "claims" },
	{ &rules, "nonsense", "claims" },
	{ &lax, "{" EXP WHO "}", NULL },
	{ &lax, "{" EXP WHO ",\"aud\":\"web\"}", "audience" },
	{ &lax, "{" EXP WHO ",\"iss\":\"whoever\"}", NULL },
};
/* clang-format on */

/* RFC 7519 4.1 */
TEST(token_claims)
{
	for (size_t i = 0; i < countof(claims_samples); i++) {
		struct token_verdict v;

		verify(claims_samples[i].claims, claims_samples[i].rules, &v);
		check(&v, claims_samples[i].why);
	}
}

TEST(token_end_is_told)
{
	struct token_verdict v;

	verify("{" EXP WHO "}", &lax, &v);
	CHECK_INT(v.until, NOW + 3600);
	token_read_answer(S("{\"active\":true," WHO "}"), &lax, NOW, &v);
	CHECK_INT(v.until, 0);
}

/* RFC 7662 2.2 */
TEST(token_introspection)
{
	static const struct sample t[] = {
		{ &lax, "{\"active\":true," WHO "}", NULL },
		{ &lax,
		  "{\"active\":true,\"aud\":\"https://protected.example.net/"
		  "resource\"," WHO "}",
		  NULL },
		{ &lax, "{\"active\":true,\"client_id\":\"l238j323ds-23ij4\"}",
		  "no-user" },
		{ &lax, "{\"active\":false}", "inactive" },
		{ &lax, "{\"active\":false," WHO "}", "inactive" },
		{ &lax, "{\"active\":true,\"exp\":1," WHO "}", "expired" },
		{ &rules, "{\"active\":true,\"aud\":\"mail\",\"scope\":\"imap\"," WHO "}",
		  NULL },
		{ &rules, "{\"active\":true,\"aud\":\"mail\",\"scope\":\"pop\"," WHO "}",
		  "scope" },
		{ &rules, "{\"active\":true,\"scope\":\"imap\"," WHO "}", "audience" },
		{ &rules, "{\"active\":true,\"iss\":\"other\",\"aud\":\"mail\"," WHO "}",
		  "issuer" },
	};
	static const char *const nonsense[] = {
		"",
		"{}",
		"[]",
		"{\"active\":\"true\"," WHO "}",
		"{\"active\":true",
		"{\"active\":true,\"active\":true," WHO "}",
		"{\"error\":\"invalid_client\"}",
	};
	struct token_verdict v;

	for (size_t i = 0; i < countof(t); i++) {
		token_read_answer(slice_of(t[i].claims), t[i].rules, NOW, &v);
		check(&v, t[i].why);
	}
	for (size_t i = 0; i < countof(nonsense); i++) {
		token_read_answer(slice_of(nonsense[i]), &lax, NOW, &v);
		CHECK_INT(v.verdict, ERR_LATER);
	}
}

/* RFC 7662 2.1; RFC 6749 2.3.1 */
TEST(token_question)
{
	CLEANUP(buf_done) struct buf b = { .max = 1000 };

	token_write_question(S("mF_9.B5f-4.1JqM+/="), &b);
	CHECK_SLICE(buf_slice(&b),
		    S("token=mF_9.B5f-4.1JqM%2B%2F%3D&token_type_hint=access_token"));
	buf_reset(&b);
	token_write_client(S("s6BhdRkqt3:gX1fBat3bV"), &b);
	CHECK_SLICE(buf_slice(&b), S("Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"));
	buf_reset(&b);
	token_write_client(S("a b:c:d"), &b);
	CHECK_SLICE(buf_slice(&b), S("Basic YSUyMGI6YyUzQWQ="));
}
