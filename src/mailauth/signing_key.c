#include "mailauth/signing_key.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/base64.h"
#include "mailauth/public_key.h"

enum { STRING_MAX = 255 }; /* octets of one string in a TXT record */

struct signing_key {
	enum key_type type;
	EVP_PKEY *key;
	slice service; /* empty: all */
};

/* An encrypted key must not ask the terminal for its password. */
static int no_password(char *, int, int, void *)
{
	return -1;
}

static bool is_usable(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return true;
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && bits >= RSA_BITS_MIN &&
	       bits <= RSA_BITS_MAX;
}

struct signing_key *signing_key_read(slice pem)
{
	BIO *bio = pem.n && pem.n <= SIGNING_PEM_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n)
						     : NULL;
	EVP_PKEY *key =
		bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
	struct signing_key *k;

	BIO_free(bio);
	ERR_clear_error();
	if (!key || !is_usable(key)) {
		EVP_PKEY_free(key);
		return NULL;
	}
	k = calloc(1, sizeof(*k));
	assert(k);
	k->type = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? KEY_RSA : KEY_ED25519;
	k->key = key;
	return k;
}

void signing_key_free(struct signing_key *k)
{
	if (!k) return;
	EVP_PKEY_free(k->key);
	free(k);
}

enum key_type signing_key_type(const struct signing_key *k)
{
	return k->type;
}

slice signing_key_algorithm(const struct signing_key *k)
{
	return k->type == KEY_RSA ? S("rsa-sha256") : S("ed25519-sha256");
}

/* What was written to a memory BIO, which is blanked and freed. */
static bool move_out(BIO *bio, bool written, struct buf *out)
{
	char *p = NULL;
	long n = bio ? BIO_get_mem_data(bio, &p) : 0;
	bool good = written && n > 0 && buf_add(out, (slice){ p, (size_t)n });

	if (n > 0) OPENSSL_cleanse(p, (size_t)n);
	BIO_free(bio);
	return good;
}

enum err signing_key_generate(enum key_type type, struct buf *pem)
{
	EVP_PKEY *key = type == KEY_RSA ? EVP_RSA_gen(SIGNING_RSA_BITS)
					: EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *bio = BIO_new(BIO_s_mem());
	bool written = key && bio &&
		       PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	bool good = move_out(bio, written, pem);

	EVP_PKEY_free(key);
	return good ? ERR_NONE : ERR_INTERNAL;
}

/* Writes at most SIGNING_OCTETS_MAX octets. */
static bool sign_rsa(EVP_PKEY *key, const uint8_t *digest, uint8_t *to, size_t *ret_n)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	size_t n = SIGNING_OCTETS_MAX;
	bool good = context && EVP_PKEY_sign_init(context) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
		    EVP_PKEY_sign(context, to, &n, digest, SHA256_OCTETS) == 1;

	EVP_PKEY_CTX_free(context);
	*ret_n = n;
	return good;
}

static bool sign_ed25519(EVP_PKEY *key, const uint8_t *digest, uint8_t *to, size_t *ret_n)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t n = SIGNING_OCTETS_MAX;
	bool good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestSign(context, to, &n, digest, SHA256_OCTETS) == 1;

	EVP_MD_CTX_free(context);
	*ret_n = n;
	return good;
}

enum err signing_key_sign(const struct signing_key *k, const uint8_t digest[static 32],
			  struct buf *out)
{
	uint8_t octets[SIGNING_OCTETS_MAX];
	size_t n = 0;
	bool good = k->type == KEY_RSA ? sign_rsa(k->key, digest, octets, &n)
				       : sign_ed25519(k->key, digest, octets, &n);

	if (!good) return ERR_INTERNAL;
	return buf_add(out, (slice){ (const char *)octets, n }) ? ERR_NONE : ERR_LIMIT;
}

/* The p= of a record: SubjectPublicKeyInfo of an RSA key, the bare octets of Ed25519. */
static bool add_public(const struct signing_key *k, struct buf *out)
{
	unsigned char bare[ED25519_OCTETS];
	size_t bare_n = sizeof(bare);
	unsigned char *der = NULL;
	int n;
	bool good;

	if (k->type == KEY_ED25519)
		return EVP_PKEY_get_raw_public_key(k->key, bare, &bare_n) == 1 &&
		       base64_encode(out, (slice){ (const char *)bare, bare_n });
	n = i2d_PUBKEY(k->key, &der);
	good = n > 0 && base64_encode(out, (slice){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	return good;
}

void signing_key_serve(struct signing_key *k, slice service)
{
	k->service = service;
}

enum err signing_key_record(const struct signing_key *k, struct buf *out)
{
	buf_addf(out, "v=DKIM1; k=%s; ", k->type == KEY_RSA ? "rsa" : "ed25519");
	if (k->service.n) buf_addf(out, "s=%.*s; ", FMT(k->service));
	buf_add(out, S("p="));
	return add_public(k, out) && !out->overflow ? ERR_NONE : ERR_LIMIT;
}

enum err signing_key_zone_line(const struct signing_key *k, slice selector, slice domain,
			       struct buf *out)
{
	struct buf record;
	slice rest;
	enum err e;

	buf_init(&record, KEY_RECORD_MAX);
	e = signing_key_record(k, &record);
	rest = buf_slice(&record);
	buf_addf(out, "%.*s._domainkey.%.*s. IN TXT (", FMT(selector), FMT(domain));
	for (; rest.n; rest = slice_skip(rest, STRING_MAX))
		buf_addf(out, " \"%.*s\"", FMT(slice_head(rest, STRING_MAX)));
	buf_add(out, S(" )"));
	buf_done(&record);
	return e ? e : out->overflow ? ERR_LIMIT : ERR_NONE;
}
