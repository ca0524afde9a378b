#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/test.h"
#include "net/caller_test.h"
#include "net/fixture_test.h"

enum { DAY_S = 24 * 3600, PEM_MAX = 20'000, TLSA_MAX = 2000 };

/* ---- certificates ---- */

struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};

static void add_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	CHECK(e && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
}

/* Of an authority where host is NULL; issuer NULL: signed by itself. */
static struct identity identity_new(const char *host, const struct identity *issuer,
				    long seconds)
{
	struct identity i = { EVP_EC_gen("P-256"), X509_new() };
	X509_NAME *name = X509_get_subject_name(i.certificate);
	static long serial;
	char alt[300];

	X509_set_version(i.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(i.certificate), ++serial);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				   (const unsigned char *)(host ? host : "authority"), -1,
				   -1, 0);
	X509_gmtime_adj(X509_getm_notBefore(i.certificate), -10L * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(i.certificate), seconds);
	X509_set_pubkey(i.certificate, i.key);
	snprintf(alt, sizeof(alt), "DNS:%s", host ? host : "authority");
	add_extension(i.certificate, NID_basic_constraints,
		      host ? "CA:FALSE" : "critical,CA:TRUE");
	if (host) add_extension(i.certificate, NID_subject_alt_name, alt);
	X509_set_issuer_name(
		i.certificate,
		X509_get_subject_name(issuer ? issuer->certificate : i.certificate));
	CHECK(X509_sign(i.certificate, issuer ? issuer->key : i.key, EVP_sha256()) > 0);
	return i;
}

static void identity_done(struct identity *i)
{
	EVP_PKEY_free(i->key);
	X509_free(i->certificate);
}

static void add_pem(struct buf *to, BIO *pem)
{
	char *p;
	long n = BIO_get_mem_data(pem, &p);

	CHECK(buf_add(to, (slice){ p, (size_t)n }));
	BIO_free(pem);
}

/* ---- servers ---- */

struct scene {
	struct fixture server;
	struct identity authority, own;
	char trust_file[32]; /* with the authority */
	struct tls_client *tls;
};

static void show(struct scene *s, const struct identity *own, bool with_authority)
{
	CLEANUP(buf_done) struct buf certificate = { .max = PEM_MAX };
	CLEANUP(buf_done) struct buf key = { .max = PEM_MAX };
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	struct tls_source source = { 0 };
	BIO *chain = BIO_new(BIO_s_mem()), *pem = BIO_new(BIO_s_mem());

	PEM_write_bio_X509(chain, own->certificate);
	if (with_authority) PEM_write_bio_X509(chain, s->authority.certificate);
	PEM_write_bio_PrivateKey(pem, own->key, NULL, NULL, 0, NULL, NULL);
	add_pem(&certificate, chain);
	add_pem(&key, pem);
	source.certificate = buf_slice(&certificate);
	source.key = buf_slice(&key);
	CHECK(tls_load(s->server.tls, &source, 1, NULL, &fault));
}

static void write_trust(struct scene *s)
{
	FILE *file;

	snprintf(s->trust_file, sizeof(s->trust_file), "/tmp/connect_tls_XXXXXX");
	file = fdopen(mkstemp(s->trust_file), "w");
	CHECK(file && PEM_write_X509(file, s->authority.certificate) == 1);
	fclose(file);
}

/* A server whose certificate is good for mx.example.org. */
static void scene_start(struct scene *s, bool trusted, long seconds)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };

	s->server.with_tls = true;
	s->authority = identity_new(NULL, NULL, DAY_S);
	s->own = identity_new("mx.example.org", &s->authority, seconds);
	write_trust(s);
	fixture_start(&s->server);
	show(s, &s->own, true);
	s->tls = tls_client_new(trusted ? s->trust_file : NULL, &fault);
	CHECK(s->tls);
}

static void scene_stop(struct scene *s)
{
	fixture_stop(&s->server, 0);
	tls_client_free(s->tls);
	unlink(s->trust_file);
	identity_done(&s->authority);
	identity_done(&s->own);
}

static struct caller call(struct scene *s, struct tls_target target)
{
	struct caller c = { .say = "STARTTLS\r\n", .say_in_tls = "QUIT\r\n" };

	if (s->server.service.tls_at_once) {
		c.say = "QUIT\r\n";
		c.to.service.tls_at_once = true;
	}
	c.to.tls = s->tls;
	c.to.target = target;
	caller_run(&c, listener_endpoint(s->server.listener)->address.port);
	return c;
}

static const slice right_name[] = { SLICE_INIT("mx.example.org") };
static const slice wrong_name[] = { SLICE_INIT("mx.example.net") };
static const slice two_names[] = { SLICE_INIT("mx.example.net"),
				   SLICE_INIT("mx.example.org") };

