#include "mailauth/public_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "mailauth/tag_list.h"

static struct dkim_finding permerror(const char *reason)
{
	return (struct dkim_finding){ DKIM_PERMERROR, reason };
}

/* Either form of an RSA key, with nothing behind it. */
static EVP_PKEY *read_rsa(slice der)
{
	const unsigned char *start = (const unsigned char *)der.p;
	const unsigned char *at = start;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)der.n);

	if (!key) {
		at = start;
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)der.n);
	}
	ERR_clear_error();
	if (key && (at != start + der.n || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

/* The bare octets (RFC 8463 4). */
static EVP_PKEY *read_ed25519(slice octets)
{
	if (octets.n != ED25519_OCTETS) return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
					   (const unsigned char *)octets.p, octets.n);
}

static bool read_key(struct public_key *k, slice text)
{
	struct buf octets;

	buf_init(&octets, KEY_RECORD_MAX);
	if (folded_base64_decode(text, &octets))
		k->key = k->type == KEY_RSA ? read_rsa(buf_slice(&octets))
					    : read_ed25519(buf_slice(&octets));
	buf_done(&octets);
	if (k->key) k->bits = (uint32_t)EVP_PKEY_get_bits(k->key);
	return k->key;
}

static struct dkim_finding check_size(const struct public_key *k)
{
	if (k->type == KEY_RSA && k->bits < RSA_BITS_MIN)
		return (struct dkim_finding){ DKIM_FAIL, "the key is too short" };
	if (k->type == KEY_RSA && k->bits > RSA_BITS_MAX)
		return (struct dkim_finding){ DKIM_POLICY, "the key is too long" };
	return (struct dkim_finding){ DKIM_PASS, NULL };
}

/* "DKIM1" or absent, and nowhere but first (RFC 6376 3.6.1). */
static bool is_version_good(const struct tag_list *tags)
{
	slice version = tag_list_find(tags, S("v"));

	return !version.p ||
	       (slice_eq(version, S("DKIM1")) && version.p == tags->tags[0].value.p);
}

static bool has_item_or_none(const struct tag_list *tags, slice name, slice item)
{
	slice value = tag_list_find(tags, name);

	return !value.p || tag_has_item(value, item);
}

static struct dkim_finding read_tags(const struct tag_list *tags, struct public_key *k)
{
	slice type = tag_list_find(tags, S("k"));
	slice key = tag_list_find(tags, S("p"));
	slice flags = tag_list_find(tags, S("t"));

	k->testing = tag_has_item(flags, S("y"));
	k->strict = tag_has_item(flags, S("s"));
	k->type = slice_eq_nocase(type, S("ed25519")) ? KEY_ED25519 : KEY_RSA;
	if (type.p && k->type == KEY_RSA && !slice_eq_nocase(type, S("rsa")))
		return permerror("the key's type is not known");
	if (!has_item_or_none(tags, S("h"), S("sha256")))
		return permerror("the key is not for sha256");
	k->reports_only = !has_item_or_none(tags, S("s"), S("email")) &&
			  !has_item_or_none(tags, S("s"), S("*"));
	if (k->reports_only && !has_item_or_none(tags, S("s"), S("tlsrpt")))
		return permerror("the key is not for email");
	if (!key.p) return permerror("the key record has no p=");
	if (key.n == 0) return permerror("the key is revoked");
	if (!read_key(k, key)) return permerror("the key cannot be read");
	return check_size(k);
}

struct dkim_finding public_key_parse(slice record, struct public_key *ret)
{
	struct dkim_finding finding;
	struct tag_list tags;

	*ret = (struct public_key){ .key = NULL };
	if (record.n > KEY_RECORD_MAX || !tag_list_parse(record, &tags))
		return permerror("the key record is malformed");
	if (!is_version_good(&tags)) return permerror("the key record is not DKIM1");
	finding = read_tags(&tags, ret);
	if (finding.verdict) public_key_done(ret);
	return finding;
}

void public_key_done(struct public_key *k)
{
	EVP_PKEY_free(k->key);
	k->key = NULL;
}

/* t=s (RFC 6376 3.6.1). */
static bool is_domain_itself(const struct signature *s)
{
	return s->identity.n > s->domain.n && slice_ends_nocase(s->identity, s->domain) &&
	       s->identity.p[s->identity.n - s->domain.n - 1] == '@';
}

static bool verify_rsa(EVP_PKEY *key, slice signature, const uint8_t *digest)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	bool good = context && EVP_PKEY_verify_init(context) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
		    EVP_PKEY_verify(context, (const unsigned char *)signature.p,
				    signature.n, digest, SHA256_OCTETS) == 1;

	EVP_PKEY_CTX_free(context);
	return good;
}

/* PureEdDSA over the hash, not over what was hashed (RFC 8463 3). */
static bool verify_ed25519(EVP_PKEY *key, slice signature, const uint8_t *digest)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = context &&
		    EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestVerify(context, (const unsigned char *)signature.p,
				     signature.n, digest, SHA256_OCTETS) == 1;

	EVP_MD_CTX_free(context);
	return good;
}

struct dkim_finding public_key_verify(const struct public_key *k,
				      const struct signature *s,
				      const uint8_t digest[static SHA256_OCTETS])
{
	bool good;

	if (k->type != s->key) return permerror("the key is of another type");
	if (k->strict && !is_domain_itself(s))
		return permerror("the key is not for subdomains");
	good = k->type == KEY_RSA ? verify_rsa(k->key, s->octets, digest)
				  : verify_ed25519(k->key, s->octets, digest);
	ERR_clear_error();
	if (!good) return (struct dkim_finding){ DKIM_FAIL, "the signature is wrong" };
	return (struct dkim_finding){ DKIM_PASS, NULL };
}
