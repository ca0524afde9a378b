/*
 * tls_ticket.h - the keys that seal session tickets (RFC 5077, RFC 8446 4.6.1)
 *
 * Made here, never written down, shared by all loops, and replaced by time: a
 * new ticket is sealed with the newest key, an old one is opened with that or
 * the one before. Only tls.c uses it; every function may be called from any
 * thread.
 */
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

enum { TICKET_NAME_OCTETS = 16 };

struct tls_tickets;

struct tls_tickets *tls_tickets_new(void);
void tls_tickets_free(struct tls_tickets *t);

/* Both prepare the contexts as SSL_CTX_set_tlsext_ticket_key_evp_cb wants it, and
 * return what its callback must: below 0 failed, 0 unknown key, 1 good, 2 good but
 * sealed with the older key. */
int tls_tickets_seal(struct tls_tickets *t, int64_t now_s, unsigned char *name,
		     unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac);
int tls_tickets_open(struct tls_tickets *t, int64_t now_s, const unsigned char *name,
		     const unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac);
