#include "net/tls_session.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls_context.h"
#include "net/tls_fault.h"
#include "net/tls_outgoing.h"
#include "net/tls_peer.h"

enum { EXPORTER_OCTETS = 32 }; /* RFC 9266 2 */

struct tls_session {
	SSL *ssl;
	struct sock *sock;
	const char *reason;
	bool ended; /* the socket's end was read */
	struct tls_peer peer;
	unsigned char exporter[EXPORTER_OCTETS], endpoint[CHANNEL_BINDING_MAX];
	struct tls_facts facts;
	bool no_binding;
};

/* ---- the sock as OpenSSL's BIO ---- */

static int bio_read(BIO *bio, char *to, int room)
{
	struct tls_session *s = BIO_get_data(bio);
	ssize_t n = sock_read(s->sock, to, (size_t)room);

	BIO_clear_retry_flags(bio);
	if (n == IO_AGAIN) BIO_set_retry_read(bio);
	if (n == IO_END) s->ended = true;
	return n > 0 ? (int)n : n == IO_END ? 0 : -1;
}

static int bio_write(BIO *bio, const char *from, int count)
{
	struct tls_session *s = BIO_get_data(bio);
	ssize_t n = sock_write(s->sock, (slice){ from, (size_t)count });

	BIO_clear_retry_flags(bio);
	if (n == IO_AGAIN) BIO_set_retry_write(bio);
	return n > 0 ? (int)n : -1;
}

static long bio_ctrl(BIO *bio, int what, long, void *)
{
	const struct tls_session *s = BIO_get_data(bio);

	if (what == BIO_CTRL_EOF) return s->ended;
	return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *bio_method;

static void make_bio_method(void)
{
	int type = BIO_get_new_index();

	assert(type != -1);
	bio_method = BIO_meth_new(type | BIO_TYPE_SOURCE_SINK, "postroom sock");
	assert(bio_method);
	BIO_meth_set_read(bio_method, bio_read);
	BIO_meth_set_write(bio_method, bio_write);
	BIO_meth_set_ctrl(bio_method, bio_ctrl);
}

static BIO *bio_new(struct tls_session *s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	BIO *bio;

	pthread_once(&once, make_bio_method);
	bio = BIO_new(bio_method);
	assert(bio);
	BIO_set_data(bio, s);
	BIO_set_init(bio, 1);
	return bio;
}

/* ---- life ---- */

/* Whatever a client shows may go on; facts tell only what was verified. */
static int accept_any(int, X509_STORE_CTX *)
{
	return 1;
}

static struct tls_session *session_new(SSL *ssl, struct sock *sock)
{
	struct tls_session *s = calloc(1, sizeof(*s));
	BIO *bio;

	assert(s && ssl);
	s->ssl = ssl;
	s->sock = sock;
	s->reason = "";
	bio = bio_new(s);
	SSL_set_bio(ssl, bio, bio);
	return s;
}

struct tls_session *tls_session_accept(const struct tls_settings *settings,
				       struct sock *sock)
{
	SSL_CTX *ctx = tls_find(settings->tls, S(""));
	struct tls_session *s;

	if (!ctx) return NULL;
	s = session_new(SSL_new(ctx), sock);
	SSL_CTX_free(ctx); /* s->ssl counts it too */
	SSL_set_app_data(s->ssl, (void *)(uintptr_t)settings);
	s->no_binding = settings->no_binding;
	if (settings->ask_certificate)
		SSL_set_verify(s->ssl, SSL_VERIFY_PEER, accept_any);
	else
		tls_context_forget_clients(s->ssl);
	SSL_set_accept_state(s->ssl);
	return s;
}

struct tls_session *tls_session_connect(struct tls_client *client,
					const struct tls_target *target,
					struct sock *sock)
{
	SSL *ssl = tls_client_start(client, target);
	struct tls_session *s = ssl ? session_new(ssl, sock) : NULL;

	if (s) SSL_set_connect_state(s->ssl);
	return s;
}

void tls_session_free(struct tls_session *s)
{
	if (!s) return;
	SSL_free(s->ssl);
	tls_peer_done(&s->peer);
	explicit_bzero(s->exporter, sizeof(s->exporter));
	free(s);
}

/* ---- facts ---- */

static slice octets(const unsigned char *p, size_t n)
{
	return (slice){ (const char *)p, n };
}

/* Only where the master secret is bound to the handshake (RFC 9266 4.2). */
static void fill_exporter(struct tls_session *s)
{
	static const char label[] = "EXPORTER-Channel-Binding";
	static const unsigned char no_context[1];

	if (SSL_version(s->ssl) < TLS1_3_VERSION && SSL_get_extms_support(s->ssl) != 1)
		return;
	if (SSL_export_keying_material(s->ssl, s->exporter, sizeof(s->exporter), label,
				       sizeof(label) - 1, no_context, 0, 1) == 1)
		s->facts.binding_exporter = octets(s->exporter, sizeof(s->exporter));
}

/* The hash of the server's certificate, by its signature's hash function, SHA-256 in
 * place of MD5 and SHA-1; undefined for signatures without one, as Ed25519 (RFC
 * 5929 4.1). */
static void fill_endpoint(struct tls_session *s)
{
	X509 *shown = SSL_is_server(s->ssl) ? SSL_get_certificate(s->ssl)
					    : SSL_get0_peer_certificate(s->ssl);
	const EVP_MD *hash;
	unsigned n = 0;
	int nid = NID_undef;

	if (!shown || X509_get_signature_info(shown, &nid, NULL, NULL, NULL) != 1) return;
	if (nid == NID_md5 || nid == NID_sha1) nid = NID_sha256;
	hash = EVP_get_digestbynid(nid);
	if (hash && EVP_MD_get_size(hash) <= CHANNEL_BINDING_MAX &&
	    X509_digest(shown, hash, s->endpoint, &n) == 1)
		s->facts.binding_endpoint = octets(s->endpoint, n);
}

static void fill_peer(struct tls_session *s)
{
	X509 *peer = SSL_get0_peer_certificate(s->ssl);

	if (!peer || SSL_get_verify_result(s->ssl) != X509_V_OK) return;
	tls_peer_init(&s->peer, peer);
	s->facts.peer_is_verified = true;
	s->facts.peer_subject = buf_slice(&s->peer.subject);
	s->facts.peer_addresses = buf_slice(&s->peer.addresses);
}

static void fill_facts(struct tls_session *s)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(s->ssl);

	s->facts.protocol = slice_of(SSL_get_version(s->ssl));
	s->facts.cipher = slice_of(SSL_CIPHER_get_name(cipher));
	s->facts.bits = SSL_CIPHER_get_bits(cipher, NULL);
	s->facts.server_name =
		slice_of(SSL_get_servername(s->ssl, TLSEXT_NAMETYPE_host_name));
	if (!s->no_binding) {
		fill_exporter(s);
		fill_endpoint(s);
	}
	if (SSL_is_server(s->ssl))
		fill_peer(s);
	else
		s->facts.verified = tls_client_verified(s->ssl);
	ERR_clear_error();
}

