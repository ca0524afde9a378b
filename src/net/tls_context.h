/*
 * tls_context.h - one certificate made ready for handshakes
 *
 * All contexts are set up alike and differ in certificate and key only, so one
 * may take another's place once the client has said which host it wants. What
 * differs by listener is found through SSL_get_app_data(), which is the
 * struct tls_settings of the connection. Only net's TLS files use it.
 */
#pragma once

#include <openssl/ssl.h>

#include "net/tls.h"
#include "net/tls_ticket.h"

/* Host names as certificates spell them, lower case, each malloc'ed. */
struct tls_names {
	char **name;
	size_t count;
};

/* client_ca may be NULL. NULL: see fault. */
SSL_CTX *tls_context_new(const struct tls_source *source, const char *client_ca,
			 struct buf *fault);
/* A session of this connection is resumed only where no certificate is asked for, and one
 * from where it is, not here: it would say of the client what nobody has looked at. */
void tls_context_forget_clients(SSL *ssl);
/* The DNS names its certificate is good for; false: more than TLS_NAMES_MAX. */
bool tls_context_names(SSL_CTX *ctx, struct tls_names *ret);
void tls_names_done(struct tls_names *n);

/* In tls.c. The context for a host, the first one for an empty or unknown name, or
 * NULL while nothing is loaded. The caller frees it (it is counted). */
SSL_CTX *tls_find(struct tls *t, slice host);
struct tls_tickets *tls_tickets_of(const struct tls *t);
