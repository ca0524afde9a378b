#include "server/push_cipher.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/test.h"

/* RFC 8291 A */
static const char own_public[] =
	"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
	"WAmS6TlzAC8wEqKK6PBru3jl7A8";
static const char own_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char device_key[] =
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4"
	"bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char salt_text[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char secret_text[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char message[] =
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
	"mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
	"pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

static struct buf octets(const char *text)
{
	struct buf b = { .max = 1000 };

	CHECK(base64url_decode(&b, slice_of(text)));
	return b;
}

static EVP_PKEY *example_pair(slice point, slice secret)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	BIGNUM *number = BN_bin2bn((const uint8_t *)secret.p, (int)secret.n, NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *pair = NULL;
	OSSL_PARAM *params;

	OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
					0);
	OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.p,
					 point.n);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number);
	params = OSSL_PARAM_BLD_to_param(build);
	CHECK_INT(EVP_PKEY_fromdata_init(context), 1);
	CHECK_INT(EVP_PKEY_fromdata(context, &pair, EVP_PKEY_KEYPAIR, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(number);
	EVP_PKEY_CTX_free(context);
	return pair;
}

/* RFC 8291 5, with the values of its appendix A */
TEST(push_cipher_has_the_rfc_s_example)
{
	CLEANUP(buf_done)
	struct buf point = octets(own_public), number = octets(own_private);
	CLEANUP(buf_done) struct buf key = octets(device_key), salt = octets(salt_text);
	CLEANUP(buf_done) struct buf secret = octets(secret_text), want = octets(message);
	CLEANUP(buf_done) struct buf out = { .max = PUSH_SEALED_MAX };
	EVP_PKEY *pair = example_pair(buf_slice(&point), buf_slice(&number));

	CHECK(push_encrypt_with(pair, buf_slice(&salt), buf_slice(&key),
				buf_slice(&secret),
				S("When I grow up, I want to be a watermelon"), &out));
	CHECK_SLICE(buf_slice(&out), buf_slice(&want));
	EVP_PKEY_free(pair);
}

TEST(push_cipher_has_limits)
{
	static char plain[PUSH_PLAIN_MAX + 1];
	CLEANUP(buf_done)
	struct buf key = octets(device_key), secret = octets(secret_text);
	CLEANUP(buf_done) struct buf out = { .max = PUSH_SEALED_MAX };
	slice most = { plain, PUSH_PLAIN_MAX }, more = { plain, sizeof(plain) };

	CHECK(push_encrypt(buf_slice(&key), buf_slice(&secret), most, &out));
	CHECK_INT(out.n, PUSH_SEALED_MAX);
	buf_reset(&out);
	CHECK(!push_encrypt(buf_slice(&key), buf_slice(&secret), more, &out));
}

TEST(push_key_is_a_point)
{
	CLEANUP(buf_done) struct buf key = octets(device_key);
	char other[65];

	CHECK(push_key_is_good(buf_slice(&key)));
	CHECK(!push_key_is_good(slice_head(buf_slice(&key), 64)));
	memcpy(other, buf_slice(&key).p, sizeof(other));
	other[64] ^= 1;
	CHECK(!push_key_is_good((slice){ other, sizeof(other) }));
	CHECK(!push_key_is_good(S("")));
}
