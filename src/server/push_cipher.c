#include "server/push_cipher.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include "base/random.h"
#include "jmap/push.h"

enum {
	HASH_OCTETS = 32,
	CIPHER_KEY_OCTETS = 16,
	NONCE_OCTETS = 12,
	TAG_OCTETS = 16,
	RECORD_SIZE = 4096,
	LAST_RECORD = 2, /* the delimiter of padding in it (RFC 8188 2) */
	SHARED_MAX = 128,
	INFO_MAX = 256,
};

static const slice curve = SLICE_INIT("prime256v1");

/* What has to be blanked. */
struct secrets {
	uint8_t shared[SHARED_MAX], key_prk[HASH_OCTETS], input[HASH_OCTETS];
	uint8_t prk[HASH_OCTETS], key[HASH_OCTETS], nonce[HASH_OCTETS];
	size_t shared_n;
};

/* ---- points ---- */

static OSSL_PARAM octets_param(const char *name, slice octets)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)octets.p,
						 octets.n);
}

/* NULL: it is no point of the curve. */
static EVP_PKEY *point_of(slice key)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 (char *)(uintptr_t)curve.p, curve.n),
		octets_param(OSSL_PKEY_PARAM_PUB_KEY, key),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *point = NULL;

	if (!context || key.n != PUSH_KEY_OCTETS || *key.p != 4 ||
	    EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &point, EVP_PKEY_PUBLIC_KEY, params) != 1)
		point = NULL;
	EVP_PKEY_CTX_free(context);
	return point;
}

bool push_key_is_good(slice key)
{
	EVP_PKEY *point = point_of(key);

	EVP_PKEY_free(point);
	return point;
}

/* Its own point, uncompressed. */
static bool write_point(EVP_PKEY *own, uint8_t to[static PUSH_KEY_OCTETS])
{
	size_t n = 0;

	return EVP_PKEY_get_octet_string_param(own, OSSL_PKEY_PARAM_PUB_KEY, to,
					       PUSH_KEY_OCTETS, &n) == 1 &&
	       n == PUSH_KEY_OCTETS;
}

static bool agree(EVP_PKEY *own, EVP_PKEY *point, struct secrets *s)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	bool good;

	s->shared_n = sizeof(s->shared);
	good = context && EVP_PKEY_derive_init(context) == 1 &&
	       EVP_PKEY_derive_set_peer(context, point) == 1 &&
	       EVP_PKEY_derive(context, s->shared, &s->shared_n) == 1;
	EVP_PKEY_CTX_free(context);
	return good;
}

/* ---- keys (RFC 8291 3.4) ---- */

static bool mac(slice key, slice text, uint8_t to[static HASH_OCTETS])
{
	return HMAC(EVP_sha256(), key.p, (int)key.n, (const uint8_t *)text.p, text.n, to,
		    NULL);
}

static slice octets_of(const uint8_t *octets, size_t n)
{
	return (slice){ (const char *)octets, n };
}

/* HKDF-Expand for one block: info has the counter at its end. */
static bool expand(const uint8_t prk[static HASH_OCTETS], slice info,
		   uint8_t to[static HASH_OCTETS])
{
	return mac(octets_of(prk, HASH_OCTETS), info, to);
}

static bool combine(slice key, slice secret, const uint8_t *own_point, struct secrets *s)
{
	struct buf info;
	bool good;

	buf_init(&info, INFO_MAX);
	buf_add(&info, S("WebPush: info\0"));
	buf_add(&info, key);
	buf_add(&info, octets_of(own_point, PUSH_KEY_OCTETS));
	buf_add_char(&info, 1);
	good = mac(secret, octets_of(s->shared, s->shared_n), s->key_prk) &&
	       expand(s->key_prk, buf_slice(&info), s->input);
	buf_done(&info);
	return good;
}

static bool derive_keys(slice salt, struct secrets *s)
{
	return mac(salt, octets_of(s->input, HASH_OCTETS), s->prk) &&
	       expand(s->prk, S("Content-Encoding: aes128gcm\0\1"), s->key) &&
	       expand(s->prk, S("Content-Encoding: nonce\0\1"), s->nonce);
}

/* ---- the message ---- */

/* salt, record size, the own point as the key's id (RFC 8188 2.1, RFC 8291 4) */
static void write_head(slice salt, const uint8_t *own_point, struct buf *out)
{
	static const char size[] = { 0, 0, (char)(RECORD_SIZE >> 8),
				     (char)(RECORD_SIZE & 255), PUSH_KEY_OCTETS };

	buf_add(out, salt);
	buf_add(out, (slice){ size, sizeof(size) });
	buf_add(out, octets_of(own_point, PUSH_KEY_OCTETS));
}

static bool seal_into(EVP_CIPHER_CTX *c, const struct secrets *s, slice plain,
		      uint8_t *to)
{
	const uint8_t delimiter = LAST_RECORD;
	int n = 0;

	return c &&
	       EVP_EncryptInit_ex2(c, EVP_aes_128_gcm(), s->key, s->nonce, NULL) == 1 &&
	       EVP_EncryptUpdate(c, to, &n, (const uint8_t *)plain.p, (int)plain.n) ==
		       1 &&
	       EVP_EncryptUpdate(c, to + plain.n, &n, &delimiter, 1) == 1 &&
	       EVP_EncryptFinal_ex(c, to + plain.n + 1, &n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_OCTETS,
				   to + plain.n + 1) == 1;
}

static bool write_record(const struct secrets *s, slice plain, struct buf *out)
{
	size_t n = plain.n + 1 + TAG_OCTETS;
	char *to = buf_reserve(out, n);
	EVP_CIPHER_CTX *cipher;
	bool good;

	if (!to) return false;
	cipher = EVP_CIPHER_CTX_new();
	good = seal_into(cipher, s, plain, (uint8_t *)to);
	if (good) buf_commit(out, n);
	EVP_CIPHER_CTX_free(cipher);
	return good;
}

bool push_encrypt_with(EVP_PKEY *own, slice salt, slice key, slice secret, slice plain,
		       struct buf *out)
{
	EVP_PKEY *point = point_of(key);
	uint8_t own_point[PUSH_KEY_OCTETS];
	struct secrets s = { 0 };
	bool good = point && plain.n <= PUSH_PLAIN_MAX && write_point(own, own_point) &&
		    agree(own, point, &s) && combine(key, secret, own_point, &s) &&
		    derive_keys(salt, &s);

	if (good) write_head(salt, own_point, out);
	good = good && write_record(&s, plain, out);
	OPENSSL_cleanse(&s, sizeof(s));
	EVP_PKEY_free(point);
	return good && !out->overflow;
}

bool push_encrypt(slice key, slice secret, slice plain, struct buf *out)
{
	EVP_PKEY *own = EVP_EC_gen(curve.p);
	char salt[PUSH_SALT_OCTETS];
	bool good;

	random_bytes(salt, sizeof(salt));
	good = own && push_encrypt_with(own, (slice){ salt, sizeof(salt) }, key, secret,
					plain, out);
	EVP_PKEY_free(own);
	return good;
}
