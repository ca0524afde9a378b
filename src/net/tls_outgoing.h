/*
 * tls_outgoing.h - the SSL of a connection that we open
 *
 * Between tls_client.c and tls_session.c only.
 */
#pragma once

#include <openssl/ssl.h>

#include "base/engine.h"
#include "net/tls_client.h"

/* The first may wait until the authorities are read (tls_client_new).
 * NULL: the target asks for what cannot be verified; for TLS_DANE: no usable TLSA. */
SSL *tls_client_start(struct tls_client *c, const struct tls_target *t);
/* After the handshake. Under TLS_ANY too it says what could have been believed. */
enum tls_verified tls_client_verified(SSL *ssl);
enum tls_failure tls_client_failure(const SSL *ssl);
