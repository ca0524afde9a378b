#include "server/push_vapid.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/test.h"

enum { POINT = 65, NUMBERS = 64 };

static const uint8_t seed[VAPID_SEED_OCTETS] = { 1, 2, 3 };

static EVP_PKEY *public_key(slice point)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char curve[] = "prime256v1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
						  (void *)(uintptr_t)point.p, point.n),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;

	CHECK_INT(EVP_PKEY_fromdata_init(context), 1);
	CHECK_INT(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	EVP_PKEY_CTX_free(context);
	return key;
}

static bool is_signed(slice text, slice numbers, slice point)
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key = public_key(point);
	const uint8_t *both = (const uint8_t *)numbers.p;
	uint8_t *der = NULL;
	int n;
	bool good;

	CHECK_INT(numbers.n, NUMBERS);
	ECDSA_SIG_set0(signature, BN_bin2bn(both, NUMBERS / 2, NULL),
		       BN_bin2bn(both + NUMBERS / 2, NUMBERS / 2, NULL));
	n = i2d_ECDSA_SIG(signature, &der);
	CHECK_INT(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
	good = EVP_DigestVerify(context, der, (size_t)n, (const uint8_t *)text.p,
				text.n) == 1;
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	EVP_MD_CTX_free(context);
	ECDSA_SIG_free(signature);
	return good;
}

/* RFC 8292 2.4 has the form. */
static void check_token(const struct push_vapid *v, slice field, const char *claims)
{
	CLEANUP(buf_done) struct buf point = { .max = 200 }, numbers = { .max = 200 };
	CLEANUP(buf_done) struct buf said = { .max = 2000 };
	slice key, head, body, rest = field, token = { 0 };

	CHECK(take_literal(&rest, S("vapid t=")) && take_until(&rest, ',', &token));
	CHECK(take_literal(&rest, S(" k=")));
	key = rest;
	CHECK_SLICE(key, push_vapid_key(v));
	CHECK(base64url_decode(&point, key));
	CHECK_INT(point.n, POINT);
	rest = token;
	CHECK(take_until(&rest, '.', &head) && take_until(&rest, '.', &body));
	CHECK(base64url_decode(&numbers, rest));
	CHECK(is_signed(slice_head(token, head.n + 1 + body.n), buf_slice(&numbers),
			buf_slice(&point)));
	CHECK(base64url_decode(&said, body));
	CHECK_SLICE(buf_slice(&said), slice_of(claims));
}

TEST(push_vapid_signs)
{
	struct push_vapid *v = push_vapid_new(seed), *again = push_vapid_new(seed);
	CLEANUP(buf_done) struct buf out = { .max = 4000 };

	CHECK(v && again);
	CHECK_SLICE(push_vapid_key(v), push_vapid_key(again));
	CHECK(push_vapid_authorize(v, S("Push.Example.NET"), 443, S("push@example.com"),
				   1'453'480'568, &out));
	check_token(v, buf_slice(&out),
		    "{\"aud\":\"https://push.example.net\",\"exp\":1453523768,"
		    "\"sub\":\"mailto:push@example.com\"}");
	buf_reset(&out);
	CHECK(push_vapid_authorize(v, S("a.test"), 8443, S(""), 0, &out));
	check_token(v, buf_slice(&out),
		    "{\"aud\":\"https://a.test:8443\",\"exp\":43200}");
	push_vapid_free(v);
	push_vapid_free(again);
}

/* A seed beyond the curve's order is one, too. */
TEST(push_vapid_takes_any_seed)
{
	uint8_t seeds[2][VAPID_SEED_OCTETS] = { { 0 } };
	CLEANUP(buf_done) struct buf out = { .max = 4000 };

	memset(seeds[1], 0xff, sizeof(seeds[1]));
	for (size_t i = 0; i < countof(seeds); i++) {
		struct push_vapid *v = push_vapid_new(seeds[i]);

		CHECK(v);
		buf_reset(&out);
		CHECK(push_vapid_authorize(v, S("a.test"), 443, S(""), 0, &out));
		check_token(v, buf_slice(&out),
			    "{\"aud\":\"https://a.test\",\"exp\":43200}");
		push_vapid_free(v);
	}
}
