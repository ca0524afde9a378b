/*
 * tls_peer.h - whom a client's certificate names
 *
 * Of one that was verified by the authorities for clients (tls_load): its subject, in
 * the string form of RFC 4514, and the mail addresses among its alternative names (RFC
 * 5280 4.2.1.6), each with LF behind it. Names with control characters are left out:
 * whoever gets an authority to sign one must not forge a second. The addresses past
 * TLS_PEER_NAMES_MAX octets are, too.
 */
#pragma once

#include <openssl/x509.h>

#include "base/buf.h"

enum { TLS_PEER_NAMES_MAX = 4096 }; /* octets of the subject, and of all addresses */

struct tls_peer {
	struct buf subject, addresses;
};

void tls_peer_init(struct tls_peer *p, X509 *certificate);
void tls_peer_done(struct tls_peer *p);
