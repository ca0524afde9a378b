#include "operator/doctor_certificate.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"

enum { CHAIN_MAX = 10, DER_MAX = 64 * 1024 };

struct certificate {
	X509 *chain[CHAIN_MAX]; /* its own first */
	uint32_t count;
};

struct certificate *certificate_read(const char *path, struct buf *fault)
{
	FILE *f = fopen(path, "re");
	struct certificate *c = calloc(1, sizeof(*c));

	assert(c);
	while (f && c->count < CHAIN_MAX &&
	       (c->chain[c->count] = PEM_read_X509(f, NULL, NULL, NULL)))
		c->count++;
	if (f) fclose(f);
	if (c->count) return c;
	buf_addf(fault, "%s %s", path,
		 f ? "holds no certificate: it must be a PEM file" : "cannot be read");
	free(c);
	return NULL;
}

void certificate_free(struct certificate *c)
{
	if (!c) return;
	for (uint32_t i = 0; i < c->count; i++)
		X509_free(c->chain[i]);
	free(c);
}

bool certificate_has_name(const struct certificate *c, slice host)
{
	return X509_check_host(c->chain[0], host.p, host.n, 0, NULL) == 1;
}

int64_t certificate_ends(const struct certificate *c)
{
	struct tm end = { 0 };

	if (ASN1_TIME_to_tm(X509_get0_notAfter(c->chain[0]), &end) != 1) return 0;
	return timegm(&end);
}

bool certificate_is_self_signed(const struct certificate *c)
{
	return X509_self_signed(c->chain[0], 0) == 1;
}

/* The octets that a selector means: all of it, or its public key (RFC 6698 2.1.2). */
static bool add_selected(X509 *x, int selector, struct buf *out)
{
	X509_PUBKEY *key = X509_get_X509_PUBKEY(x);
	int n = selector ? i2d_X509_PUBKEY(key, NULL) : i2d_X509(x, NULL);
	unsigned char *to;

	if (selector > 1 || n <= 0) return false;
	to = (unsigned char *)buf_reserve(out, (size_t)n);
	if (!to) return false;
	if (selector)
		i2d_X509_PUBKEY(key, &to);
	else
		i2d_X509(x, &to);
	buf_commit(out, (size_t)n);
	return true;
}

/* The octets themselves, or their digest (RFC 6698 2.1.3). */
static bool digest_of(slice octets, int matching, struct buf *out)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (matching == 0) return buf_add(out, octets);
	if (matching > 2 ||
	    EVP_Digest(octets.p, octets.n, digest, &n,
		       matching == 1 ? EVP_sha256() : EVP_sha512(), NULL) != 1)
		return false;
	return buf_add(out, (slice){ (const char *)digest, n });
}

static bool fits(X509 *x, slice tlsa)
{
	struct buf der, digest;
	bool good;

	buf_init(&der, DER_MAX);
	buf_init(&digest, DER_MAX);
	good = add_selected(x, tlsa.p[1], &der) &&
	       digest_of(buf_slice(&der), tlsa.p[2], &digest) &&
	       slice_eq(buf_slice(&digest), slice_skip(tlsa, 3));
	buf_done(&der);
	buf_done(&digest);
	return good;
}

bool certificate_fits_tlsa(const struct certificate *c, slice tlsa)
{
	if (tlsa.n < 4) return false;
	if (tlsa.p[0] == 3) return fits(c->chain[0], tlsa);
	for (uint32_t i = 1; tlsa.p[0] == 2 && i < c->count; i++)
		if (fits(c->chain[i], tlsa)) return true;
	return false;
}

void certificate_write_tlsa(const struct certificate *c, struct buf *out)
{
	struct buf der, digest;

	buf_init(&der, DER_MAX);
	buf_init(&digest, DER_MAX);
	if (add_selected(c->chain[0], 1, &der) &&
	    digest_of(buf_slice(&der), 1, &digest)) {
		buf_add(out, S("3 1 1 "));
		hex_encode(out, buf_slice(&digest));
	}
	buf_done(&der);
	buf_done(&digest);
}
