#include "net/tls_context.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/tls_fault.h"

/* Forward secrecy and AEAD only; of TLS 1.3 all suites are. */
static const char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:"
			      "!aPSK:!aDSS";

/* ---- what a handshake asks ---- */

static const struct tls_settings *settings_of(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

/* RFC 6066 3: an unknown name is no error, the client will judge what it is shown. */
static int choose_certificate(SSL *ssl, int *, void *)
{
	const char *host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	SSL_CTX *ctx;

	if (!host) return SSL_TLSEXT_ERR_NOACK;
	ctx = tls_find(settings_of(ssl)->tls, slice_of(host));
	if (ctx) SSL_set_SSL_CTX(ssl, ctx);
	SSL_CTX_free(ctx);
	return SSL_TLSEXT_ERR_OK;
}

/* A name out of the client's list of length-prefixed names (RFC 7301 3.1). */
static bool take_name(slice *list, slice *ret)
{
	size_t n = list->n ? (unsigned char)list->p[0] : 0;

	if (n == 0 || n >= list->n) return false;
	*ret = (slice){ list->p + 1, n };
	*list = slice_skip(*list, n + 1);
	return true;
}

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
			   const unsigned char *in, unsigned in_n, void *)
{
	const struct tls_settings *s = settings_of(ssl);

	if (s->alpn_count == 0) return SSL_TLSEXT_ERR_NOACK;
	for (size_t i = 0; i < s->alpn_count; i++) {
		slice list = { (const char *)in, in_n }, name;

		while (take_name(&list, &name))
			if (slice_eq(name, s->alpn[i])) {
				*out = (const unsigned char *)name.p;
				*out_n = (unsigned char)name.n;
				return SSL_TLSEXT_ERR_OK;
			}
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* TLS 1.3 clients use a ticket once (RFC 8446 C.4): each of theirs is followed by
 * another. */
static int renewed(const SSL *ssl, int opened)
{
	enum { GOOD = 1, GOOD_BUT_RENEW = 2 };

	return opened == GOOD && SSL_version(ssl) >= TLS1_3_VERSION ? GOOD_BUT_RENEW
								    : opened;
}

static int ticket_key(SSL *ssl, unsigned char *name, unsigned char *iv,
		      EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int seal)
{
	struct tls_tickets *t = tls_tickets_of(settings_of(ssl)->tls);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (seal) return tls_tickets_seal(t, now.tv_sec, name, iv, cipher, mac);
	return renewed(ssl, tls_tickets_open(t, now.tv_sec, name, iv, cipher, mac));
}

/* ---- certificate and key ---- */

/* Keys with a passphrase are refused; nobody may be asked on a terminal. */
static int no_passphrase(char *, int, int, void *)
{
	return -1;
}

/* The end of a PEM file looks like an error; any other error is one. */
static bool is_pem_end(void)
{
	unsigned long e = ERR_peek_last_error();
	bool end =
		ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE;

	if (end) ERR_clear_error();
	return end;
}

static bool use_chain(SSL_CTX *ctx, BIO *pem)
{
	X509 *own = PEM_read_bio_X509_AUX(pem, NULL, no_passphrase, NULL), *next;
	bool ok = own && SSL_CTX_use_certificate(ctx, own) == 1;

	X509_free(own);
	while (ok && (next = PEM_read_bio_X509(pem, NULL, no_passphrase, NULL)))
		if (SSL_CTX_add0_chain_cert(ctx, next) != 1) {
			X509_free(next);
			return false;
		}
	return ok && is_pem_end();
}

static bool use_key(SSL_CTX *ctx, BIO *pem)
{
	EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, no_passphrase, NULL);
	bool ok = key && SSL_CTX_use_PrivateKey(ctx, key) == 1;

	EVP_PKEY_free(key);
	return ok;
}

static bool use_pem(SSL_CTX *ctx, const char *file, slice text,
		    bool (*use)(SSL_CTX *, BIO *), const char *what, struct buf *fault)
{
	const char *where = file ? file : "in memory";
	BIO *pem = file ? BIO_new_file(file, "r") : BIO_new_mem_buf(text.p, (int)text.n);
	bool ok = pem && use(ctx, pem);

	if (!pem)
		tls_fault(fault, where, "cannot be read");
	else if (!ok)
		tls_fault(fault, where, what);
	BIO_free(pem);
	return ok;
}

static bool use_source(SSL_CTX *ctx, const struct tls_source *s, struct buf *fault)
{
	if (!use_pem(ctx, s->certificate_file, s->certificate, use_chain,
		     "holds no usable PEM certificate", fault) ||
	    !use_pem(
		    ctx, s->key_file, s->key, use_key,
		    "holds no private key that fits the certificate (PEM, no passphrase)",
		    fault))
		return false;
	return true;
}

static bool use_client_ca(SSL_CTX *ctx, const char *file, struct buf *fault)
{
	STACK_OF(X509_NAME) * names;

	if (!file) return true;
	names = SSL_load_client_CA_file(file);
	if (names) SSL_CTX_set_client_CA_list(ctx, names);
	if (names && SSL_CTX_load_verify_locations(ctx, file, NULL) == 1) return true;
	tls_fault(fault, file, "holds no usable PEM certificates of authorities");
	return false;
}

/* ---- contexts ---- */

static void set_callbacks(SSL_CTX *ctx)
{
	SSL_CTX_set_tlsext_servername_callback(ctx, choose_certificate);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, ticket_key);
}

static bool set_policy(SSL_CTX *ctx)
{
	static const unsigned char id[] = "postroom";

	SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_PRIORITIZE_CHACHA |
					 SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF); /* tickets only */
	SSL_CTX_set_timeout(ctx, TICKET_KEY_LIFE_S);
	SSL_CTX_set_num_tickets(ctx, 1);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_cipher_list(ctx, ciphers) == 1 &&
	       SSL_CTX_set_dh_auto(ctx, 1) == 1 &&
	       SSL_CTX_set_session_id_context(ctx, id, sizeof(id) - 1) == 1;
}

SSL_CTX *tls_context_new(const struct tls_source *source, const char *client_ca,
			 struct buf *fault)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	assert(ctx);
	if (!set_policy(ctx)) abort(); /* this OpenSSL lacks what we were built with */
	set_callbacks(ctx);
	if (use_source(ctx, source, fault) && use_client_ca(ctx, client_ca, fault))
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

static char *lower_copy(const ASN1_STRING *s)
{
	size_t n = (size_t)ASN1_STRING_length(s);
	const char *from = (const char *)ASN1_STRING_get0_data(s);
	char *copy = malloc(n + 1);

	assert(copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = lower_ascii(from[i]);
	copy[n] = '\0';
	return copy;
}

bool tls_context_names(SSL_CTX *ctx, struct tls_names *ret)
{
	X509 *own = SSL_CTX_get0_certificate(ctx);
	GENERAL_NAMES *all = X509_get_ext_d2i(own, NID_subject_alt_name, NULL, NULL);
	struct tls_names n = { .name = NULL };
	int count = all ? sk_GENERAL_NAME_num(all) : 0;
	bool ok = count <= TLS_NAMES_MAX;

	if (ok && count > 0) n.name = calloc((size_t)count, sizeof(char *));
	for (int i = 0; ok && i < count; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);

		if (g->type == GEN_DNS) n.name[n.count++] = lower_copy(g->d.dNSName);
	}
	GENERAL_NAMES_free(all);
	*ret = n;
	return ok;
}

void tls_names_done(struct tls_names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
}