const struct tls_facts *tls_session_facts(const struct tls_session *s)
{
	return &s->facts;
}

const char *tls_session_reason(const struct tls_session *s)
{
	return s->reason;
}

enum tls_failure tls_session_failure(const struct tls_session *s)
{
	return tls_client_failure(s->ssl);
}

/* ---- bytes ---- */

static ssize_t failed(struct tls_session *s, const char *fallback)
{
	s->reason = tls_take_reason(fallback);
	return IO_FAILED;
}

/* A connection cut without close_notify is lost, not ended: what came may be less
 * than what was sent. */
static ssize_t outcome(struct tls_session *s, int returned)
{
	int saved = errno;

	switch (SSL_get_error(s->ssl, returned)) {
	case SSL_ERROR_NONE:
		return returned;
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return IO_AGAIN;
	case SSL_ERROR_ZERO_RETURN:
		return IO_END;
	case SSL_ERROR_SYSCALL:
		return failed(s, saved ? strerrordesc_np(saved) : "connection lost");
	default:
		return failed(s, "TLS failure");
	}
}

/* What was wrong with the certificate says more than that the verification failed. */
static void explain(struct tls_session *s)
{
	if (!SSL_is_server(s->ssl) && tls_client_failure(s->ssl) != TLS_FAILED_OTHERWISE)
		s->reason = X509_verify_cert_error_string(SSL_get_verify_result(s->ssl));
}

ssize_t tls_session_handshake(struct tls_session *s)
{
	ssize_t n;

	ERR_clear_error();
	errno = 0;
	n = outcome(s, SSL_do_handshake(s->ssl));
	if (n > 0) fill_facts(s);
	if (n == IO_FAILED) explain(s);
	return n;
}

ssize_t tls_session_read(struct tls_session *s, char *to, size_t room)
{
	ERR_clear_error();
	errno = 0;
	return outcome(s, SSL_read(s->ssl, to, (int)room));
}

ssize_t tls_session_write(struct tls_session *s, slice bytes)
{
	ERR_clear_error();
	errno = 0;
	return outcome(s, SSL_write(s->ssl, bytes.p, (int)bytes.n));
}

void tls_session_end(struct tls_session *s)
{
	ERR_clear_error();
	SSL_shutdown(s->ssl);
	ERR_clear_error();
}
