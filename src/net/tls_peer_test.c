#include "net/tls_peer.h"

#include <openssl/x509v3.h>

#include "base/test.h"

static void add_name(X509 *x, const char *field, const char *value)
{
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), field, MBSTRING_UTF8,
				   (const unsigned char *)value, -1, -1, 0);
}

static void add_alternative(GENERAL_NAMES *all, int type, slice value)
{
	GENERAL_NAME *one = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();

	CHECK(ASN1_STRING_set(text, value.p, (int)value.n) == 1);
	GENERAL_NAME_set0_value(one, type, text);
	sk_GENERAL_NAME_push(all, one);
}

TEST(tls_peer_names)
{
	X509 *x = X509_new();
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	struct tls_peer p;

	add_name(x, "O", "Example, Inc.");
	add_name(x, "CN", "J\xc3\xb6");
	add_alternative(all, GEN_DNS, S("mail.example.test"));
	add_alternative(all, GEN_EMAIL, S("jo@example.test"));
	add_alternative(all, GEN_EMAIL, S("x\nann@example.test")); /* none of these */
	add_alternative(all, GEN_EMAIL, S("ann@example.test\0"));
	add_alternative(all, GEN_EMAIL, S(""));
	add_alternative(all, GEN_EMAIL, S("Jo.Doe@EXAMPLE.test"));
	CHECK(X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0, 0) == 1);
	tls_peer_init(&p, x);
	CHECK_SLICE(buf_slice(&p.subject), S("CN=J\xc3\xb6,O=Example\\, Inc."));
	CHECK_SLICE(buf_slice(&p.addresses), S("jo@example.test\nJo.Doe@EXAMPLE.test\n"));
	tls_peer_done(&p);
	GENERAL_NAMES_free(all);
	X509_free(x);
}

/* One without names is good, and names nobody. */
TEST(tls_peer_without_names)
{
	X509 *x = X509_new();
	struct tls_peer p;

	tls_peer_init(&p, x);
	CHECK_SLICE(buf_slice(&p.subject), S(""));
	CHECK_SLICE(buf_slice(&p.addresses), S(""));
	tls_peer_done(&p);
	X509_free(x);
}
