#include "sasl/jws.h"

#include <jansson.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "sasl/digest.h"

enum {
	PART_MAX = 16 * 1024,  /* octets of a part */
	DER_MAX = 2 * 70 + 16, /* octets of an ECDSA signature in DER */
};

static const struct algorithm {
	slice name;
	enum jwk_kind kind; /* the only kind of key it may be used with */
	const EVP_MD *(*hash)(void);
	int padding;   /* of RSA */
	size_t octets; /* of each half of an ECDSA signature (RFC 7518 3.4) */
} algorithms[] = {
	{ SLICE_INIT("RS256"), JWK_RSA, EVP_sha256, RSA_PKCS1_PADDING, 0 },
	{ SLICE_INIT("RS384"), JWK_RSA, EVP_sha384, RSA_PKCS1_PADDING, 0 },
	{ SLICE_INIT("RS512"), JWK_RSA, EVP_sha512, RSA_PKCS1_PADDING, 0 },
	{ SLICE_INIT("PS256"), JWK_RSA, EVP_sha256, RSA_PKCS1_PSS_PADDING, 0 },
	{ SLICE_INIT("PS384"), JWK_RSA, EVP_sha384, RSA_PKCS1_PSS_PADDING, 0 },
	{ SLICE_INIT("PS512"), JWK_RSA, EVP_sha512, RSA_PKCS1_PSS_PADDING, 0 },
	{ SLICE_INIT("ES256"), JWK_P256, EVP_sha256, 0, 32 },
	{ SLICE_INIT("ES384"), JWK_P384, EVP_sha384, 0, 48 },
	{ SLICE_INIT("ES512"), JWK_P521, EVP_sha512, 0, 66 },
	{ SLICE_INIT("EdDSA"), JWK_ED25519, NULL, 0, 0 },
	{ SLICE_INIT("HS256"), JWK_SECRET, EVP_sha256, 0, 0 },
	{ SLICE_INIT("HS384"), JWK_SECRET, EVP_sha384, 0, 0 },
	{ SLICE_INIT("HS512"), JWK_SECRET, EVP_sha512, 0, 0 },
};

struct parts {
	slice header, payload, signature; /* in base64url */
	slice signed_text;                /* what the signature is of */
};

static bool split(slice token, struct parts *ret)
{
	slice s = token;

	if (!take_until(&s, '.', &ret->header) || !take_until(&s, '.', &ret->payload) ||
	    slice_find_char(s, '.') < s.n)
		return false;
	ret->signature = s;
	ret->signed_text = slice_head(token, token.n - s.n - 1);
	return true;
}

bool jws_is_likely(slice token)
{
	struct parts p;

	return split(token, &p) && slice_starts(p.header, S("ey")); /* {" */
}

/* ---- signatures ---- */

static const unsigned char *octets(slice s)
{
	return (const unsigned char *)s.p;
}

/* The two numbers of RFC 7518 3.4 as OpenSSL wants them. */
static bool signature_to_der(const struct algorithm *a, slice signature, struct buf *ret)
{
	ECDSA_SIG *pair;
	BIGNUM *r, *s;
	unsigned char *at;
	int n;

	if (signature.n != 2 * a->octets) return false;
	pair = ECDSA_SIG_new();
	r = BN_bin2bn(octets(signature), (int)a->octets, NULL);
	s = BN_bin2bn(octets(signature) + a->octets, (int)a->octets, NULL);
	if (!pair || ECDSA_SIG_set0(pair, r, s) != 1) abort();
	at = (unsigned char *)buf_reserve(ret, DER_MAX);
	n = i2d_ECDSA_SIG(pair, at ? &at : NULL);
	ECDSA_SIG_free(pair);
	if (n <= 0) return false;
	buf_commit(ret, (size_t)n);
	return true;
}

