#include "server/push_vapid.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "jmap/push.h"

enum {
	HTTPS_PORT = 443,
	KEY_TEXT_MAX = 100,
	CLAIMS_MAX = 2048,
	TOKEN_MAX = 4096,
	HALF = 32, /* octets of each number of a signature (RFC 7518 3.4) */
	DER_MAX = 128,
};

struct push_vapid {
	EVP_PKEY *pair;
	struct buf key; /* the public half */
};

/* ---- the key pair ---- */

/* A number from 1 to below the order: the seed, which hardly ever is beyond it. */
static bool set_secret(const EC_GROUP *group, const uint8_t *seed, BN_CTX *context,
		       BIGNUM *secret)
{
	BIGNUM *most = BN_dup(EC_GROUP_get0_order(group));
	bool good = most && BN_sub_word(most, 1) &&
		    BN_bin2bn(seed, VAPID_SEED_OCTETS, secret) &&
		    BN_mod(secret, secret, most, context) && BN_add_word(secret, 1);

	BN_free(most);
	return good;
}

static bool write_point(const EC_GROUP *group, const BIGNUM *secret, BN_CTX *context,
			uint8_t *to)
{
	EC_POINT *point = EC_POINT_new(group);
	bool good = point && EC_POINT_mul(group, point, secret, NULL, NULL, context) &&
		    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, to,
				       PUSH_KEY_OCTETS, context) == PUSH_KEY_OCTETS;

	EC_POINT_free(point);
	return good;
}

static OSSL_PARAM *params_of(const BIGNUM *secret, const uint8_t *point)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;

	if (build &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
					    "prime256v1", 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
					     PUSH_KEY_OCTETS) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, secret))
		params = OSSL_PARAM_BLD_to_param(build);
	OSSL_PARAM_BLD_free(build);
	return params;
}

static EVP_PKEY *pair_of(const BIGNUM *secret, const uint8_t *point)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = params_of(secret, point);
	EVP_PKEY *pair = NULL;

	if (!context || !params || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &pair, EVP_PKEY_KEYPAIR, params) != 1)
		pair = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(context);
	return pair;
}

static bool make_pair(struct push_vapid *v, const uint8_t *seed)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BN_CTX *context = BN_CTX_new();
	BIGNUM *secret = BN_secure_new();
	uint8_t point[PUSH_KEY_OCTETS];

	if (group && context && secret && set_secret(group, seed, context, secret) &&
	    write_point(group, secret, context, point))
		v->pair = pair_of(secret, point);
	BN_clear_free(secret);
	BN_CTX_free(context);
	EC_GROUP_free(group);
	return v->pair &&
	       base64url_encode(&v->key, (slice){ (char *)point, sizeof(point) });
}

struct push_vapid *push_vapid_new(const uint8_t *seed)
{
	struct push_vapid *v = calloc(1, sizeof(*v));

	assert(v);
	buf_init(&v->key, KEY_TEXT_MAX);
	if (make_pair(v, seed)) return v;
	push_vapid_free(v);
	return NULL;
}

void push_vapid_free(struct push_vapid *v)
{
	if (!v) return;
	EVP_PKEY_free(v->pair);
	buf_done(&v->key);
	free(v);
}

slice push_vapid_key(const struct push_vapid *v)
{
	return buf_slice(&v->key);
}

/* ---- the token (RFC 8292 2) ---- */

/* The origin of its URLs (RFC 6454 6.1). */
static void write_audience(struct json_writer *w, slice host, uint16_t port)
{
	struct buf origin;

	buf_init(&origin, CLAIMS_MAX);
	buf_add(&origin, S("https://"));
	for (size_t i = 0; i < host.n; i++)
		buf_add_char(&origin, lower_ascii(host.p[i]));
	if (port != HTTPS_PORT) buf_addf(&origin, ":%u", port);
	json_write_key(w, S("aud"));
	json_write_string(w, buf_slice(&origin));
	buf_done(&origin);
}

static void write_contact(struct json_writer *w, slice contact)
{
	struct buf uri;

	if (!contact.n || !is_ascii(contact)) return;
	buf_init(&uri, CLAIMS_MAX);
	buf_addf(&uri, "mailto:%.*s", FMT(contact));
	json_write_key(w, S("sub"));
	json_write_string(w, buf_slice(&uri));
	buf_done(&uri);
}

static bool add_claims(slice host, uint16_t port, slice contact, int64_t now,
		       struct buf *token)
{
	struct json_writer w;
	struct buf claims;
	bool good;

	buf_init(&claims, CLAIMS_MAX);
	json_writer_init(&w, &claims);
	json_write_object_begin(&w);
	write_audience(&w, host, port);
	json_write_key(&w, S("exp"));
	json_write_int(&w, now + VAPID_TOKEN_S);
	write_contact(&w, contact);
	json_write_object_end(&w);
	good = !claims.overflow && base64url_encode(token, buf_slice(&claims));
	buf_done(&claims);
	return good;
}

static bool add_numbers(const uint8_t *der, size_t n, struct buf *token)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)n);
	uint8_t both[2 * HALF];
	bool good = signature &&
		    BN_bn2binpad(ECDSA_SIG_get0_r(signature), both, HALF) == HALF &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(signature), both + HALF, HALF) == HALF;

	ECDSA_SIG_free(signature);
	return good && base64url_encode(token, (slice){ (char *)both, sizeof(both) });
}

/* ES256 (RFC 7518 3.4) of what is there. */
static bool add_signature(const struct push_vapid *v, struct buf *token)
{
	slice said = buf_slice(token);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[DER_MAX];
	size_t n = sizeof(der);
	bool good =
		context &&
		EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, v->pair) == 1 &&
		EVP_DigestSign(context, der, &n, (const uint8_t *)said.p, said.n) == 1;

	EVP_MD_CTX_free(context);
	buf_add_char(token, '.');
	return good && add_numbers(der, n, token);
}

bool push_vapid_authorize(const struct push_vapid *v, slice host, uint16_t port,
			  slice contact, int64_t now, struct buf *out)
{
	struct buf token;
	bool good;

	buf_init(&token, TOKEN_MAX);
	good = base64url_encode(&token, S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")) &&
	       buf_add_char(&token, '.') &&
	       add_claims(host, port, contact, now, &token) && add_signature(v, &token) &&
	       buf_addf(out, "vapid t=%.*s, k=%.*s", FMT(buf_slice(&token)),
			FMT(buf_slice(&v->key)));
	buf_done(&token);
	return good;
}
