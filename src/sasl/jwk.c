#include "sasl/jwk.h"

#include <assert.h>
#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"

enum {
	NUMBER_MAX = 2048, /* octets of a number or a secret */
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8 * NUMBER_MAX,
	SECRET_MIN = 32, /* octets */
	NAME_MAX_LEN = 256,
};

struct jwk {
	enum jwk_kind kind;
	char id[NAME_MAX_LEN], algorithm[NAME_MAX_LEN];
	EVP_PKEY *public;
	struct buf secret;
};

struct jwk_set {
	size_t count;
	struct jwk keys[JWK_KEYS_MAX];
};

static const struct curve {
	const char *name, *group;
	enum jwk_kind kind;
	size_t octets; /* of a coordinate (RFC 7518 6.2.1.2) */
} curves[] = {
	{ "P-256", "prime256v1", JWK_P256, 32 },
	{ "P-384", "secp384r1", JWK_P384, 48 },
	{ "P-521", "secp521r1", JWK_P521, 66 },
};

/* ---- members of a JWK ---- */

static slice member(const json_t *jwk, const char *name)
{
	const json_t *value = json_object_get(jwk, name);

	if (!json_is_string(value)) return S("");
	return (slice){ json_string_value(value), json_string_length(value) };
}

static bool decode_member(const json_t *jwk, const char *name, struct buf *ret)
{
	buf_init(ret, NUMBER_MAX);
	return base64url_decode(ret, member(jwk, name)) && ret->n > 0;
}

static bool copy_name(slice from, char to[static NAME_MAX_LEN])
{
	if (from.n >= NAME_MAX_LEN || slice_find_char(from, '\0') < from.n) return false;
	if (from.n) memcpy(to, from.p, from.n);
	return true;
}

/* ---- keys of each kind ---- */

/* Consumes the parameters. NULL: they make no key. */
static EVP_PKEY *public_of(const char *type, OSSL_PARAM_BLD *parts)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(parts);
	return key;
}

static BIGNUM *number_of(const struct buf *octets)
{
	slice s = buf_slice(octets);

	return BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL);
}

static EVP_PKEY *make_rsa(const struct buf *n, const struct buf *e)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = number_of(n), *exponent = number_of(e);
	EVP_PKEY *key;

	assert(parts && modulus && exponent);
	OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus);
	OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, exponent);
	key = public_of("RSA", parts);
	BN_free(modulus);
	BN_free(exponent);
	return key;
}

/* RFC 7518 6.3.1 */
static bool read_rsa(const json_t *jwk, struct jwk *ret)
{
	CLEANUP(buf_done) struct buf n = { 0 };
	CLEANUP(buf_done) struct buf e = { 0 };

	if (!decode_member(jwk, "n", &n) || !decode_member(jwk, "e", &e)) return false;
	ret->kind = JWK_RSA;
	ret->public = make_rsa(&n, &e);
	return ret->public;
}

static EVP_PKEY *make_ec(const struct curve *c, const struct buf *point)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	slice octets = buf_slice(point);

	assert(parts);
	OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, c->group, 0);
	OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, octets.p,
					 octets.n);
	return public_of("EC", parts);
}

static const struct curve *find_curve(slice name)
{
	for (size_t i = 0; i < countof(curves); i++)
		if (slice_eq(name, slice_of(curves[i].name))) return &curves[i];
	return NULL;
}

/* RFC 7518 6.2.1; the point as SEC 1 writes it, uncompressed */
static bool read_ec(const json_t *jwk, struct jwk *ret)
{
	const struct curve *c = find_curve(member(jwk, "crv"));
	CLEANUP(buf_done) struct buf x = { 0 };
	CLEANUP(buf_done) struct buf y = { 0 };
	CLEANUP(buf_done) struct buf point = { .max = NUMBER_MAX };

	if (!c || !decode_member(jwk, "x", &x) || !decode_member(jwk, "y", &y) ||
	    x.n != c->octets || y.n != c->octets)
		return false;
	buf_add_char(&point, '\x04');
	buf_add(&point, buf_slice(&x));
	buf_add(&point, buf_slice(&y));
	ret->kind = c->kind;
	ret->public = make_ec(c, &point);
	return ret->public;
}

/* RFC 8037 2 */
static bool read_okp(const json_t *jwk, struct jwk *ret)
{
	CLEANUP(buf_done) struct buf x = { 0 };

	if (!slice_eq(member(jwk, "crv"), S("Ed25519")) || !decode_member(jwk, "x", &x))
		return false;
	ret->kind = JWK_ED25519;
	ret->public = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, (const unsigned char *)buf_slice(&x).p, x.n);
	return ret->public;
}

/* RFC 7518 6.4 */
static bool read_secret(const json_t *jwk, struct jwk *ret)
{
	ret->kind = JWK_SECRET;
	return decode_member(jwk, "k", &ret->secret) && ret->secret.n >= SECRET_MIN;
}

/* ---- one key ---- */

static bool is_strong(const struct jwk *key)
{
	int bits = key->kind == JWK_RSA ? EVP_PKEY_get_bits(key->public) : RSA_BITS_MIN;

	return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
}