static void expect_success(struct scene *s, struct tls_target t, enum tls_verified how)
{
	struct caller c = call(s, t);

	CHECK_SLICE(slice_of(c.why), S("closed"));
	CHECK(c.tls);
	CHECK_INT(c.verified, how);
	CHECK_INT(c.failure, TLS_NOT_FAILED);
	CHECK_SLICE(buf_slice(&c.heard), s->server.service.tls_at_once
						 ? S("hello\nbye\n")
						 : S("hello\ngo\nbye\n"));
	caller_done(&c);
}

static void expect_failure(struct scene *s, struct tls_target t, enum tls_failure why)
{
	struct caller c = call(s, t);

	CHECK(!c.tls);
	CHECK_INT(c.failure, why);
	caller_done(&c);
}

static struct tls_target target(enum tls_verify verify, const slice *names, size_t count)
{
	return (struct tls_target){ .verify = verify,
				    .names = names,
				    .name_count = count };
}

/* ---- PKIX ---- */

TEST(connect_tls_verifies_by_authorities)
{
	struct scene s = { 0 };

	scene_start(&s, true, DAY_S);
	expect_success(&s, target(TLS_PKIX, right_name, 1), TLS_VERIFIED_PKIX);
	expect_success(&s, target(TLS_PKIX, two_names, 2), TLS_VERIFIED_PKIX);
	expect_failure(&s, target(TLS_PKIX, wrong_name, 1), TLS_FAILED_HOST);
	scene_stop(&s);
}

TEST(connect_tls_from_the_start)
{
	struct scene s = { .server.service.tls_at_once = true };

	scene_start(&s, true, DAY_S);
	expect_success(&s, target(TLS_PKIX, right_name, 1), TLS_VERIFIED_PKIX);
	expect_failure(&s, target(TLS_PKIX, wrong_name, 1), TLS_FAILED_HOST);
	scene_stop(&s);
}

TEST(connect_tls_refuses_what_nobody_vouches_for)
{
	struct scene s = { 0 };

	scene_start(&s, false, DAY_S);
	expect_failure(&s, target(TLS_PKIX, right_name, 1), TLS_FAILED_UNTRUSTED);
	expect_success(&s, target(TLS_ANY, right_name, 1), TLS_UNVERIFIED);
	scene_stop(&s);
}

TEST(connect_tls_refuses_what_has_expired)
{
	struct scene s = { 0 };

	scene_start(&s, true, -DAY_S);
	expect_failure(&s, target(TLS_PKIX, right_name, 1), TLS_FAILED_EXPIRED);
	expect_success(&s, target(TLS_ANY, right_name, 1), TLS_UNVERIFIED);
	scene_stop(&s);
}

TEST(connect_tls_believes_whom_it_may)
{
	struct scene s = { 0 };

	scene_start(&s, true, DAY_S);
	expect_success(&s, target(TLS_ANY, right_name, 1), TLS_VERIFIED_PKIX);
	expect_success(&s, target(TLS_ANY, wrong_name, 1), TLS_UNVERIFIED);
	expect_success(&s, target(TLS_ANY, NULL, 0), TLS_UNVERIFIED);
	scene_stop(&s);
}

/* Verification without anything to verify by is no verification. */
TEST(connect_tls_needs_a_name)
{
	struct scene s = { 0 };
	static const slice bad[] = { SLICE_INIT("mx.example.org\0.evil.test") };

	scene_start(&s, true, DAY_S);
	expect_failure(&s, target(TLS_PKIX, NULL, 0), TLS_FAILED_HOST);
	expect_failure(&s, target(TLS_PKIX, bad, 1), TLS_FAILED_HOST);
	scene_stop(&s);
}

/* ---- DANE ---- */

/* usage, selector, matching type (RFC 6698 2.1). */
static slice make_tlsa(char room[static TLSA_MAX], const char head[static 3], X509 *x)
{
	unsigned char *der = NULL;
	int n = head[1] == 1 ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der)
			     : i2d_X509(x, &der);
	unsigned hashed = (unsigned)n;

	CHECK(n > 0 && n + 3 <= TLSA_MAX);
	memcpy(room, head, 3);
	if (head[2] == 0)
		memcpy(room + 3, der, (size_t)n);
	else
		EVP_Digest(der, (size_t)n, (unsigned char *)room + 3, &hashed,
			   head[2] == 1 ? EVP_sha256() : EVP_sha512(), NULL);
	OPENSSL_free(der);
	return (slice){ room, 3 + hashed };
}

static struct tls_target dane(const slice *tlsa, size_t count, const slice *names)
{
	return (struct tls_target){ .verify = TLS_DANE,
				    .names = names,
				    .name_count = 1,
				    .tlsa = tlsa,
				    .tlsa_count = count };
}

