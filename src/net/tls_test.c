#include "net/tls.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "net/tls_ticket.h"

struct pair {
	struct buf certificate, key;
};

static struct pair make_pair(const char *name)
{
	struct pair p = { { .max = 10'000 }, { .max = 10'000 } };
	slice names[] = { slice_of(name), SLICE_INIT("127.0.0.1"), SLICE_INIT("::1") };

	CHECK(tls_generate(names, countof(names), 1, &p.certificate, &p.key));
	return p;
}

static void pair_done(struct pair *p)
{
	buf_done(&p->certificate);
	buf_done(&p->key);
}

TEST(tls_generates_for_names_and_addresses)
{
	struct pair p = make_pair("mail.example.org");
	BIO *pem = BIO_new_mem_buf(buf_slice(&p.certificate).p, (int)p.certificate.n);
	X509 *x = PEM_read_bio_X509(pem, NULL, NULL, NULL);

	CHECK(x);
	CHECK_INT(X509_check_host(x, "mail.example.org", 0, 0, NULL), 1);
	CHECK_INT(X509_check_host(x, "other.example.org", 0, 0, NULL), 0);
	CHECK_INT(X509_check_ip_asc(x, "127.0.0.1", 0), 1);
	CHECK_INT(X509_check_ip_asc(x, "::1", 0), 1);
	CHECK_INT(X509_check_ip_asc(x, "::2", 0), 0);
	CHECK_INT(X509_cmp_current_time(X509_get0_notBefore(x)), -1);
	CHECK_INT(X509_cmp_current_time(X509_get0_notAfter(x)), 1);
	CHECK_INT(X509_verify(x, X509_get0_pubkey(x)), 1);
	X509_free(x);
	BIO_free(pem);
	pair_done(&p);
}

static void check_load(struct tls *t, slice certificate, slice key, const char *reason)
{
	struct tls_source source = { .certificate = certificate, .key = key };
	struct buf fault = { .max = 1000 };
	bool ok = tls_load(t, &source, 1, NULL, &fault);

	CHECK_INT(ok, reason == NULL);
	if (reason) CHECK(slice_find(buf_slice(&fault), slice_of(reason)) < fault.n);
	buf_done(&fault);
}

TEST(tls_load_says_what_is_wrong)
{
	struct tls *t = tls_new();
	struct pair a = make_pair("a.test"), b = make_pair("b.test");
	slice cut = slice_head(buf_slice(&a.certificate), 200);

	check_load(t, buf_slice(&a.certificate), buf_slice(&a.key), NULL);
	check_load(t, buf_slice(&a.certificate), buf_slice(&b.key),
		   "no private key that fits");
	check_load(t, cut, buf_slice(&a.key), "no usable PEM certificate");
	check_load(t, S("nothing"), buf_slice(&a.key), "no usable PEM certificate");
	check_load(t, buf_slice(&a.certificate), S(""), "no private key");
	pair_done(&a);
	pair_done(&b);
	tls_free(t);
}

TEST(tls_files_are_private_and_never_overwritten)
{
	char folder[] = "/tmp/postroom-net-XXXXXX", certificate[100], key[100];
	slice name = S("mail.example.org");
	struct buf fault = { .max = 1000 };
	struct tls *t = tls_new();
	struct stat s;

	CHECK(mkdtemp(folder));
	snprintf(certificate, sizeof(certificate), "%s/cert.pem", folder);
	snprintf(key, sizeof(key), "%s/key.pem", folder);
	CHECK(tls_generate_files(&name, 1, 1, certificate, key, &fault));
	CHECK_INT(stat(key, &s), 0);
	CHECK_INT(s.st_mode & 0777, 0600);
	CHECK(!tls_generate_files(&name, 1, 1, certificate, key, &fault));
	CHECK(slice_find(buf_slice(&fault), S("key.pem: cannot be written")) < fault.n);
	CHECK_INT(unlink(key), 0);
	CHECK(!tls_generate_files(&name, 1, 1, certificate, key, &fault));
	CHECK(access(key, F_OK) != 0); /* no key without its certificate */
	CHECK_INT(unlink(certificate), 0);
	CHECK(tls_generate_files(&name, 1, 1, certificate, key, &fault));

	struct tls_source source = { .certificate_file = certificate, .key_file = key };

	CHECK(tls_load(t, &source, 1, certificate, &fault));
	CHECK(!tls_load(t, &source, 1, "/nonexistent/ca.pem", &fault));
	source.key_file = "/nonexistent/key.pem";
	buf_reset(&fault);
	CHECK(!tls_load(t, &source, 1, NULL, &fault));
	CHECK_SLICE(buf_slice(&fault), S("/nonexistent/key.pem: cannot be read (No such "
					 "file or directory)"));
	unlink(certificate);
	unlink(key);
	rmdir(folder);
	buf_done(&fault);
	tls_free(t);
}

static int open_ticket(struct tls_tickets *t, int64_t now_s, const unsigned char *name)
{
	static const unsigned char iv[EVP_MAX_IV_LENGTH];
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
	int got = tls_tickets_open(t, now_s, name, iv, cipher, mac);

	EVP_MAC_CTX_free(mac);
	EVP_MAC_free(hmac);
	EVP_CIPHER_CTX_free(cipher);
	return got;
}

static void seal_ticket(struct tls_tickets *t, int64_t now_s, unsigned char *ret_name)
{
	unsigned char iv[EVP_MAX_IV_LENGTH];
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);

	CHECK_INT(tls_tickets_seal(t, now_s, ret_name, iv, cipher, mac), 1);
	EVP_MAC_CTX_free(mac);
	EVP_MAC_free(hmac);
	EVP_CIPHER_CTX_free(cipher);
}

TEST(ticket_keys_rotate)
{
	struct tls_tickets *t = tls_tickets_new();
	unsigned char first[TICKET_NAME_OCTETS], same[TICKET_NAME_OCTETS],
		second[TICKET_NAME_OCTETS];
	int64_t life = TICKET_KEY_LIFE_S;

	seal_ticket(t, 100, first);
	seal_ticket(t, 100 + life - 1, same);
	CHECK(memcmp(first, same, sizeof(first)) == 0);
	CHECK_INT(open_ticket(t, 100 + life - 1, first), 1);
	CHECK_INT(open_ticket(t, 100 + life, first), 2);
	seal_ticket(t, 100 + life, second);
	CHECK(memcmp(first, second, sizeof(first)) != 0);
	CHECK_INT(open_ticket(t, 100 + life, second), 1);
	CHECK_INT(open_ticket(t, 100 + 2 * life - 1, first), 2);
	CHECK_INT(open_ticket(t, 100 + 2 * life, first), 0);
	CHECK_INT(open_ticket(t, 100 + 9 * life, second), 0);
	tls_tickets_free(t);
}
