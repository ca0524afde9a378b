/* Self-signed certificates for a first start: `init`, the sandbox, tests. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

#include "net/netaddr.h"
#include "net/tls.h"
#include "net/tls_fault.h"

enum {
	SERIAL_OCTETS = 16,
	COMMON_NAME_MAX = 64, /* octets (RFC 5280, ub-common-name) */
	CLOCK_SKEW_S = 24 * 3600,
	DAY_S = 24 * 3600,
};

static bool set_serial(X509 *x)
{
	unsigned char octets[SERIAL_OCTETS];
	BIGNUM *n;
	bool ok;

	if (RAND_bytes(octets, sizeof(octets)) != 1) return false;
	octets[0] = (octets[0] & 0x7f) | 0x40; /* positive and not short */
	n = BN_bin2bn(octets, sizeof(octets), NULL);
	ok = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return ok;
}

/* A name too long for a subject stands in the alternative names alone. */
static bool set_subject(X509 *x, slice name)
{
	X509_NAME *subject = X509_get_subject_name(x);

	if (name.n > COMMON_NAME_MAX) name = S("postroom");
	return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					  (const unsigned char *)name.p, (int)name.n, -1,
					  0) == 1 &&
	       X509_set_issuer_name(x, subject) == 1;
}

static GENERAL_NAME *general_name(slice name)
{
	struct netaddr a;
	bool numeric = netaddr_parse(name, &a);
	GENERAL_NAME *g = GENERAL_NAME_new();
	ASN1_STRING *text =
		ASN1_STRING_type_new(numeric ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);

	assert(g && text); /* small */
	if (numeric)
		ASN1_STRING_set(text, a.ip, a.kind == NETADDR_V4 ? 4 : 16);
	else
		ASN1_STRING_set(text, name.p, (int)name.n);
	GENERAL_NAME_set0_value(g, numeric ? GEN_IPADD : GEN_DNS, text);
	return g;
}

static bool add_names(X509 *x, const slice *names, size_t count)
{
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	bool ok;

	for (size_t i = 0; i < count; i++)
		sk_GENERAL_NAME_push(all, general_name(names[i]));
	ok = X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(all);
	return ok;
}

static bool add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *e;
	bool ok;

	X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ok = e && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

static bool fill(X509 *x, EVP_PKEY *key, const slice *names, size_t count, unsigned days)
{
	return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	       X509_gmtime_adj(X509_getm_notBefore(x), -CLOCK_SKEW_S) &&
	       X509_gmtime_adj(X509_getm_notAfter(x), (long)days * DAY_S) &&
	       X509_set_pubkey(x, key) == 1 && set_subject(x, names[0]) &&
	       add_names(x, names, count) &&
	       add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(x, NID_key_usage, "critical,digitalSignature") &&
	       add_extension(x, NID_ext_key_usage, "serverAuth") &&
	       add_extension(x, NID_subject_key_identifier, "hash") &&
	       X509_sign(x, key, EVP_sha256()) > 0;
}

static bool take_memory(BIO *from, struct buf *to)
{
	char *p;
	long n = BIO_get_mem_data(from, &p);

	return n > 0 && buf_add(to, (slice){ p, (size_t)n });
}

static bool write_pem(X509 *x, EVP_PKEY *key, struct buf *certificate, struct buf *secret)
{
	BIO *public = BIO_new(BIO_s_mem()), *private = BIO_new(BIO_s_secmem());
	bool ok = public && private && PEM_write_bio_X509(public, x) == 1 &&
		  PEM_write_bio_PKCS8PrivateKey(private, key, NULL, NULL, 0, NULL,
						NULL) == 1 &&
		  take_memory(public, certificate) && take_memory(private, secret);

	BIO_free(public);
	BIO_free(private);
	return ok;
}

bool tls_generate(const slice *names, size_t count, unsigned days,
		  struct buf *certificate, struct buf *key)
{
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	bool ok = count > 0 && pair && x && fill(x, pair, names, count, days) &&
		  write_pem(x, pair, certificate, key);

	X509_free(x);
	EVP_PKEY_free(pair);
	ERR_clear_error();
	return ok;
}

/* ---- into files ---- */

static bool write_all(int fd, slice bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return false;
		bytes = slice_skip(bytes, (size_t)n);
	}
	return fsync(fd) == 0;
}

static bool write_file(const char *path, mode_t mode, const struct buf *bytes,
		       struct buf *fault)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool ok = fd >= 0 && write_all(fd, buf_slice(bytes));

	if (!ok) buf_addf(fault, "%s: cannot be written: %s", path, strerror(errno));
	if (!ok && fd >= 0) unlink(path);
	if (fd >= 0) close(fd);
	return ok;
}

bool tls_generate_files(const slice *names, size_t count, unsigned days,
			const char *certificate_file, const char *key_file,
			struct buf *fault)
{
	struct buf certificate, key;
	bool ok;

	buf_init(&certificate, TLS_FILE_MAX);
	buf_init(&key, TLS_FILE_MAX);
	ok = tls_generate(names, count, days, &certificate, &key);
	if (!ok) buf_addf(fault, "%s: the names make no certificate", certificate_file);
	ok = ok && write_file(key_file, 0600, &key, fault);
	if (ok && !write_file(certificate_file, 0644, &certificate, fault)) {
		unlink(key_file);
		ok = false;
	}
	buf_done(&certificate);
	buf_wipe(&key);
	return ok;
}