TEST(connect_tls_dane_ee)
{
	static const char heads[][3] = { { 3, 1, 1 }, { 3, 0, 1 }, { 3, 1, 2 },
					 { 3, 0, 2 }, { 3, 1, 0 }, { 3, 0, 0 } };
	char room[TLSA_MAX], other[TLSA_MAX];
	struct scene s = { 0 };

	scene_start(&s, false, DAY_S);
	for (size_t i = 0; i < countof(heads); i++) {
		slice match = make_tlsa(room, heads[i], s.own.certificate);
		slice mismatch = make_tlsa(other, heads[i], s.authority.certificate);
		const slice both[] = { mismatch, match };

		expect_success(&s, dane(&match, 1, right_name), TLS_VERIFIED_DANE);
		expect_success(&s, dane(both, 2, right_name), TLS_VERIFIED_DANE);
		expect_failure(&s, dane(&mismatch, 1, right_name), TLS_FAILED_TLSA);
	}
	scene_stop(&s);
}

/* Usage 3 looks at neither names nor dates (RFC 7672 3.1.1). */
TEST(connect_tls_dane_ee_is_the_certificate_itself)
{
	char room[TLSA_MAX];
	struct scene s = { 0 };

	scene_start(&s, false, -DAY_S);
	slice match = make_tlsa(room, (const char[]){ 3, 1, 1 }, s.own.certificate);
	expect_success(&s, dane(&match, 1, wrong_name), TLS_VERIFIED_DANE);
	scene_stop(&s);
}

/* Usage 2 looks at both (RFC 7672 3.1.2). */
TEST(connect_tls_dane_ta)
{
	static const char heads[][3] = { { 2, 0, 1 }, { 2, 1, 1 }, { 2, 0, 0 } };
	char room[TLSA_MAX];
	struct scene s = { 0 };

	scene_start(&s, false, DAY_S);
	struct identity old = identity_new("mx.example.org", &s.authority, -DAY_S);
	for (size_t i = 0; i < countof(heads); i++) {
		slice match = make_tlsa(room, heads[i], s.authority.certificate);

		expect_success(&s, dane(&match, 1, right_name), TLS_VERIFIED_DANE);
		expect_failure(&s, dane(&match, 1, wrong_name), TLS_FAILED_HOST);
	}
	slice match = make_tlsa(room, heads[0], s.authority.certificate);
	show(&s, &old, true);
	expect_failure(&s, dane(&match, 1, right_name), TLS_FAILED_EXPIRED);
	show(&s, &s.own, false);
	expect_failure(&s, dane(&match, 1, right_name), TLS_FAILED_TLSA);
	identity_done(&old);
	scene_stop(&s);
}

/* RFC 7672 2.2, 3.1.3: usages 0 and 1 and what is malformed do not count. */
TEST(connect_tls_dane_without_usable_records)
{
	char rooms[2][TLSA_MAX];
	struct scene s = { 0 };

	scene_start(&s, false, DAY_S);
	const slice unusable[] = {
		make_tlsa(rooms[0], (const char[]){ 0, 0, 1 }, s.authority.certificate),
		make_tlsa(rooms[1], (const char[]){ 1, 1, 1 }, s.own.certificate),
		S("\3\1\1short"),
		S("\3\1"),
		S(""),
		S("\3\7\1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
		S("\3\1\7aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	};
	struct tls_target t = dane(unusable, countof(unusable), right_name);

	expect_success(&s, t, TLS_UNVERIFIED);
	t.insist_on_tlsa = true;
	expect_failure(&s, t, TLS_FAILED_TLSA);
	scene_stop(&s);
}

/* ---- faults ---- */

TEST(connect_tls_trust_file_must_be_readable)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };

	CHECK(!tls_client_new("/nonexistent/trust.pem", &fault));
	CHECK(slice_starts(buf_slice(&fault), S("/nonexistent/trust.pem: holds no ")));
}

/* A server that does not speak TLS after all. */
TEST(connect_tls_to_a_plain_server)
{
	struct scene s = { 0 };

	scene_start(&s, true, DAY_S);
	struct caller c = { .say = "ECHO go\r\n" };

	c.to.tls = s.tls;
	c.to.service.handshake_ms = 100;
	caller_run(&c, listener_endpoint(s.server.listener)->address.port);
	CHECK(!c.tls);
	CHECK_INT(c.failure, TLS_FAILED_OTHERWISE);
	caller_done(&c);
	scene_stop(&s);
}

/* What a server sends behind its consent, unprotected, must not count as protected. */
TEST(connect_tls_refuses_answers_from_before_tls)
{
	struct scene s = { 0 };

	scene_start(&s, true, DAY_S);
	struct caller c = { .say = "ECHO go\r\nECHO forged\r\n" };

	c.to.tls = s.tls;
	caller_run(&c, listener_endpoint(s.server.listener)->address.port);
	CHECK(!c.tls);
	CHECK_SLICE(buf_slice(&c.heard), S("hello\ngo\n"));
	CHECK_SLICE(slice_of(c.why), S("octets behind STARTTLS"));
	caller_done(&c);
	scene_stop(&s);
}
