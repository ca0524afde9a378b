#include "net/tls_client.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/tls_fault.h"
#include "net/tls_outgoing.h"

enum {
	READ_AFTER = 1,    /* seconds: then a server has started */
	HOST_MAX = 255,    /* octets of a host name (RFC 1035 2.3.4) */
	TLSA_HEAD = 3,     /* octets before a TLSA record's data (RFC 6698 2.1) */
	USAGE_DANE_TA = 2, /* RFC 7218 2.1 */
	USAGE_DANE_EE = 3,
	LENIENT_LEVEL = 1, /* OpenSSL's: old keys are better than none */
};

struct tls_client {
	SSL_CTX *ctx;
	pthread_t reader; /* of the system's authorities */
	sem_t is_wanted;  /* by a connection that waits for it, or to end it */
	sem_t is_read;    /* open once it is through with them */
	atomic_bool is_ending;
};

static bool load_trust(SSL_CTX *ctx, const char *file, struct buf *fault)
{
	if (!file || SSL_CTX_load_verify_file(ctx, file) == 1) return true;
	tls_fault(fault, file, "holds no usable PEM certificates of authorities");
	return false;
}

static void wait_until_wanted(struct tls_client *c)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += READ_AFTER;
	while (sem_timedwait(&c->is_wanted, &until) != 0 && errno == EINTR)
		;
}

/* A hundred or more, which takes longer than all else at a server's start: hence later.
 */
static void *read_system_trust(void *client)
{
	struct tls_client *c = client;

	wait_until_wanted(c);
	if (!c->is_ending && SSL_CTX_set_default_verify_paths(c->ctx) != 1)
		ERR_clear_error(); /* a system without authorities */
	sem_post(&c->is_read);
	return NULL;
}

static void await_system_trust(struct tls_client *c)
{
	sem_post(&c->is_wanted);
	while (sem_wait(&c->is_read) != 0)
		; /* a signal came */
	sem_post(&c->is_read);
}

static bool set_policy(SSL_CTX *ctx)
{
	SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_dane_enable(ctx) == 1;
}

struct tls_client *tls_client_new(const char *trust_file, struct buf *fault)
{
	struct tls_client *c = calloc(1, sizeof(*c));

	assert(c);
	c->ctx = SSL_CTX_new(TLS_client_method());
	assert(c->ctx);
	if (!set_policy(c->ctx)) abort(); /* this OpenSSL lacks what we were built with */
	if (!load_trust(c->ctx, trust_file, fault)) {
		SSL_CTX_free(c->ctx);
		free(c);
		return NULL;
	}
	sem_init(&c->is_wanted, 0, 0);
	sem_init(&c->is_read, 0, 0);
	if (pthread_create(&c->reader, NULL, read_system_trust, c) != 0) abort();
	return c;
}

void tls_client_free(struct tls_client *c)
{
	if (!c) return;
	c->is_ending = true;
	sem_post(&c->is_wanted);
	pthread_join(c->reader, NULL);
	sem_destroy(&c->is_wanted);
	sem_destroy(&c->is_read);
	SSL_CTX_free(c->ctx);
	free(c);
}

/* ---- one connection ---- */

/* A name that is no host name cannot be matched, nor can it be sent. */
static bool copy_name(slice name, char room[static HOST_MAX + 1])
{
	if (name.n == 0 || name.n > HOST_MAX || memchr(name.p, '\0', name.n))
		return false;
	memcpy(room, name.p, name.n);
	room[name.n] = '\0';
	return true;
}

/* Wildcards stand for a whole label and only one (RFC 9525 6.3); an old subject without
 * alternative names is not looked at. */
static bool set_names(SSL *ssl, const struct tls_target *t)
{
	char name[HOST_MAX + 1];

	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
				       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	for (size_t i = 0; i < t->name_count && i < TLS_TARGET_NAMES_MAX; i++)
		if (!copy_name(t->names[i], name) || SSL_add1_host(ssl, name) != 1)
			return false;
	return t->name_count == 0 || !copy_name(t->names[0], name) ||
	       SSL_set_tlsext_host_name(ssl, name) == 1;
}

/* How many records can be used. */
static size_t add_tlsa(SSL *ssl, const struct tls_target *t)
{
	size_t usable = 0;

	for (size_t i = 0; i < t->tlsa_count && i < TLS_TARGET_TLSA_MAX; i++) {
		const unsigned char *p = (const unsigned char *)t->tlsa[i].p;
		size_t n = t->tlsa[i].n;

		if (n <= TLSA_HEAD || (p[0] != USAGE_DANE_TA && p[0] != USAGE_DANE_EE))
			continue;
		usable += SSL_dane_tlsa_add(ssl, p[0], p[1], p[2], p + TLSA_HEAD,
					    n - TLSA_HEAD) > 0;
		ERR_clear_error();
	}
	return usable;
}

/* Before set_names, for it sets the names anew. False: as if there were no TLSA. */
static bool set_dane(SSL *ssl, const struct tls_target *t)
{
	if (SSL_dane_enable(ssl, NULL) <= 0) return false;
	SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	return add_tlsa(ssl, t) > 0;
}

SSL *tls_client_start(struct tls_client *c, const struct tls_target *t)
{
	bool strict = t->verify == TLS_PKIX;
	bool lacks_tlsa = false, named;
	SSL *ssl;

	await_system_trust(c);
	ssl = SSL_new(c->ctx);
	assert(ssl);
	if (t->verify == TLS_DANE) {
		strict = set_dane(ssl, t);
		lacks_tlsa = !strict && t->insist_on_tlsa;
	}
	named = t->name_count > 0 && set_names(ssl, t);
	SSL_set_verify(ssl, strict ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (!strict) SSL_set_security_level(ssl, LENIENT_LEVEL);
	if (!lacks_tlsa && (named || !strict)) return ssl;
	SSL_free(ssl);
	return NULL;
}

/* ---- what came of it ---- */

enum tls_verified tls_client_verified(SSL *ssl)
{
	if (SSL_get_verify_result(ssl) != X509_V_OK || !SSL_get0_peer_certificate(ssl))
		return TLS_UNVERIFIED;
	if (SSL_get0_dane_authority(ssl, NULL, NULL) >= 0) return TLS_VERIFIED_DANE;
	return SSL_get0_peername(ssl) ? TLS_VERIFIED_PKIX : TLS_UNVERIFIED;
}

enum tls_failure tls_client_failure(const SSL *ssl)
{
	static const struct {
		long result;
		enum tls_failure failure;
	} failures[] = {
		{ X509_V_OK, TLS_FAILED_OTHERWISE },
		{ X509_V_ERR_CERT_HAS_EXPIRED, TLS_FAILED_EXPIRED },
		{ X509_V_ERR_CERT_NOT_YET_VALID, TLS_FAILED_EXPIRED },
		{ X509_V_ERR_HOSTNAME_MISMATCH, TLS_FAILED_HOST },
		{ X509_V_ERR_DANE_NO_MATCH, TLS_FAILED_TLSA },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TLS_FAILED_UNTRUSTED },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TLS_FAILED_UNTRUSTED },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TLS_FAILED_UNTRUSTED },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TLS_FAILED_UNTRUSTED },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TLS_FAILED_UNTRUSTED },
		{ X509_V_ERR_CERT_UNTRUSTED, TLS_FAILED_UNTRUSTED },
	};
	long result = SSL_get_verify_result(ssl);

	if (SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) return TLS_FAILED_OTHERWISE;
	for (size_t i = 0; i < countof(failures); i++)
		if (failures[i].result == result) return failures[i].failure;
	return TLS_FAILED_CERTIFICATE;
}
