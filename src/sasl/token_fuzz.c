/*
 * Any token, any set of keys, any claims, any answer of an issuer. The first octet says
 * which. Nobody gets in but by what was signed or by an active answer, and then with a
 * name.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "sasl/jws.h"
#include "sasl/test_token.h"
#include "sasl/token.h"

enum { NOW = 1'767'225'600, MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct token_rules rules = { .user_claim = SLICE_INIT("email"),
					  .skew_s = 60 };

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_verdict(const struct token_verdict *v, bool may_be_good)
{
	check(v->verdict == ERR_NONE || v->verdict == ERR_DENIED ||
	      v->verdict == ERR_LATER);
	check((v->verdict == ERR_DENIED) == (v->status.n > 0));
	check((v->verdict == ERR_NONE) == (token_user(v).n > 0));
	check(v->verdict || may_be_good);
}

/* Without the secret there is no good token. */
static void try_token(slice in, const struct jwk_set *keys)
{
	struct token_verdict v;

	(void)jws_is_likely(in);
	token_verify(in, keys, &rules, NOW, &v);
	check_verdict(&v, false);
}

static void try_claims(slice in, const struct jwk_set *keys)
{
	CLEANUP(buf_done) struct buf token = { .max = MAX };
	CLEANUP(buf_done) struct buf payload = { .max = MAX };
	struct token_verdict v;
	const char *why;

	test_sign(S("{\"alg\":\"HS256\"}"), in, &token);
	if (!jws_verify(buf_slice(&token), keys, &payload, &why)) return; /* too long */
	check(slice_eq(buf_slice(&payload), in));
	token_verify(buf_slice(&token), keys, &rules, NOW, &v);
	check_verdict(&v, true);
	check(v.verdict != ERR_LATER);
}

static void try_keys(slice in)
{
	CLEANUP(buf_done) struct buf fault = { .max = MAX };
	CLEANUP(buf_done) struct buf token = { .max = MAX };
	struct jwk_set *keys = jwk_set_parse(in, &fault);

	check((keys == NULL) == (fault.n > 0));
	if (!keys) return;
	check(jwk_set_count(keys) > 0 && jwk_set_count(keys) <= JWK_KEYS_MAX);
	test_sign(S("{\"alg\":\"RS256\"}"), S("{}"), &token);
	try_token(buf_slice(&token), keys);
	jwk_set_free(keys);
}

static void try_answer(slice in)
{
	CLEANUP(buf_done) struct buf question = { .max = MAX };
	struct token_verdict v;

	token_read_answer(in, &rules, NOW, &v);
	check_verdict(&v, true);
	token_write_question(in, &question);
	check(slice_find_char(slice_skip(buf_slice(&question), 6), '&') ==
	      question.n - 6 - S("&token_type_hint=access_token").n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct jwk_set *keys;
	slice in = { (const char *)data + 1, n ? n - 1 : 0 };

	if (n == 0) return 0;
	if (!keys) keys = test_keys_of(S(TEST_KEYS));
	if (data[0] == 't') try_token(in, keys);
	if (data[0] == 'c') try_claims(in, keys);
	if (data[0] == 'k') try_keys(in);
	if (data[0] == 'a') try_answer(in);
	return 0;
}
