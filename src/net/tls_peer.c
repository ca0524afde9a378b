#include "net/tls_peer.h"

#include <assert.h>
#include <openssl/x509v3.h>

static void add_address(struct buf *out, const ASN1_IA5STRING *name)
{
	slice text = { (const char *)ASN1_STRING_get0_data(name),
		       (size_t)ASN1_STRING_length(name) };

	if (!is_visible(text) || text.n >= out->max - out->n) return;
	buf_add(out, text);
	buf_add_char(out, '\n');
}

static void add_addresses(struct buf *out, X509 *certificate)
{
	GENERAL_NAMES *all =
		X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		const GENERAL_NAME *one = sk_GENERAL_NAME_value(all, i);

		if (one->type == GEN_EMAIL) add_address(out, one->d.rfc822Name);
	}
	GENERAL_NAMES_free(all);
}

/* In UTF-8; what is not printable is escaped. */
static void add_subject(struct buf *out, X509 *certificate)
{
	BIO *text = BIO_new(BIO_s_mem());
	const char *octets;
	long n;

	assert(text);
	X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0,
			   XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	n = BIO_get_mem_data(text, &octets);
	if (n > 0) buf_add(out, (slice){ octets, (size_t)n });
	BIO_free(text);
}

void tls_peer_init(struct tls_peer *p, X509 *certificate)
{
	buf_init(&p->subject, TLS_PEER_NAMES_MAX);
	buf_init(&p->addresses, TLS_PEER_NAMES_MAX);
	add_subject(&p->subject, certificate);
	add_addresses(&p->addresses, certificate);
}

void tls_peer_done(struct tls_peer *p)
{
	buf_done(&p->subject);
	buf_done(&p->addresses);
}