static void key_done(struct jwk *key)
{
	EVP_PKEY_free(key->public);
	buf_wipe(&key->secret);
	*key = (struct jwk){ 0 };
}

static const struct kind_reader {
	const char *type;
	bool (*read)(const json_t *jwk, struct jwk *ret);
} readers[] = {
	{ "RSA", read_rsa },
	{ "EC", read_ec },
	{ "OKP", read_okp },
	{ "oct", read_secret },
};

/* False: none that verifies tokens, and what was made of it is gone. */
static bool read_key(const json_t *jwk, struct jwk *ret)
{
	slice type = member(jwk, "kty"), use = member(jwk, "use");
	bool good = use.n == 0 || slice_eq(use, S("sig"));
	const struct kind_reader *reader = NULL;

	for (size_t i = 0; i < countof(readers); i++)
		if (slice_eq(type, slice_of(readers[i].type))) reader = &readers[i];
	good = good && reader && copy_name(member(jwk, "kid"), ret->id) &&
	       copy_name(member(jwk, "alg"), ret->algorithm) && reader->read(jwk, ret) &&
	       is_strong(ret);
	if (!good) key_done(ret);
	return good;
}

/* ---- a set ---- */

static void add_key(struct jwk_set *set, const json_t *jwk)
{
	if (set->count < JWK_KEYS_MAX && read_key(jwk, &set->keys[set->count]))
		set->count++;
}

static bool read_set(slice text, struct jwk_set *set)
{
	json_t *json = json_loadb(text.p, text.n, 0, NULL);
	const json_t *keys = json_object_get(json, "keys");

	if (!json_is_array(keys)) add_key(set, json);
	for (size_t i = 0; i < json_array_size(keys); i++)
		add_key(set, json_array_get(keys, i));
	json_decref(json);
	return json;
}

/* ---- PEM ---- */

static bool kind_of(const EVP_PKEY *key, enum jwk_kind *ret)
{
	char group[NAME_MAX_LEN];
	size_t n;

	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		*ret = JWK_RSA;
		return true;
	case EVP_PKEY_ED25519:
		*ret = JWK_ED25519;
		return true;
	case EVP_PKEY_EC:
		if (EVP_PKEY_get_group_name(key, group, sizeof(group), &n) != 1)
			return false;
		for (size_t i = 0; i < countof(curves); i++)
			if (strcmp(group, curves[i].group) == 0) {
				*ret = curves[i].kind;
				return true;
			}
		return false;
	default:
		return false;
	}
}

/* Takes over the key. */
static void add_public(struct jwk_set *set, EVP_PKEY *key)
{
	struct jwk made = { .public = key };

	if (set->count < JWK_KEYS_MAX && kind_of(key, &made.kind) && is_strong(&made))
		set->keys[set->count++] = made;
	else
		key_done(&made);
}

static void read_pem(slice text, struct jwk_set *set)
{
	BIO *keys = BIO_new_mem_buf(text.p, (int)text.n);
	BIO *certificates = BIO_new_mem_buf(text.p, (int)text.n);
	EVP_PKEY *key;
	X509 *certificate;

	assert(keys && certificates);
	while ((key = PEM_read_bio_PUBKEY(keys, NULL, NULL, NULL)))
		add_public(set, key);
	while ((certificate = PEM_read_bio_X509(certificates, NULL, NULL, NULL))) {
		key = X509_get_pubkey(certificate);
		if (key) add_public(set, key);
		X509_free(certificate);
	}
	BIO_free(keys);
	BIO_free(certificates);
}

struct jwk_set *jwk_set_parse(slice text, struct buf *fault)
{
	struct jwk_set *set = calloc(1, sizeof(*set));
	bool is_pem = slice_find(text, S("-----BEGIN ")) < text.n;

	assert(set);
	if (is_pem)
		read_pem(text, set);
	else if (!read_set(text, set))
		buf_add(fault, S("it is neither JSON nor PEM"));
	if (set->count == 0 && fault->n == 0)
		buf_add(fault, S("it has no key that verifies tokens: RSA of 2048 bits, "
				 "P-256, P-384, P-521, Ed25519, or a secret of 32 "
				 "octets"));
	ERR_clear_error(); /* the end of a PEM file looks like one */
	if (set->count) return set;
	jwk_set_free(set);
	return NULL;
}

void jwk_set_free(struct jwk_set *set)
{
	if (!set) return;
	for (size_t i = 0; i < set->count; i++)
		key_done(&set->keys[i]);
	free(set);
}

size_t jwk_set_count(const struct jwk_set *set)
{
	return set->count;
}

const struct jwk *jwk_set_at(const struct jwk_set *set, size_t i)
{
	return &set->keys[i];
}

enum jwk_kind jwk_kind(const struct jwk *key)
{
	return key->kind;
}

slice jwk_id(const struct jwk *key)
{
	return slice_of(key->id);
}

slice jwk_algorithm(const struct jwk *key)
{
	return slice_of(key->algorithm);
}

struct evp_pkey_st *jwk_public(const struct jwk *key)
{
	return key->public;
}

slice jwk_secret(const struct jwk *key)
{
	return buf_slice(&key->secret);
}