static bool set_padding(const struct algorithm *a, EVP_PKEY_CTX *ctx)
{
	if (!a->padding) return true;
	if (EVP_PKEY_CTX_set_rsa_padding(ctx, a->padding) != 1) return false;
	return a->padding != RSA_PKCS1_PSS_PADDING ||
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static bool verify_public(const struct algorithm *a, EVP_PKEY *key, slice text,
			  slice signature)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *settings = NULL; /* the first's */
	bool good;

	good = ctx &&
	       EVP_DigestVerifyInit(ctx, &settings, a->hash ? a->hash() : NULL, NULL,
				    key) == 1 &&
	       set_padding(a, settings) &&
	       EVP_DigestVerify(ctx, octets(signature), signature.n, octets(text),
				text.n) == 1;
	EVP_MD_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

static bool verify_secret(const struct algorithm *a, slice secret, slice text,
			  slice signature)
{
	unsigned char right[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	/* RFC 7518 3.2: a secret is no shorter than the hash. */
	if (secret.n < (size_t)EVP_MD_get_size(a->hash())) return false;
	if (!HMAC(a->hash(), secret.p, (int)secret.n, octets(text), text.n, right, &n))
		return false;
	return equal_secretly((slice){ (const char *)right, n }, signature);
}

static bool verify_with(const struct algorithm *a, const struct jwk *key, slice text,
			slice signature)
{
	CLEANUP(buf_done) struct buf der = { .max = DER_MAX };

	if (a->kind == JWK_SECRET)
		return verify_secret(a, jwk_secret(key), text, signature);
	if (a->octets) {
		if (!signature_to_der(a, signature, &der)) return false;
		signature = buf_slice(&der);
	}
	return verify_public(a, jwk_public(key), text, signature);
}

/* ---- which key ---- */

struct header {
	const struct algorithm *algorithm;
	slice id; /* kid, or empty */
};

static bool fits(const struct jwk *key, const struct header *h)
{
	slice only = jwk_algorithm(key), id = jwk_id(key);

	return jwk_kind(key) == h->algorithm->kind &&
	       (only.n == 0 || slice_eq(only, h->algorithm->name)) &&
	       (id.n == 0 || h->id.n == 0 || slice_eq(id, h->id));
}

static bool verify_any(const struct jwk_set *keys, const struct header *h, slice text,
		       slice signature, const char **ret_why)
{
	*ret_why = "key";
	for (size_t i = 0; i < jwk_set_count(keys); i++) {
		if (!fits(jwk_set_at(keys, i), h)) continue;
		*ret_why = "signature";
		if (verify_with(h->algorithm, jwk_set_at(keys, i), text, signature))
			return true;
	}
	return false;
}

static slice text_member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value)) return S("");
	return (slice){ json_string_value(value), json_string_length(value) };
}

static bool read_header(const json_t *json, struct header *ret)
{
	slice name = text_member(json, "alg");

	*ret = (struct header){ .id = text_member(json, "kid") };
	for (size_t i = 0; i < countof(algorithms); i++)
		if (slice_eq(name, algorithms[i].name)) ret->algorithm = &algorithms[i];
	return ret->algorithm && !json_object_get(json, "crit");
}

static bool verify_parts(const struct parts *p, const json_t *header, slice signature,
			 const struct jwk_set *keys, const char **ret_why)
{
	struct header h;

	*ret_why = "algorithm";
	return read_header(header, &h) &&
	       verify_any(keys, &h, p->signed_text, signature, ret_why);
}

bool jws_verify(slice token, const struct jwk_set *keys, struct buf *ret_payload,
		const char **ret_why)
{
	CLEANUP(buf_done) struct buf header = { .max = PART_MAX };
	CLEANUP(buf_done) struct buf signature = { .max = PART_MAX };
	struct parts p;
	json_t *json;
	bool good;

	*ret_why = "form";
	if (!split(token, &p) || !base64url_decode(&header, p.header) ||
	    !base64url_decode(&signature, p.signature))
		return false;
	json = json_loadb(buf_slice(&header).p, header.n, JSON_REJECT_DUPLICATES, NULL);
	good = json_is_object(json) &&
	       verify_parts(&p, json, buf_slice(&signature), keys, ret_why);
	json_decref(json);
	return good && base64url_decode(ret_payload, p.payload);
}
