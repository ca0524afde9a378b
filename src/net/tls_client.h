/*
 * tls_client.h - TLS on connections that we open: whom to believe
 *
 * struct tls_client is what all of them share: the authorities of the system
 * and those the configuration adds. What one connection asks of the server
 * stands in its struct tls_target:
 *
 *   TLS_ANY   whatever certificate the server shows (RFC 7435)
 *   TLS_PKIX  one that an authority vouches for, with one of the names
 *             (RFC 9525; MTA-STS: RFC 8461 4.1)
 *   TLS_DANE  one that a TLSA record names (RFC 7671, 7672): usage 3 is the
 *             certificate whatever its names and dates, usage 2 an authority
 *             of it, names and dates being checked. Other usages and what
 *             cannot be understood count as unusable (RFC 7672 3.1.3); where
 *             no record is usable, as TLS_ANY (RFC 7672 2.2).
 *
 * What does not verify ends the handshake, except under TLS_ANY; what was
 * verified, there too, stands in tls_facts. TLS 1.2 and 1.3 only.
 */
#pragma once

#include "base/buf.h"

enum tls_verify { TLS_ANY, TLS_PKIX, TLS_DANE };

enum {
	TLS_TARGET_NAMES_MAX = 8, /* further ones are not looked at */
	TLS_TARGET_TLSA_MAX = 64, /* likewise */
};

struct tls_target {
	enum tls_verify verify;
	/* Host names, without final dot: the certificate is to have one of them, and the
	 * first is sent as SNI. DANE: the TLSA base domain first (RFC 7672 3.2.2, 8.1).
	 * Only TLS_ANY does without. */
	const slice *names;
	size_t name_count;
	const slice *tlsa; /* the records' data as on the wire */
	size_t tlsa_count;
	bool insist_on_tlsa; /* no usable record is a failure instead */
};

/* Why a handshake failed, as reports name it (RFC 8460 4.3.2). */
enum tls_failure {
	TLS_NOT_FAILED,
	TLS_FAILED_OTHERWISE, /* not because of the certificate */
	TLS_FAILED_CERTIFICATE,
	TLS_FAILED_EXPIRED,
	TLS_FAILED_HOST, /* the certificate has none of the names */
	TLS_FAILED_UNTRUSTED,
	TLS_FAILED_TLSA, /* no TLSA record matches, or none is usable */
};

struct tls_client;

/* trust_file: PEM of further authorities, or NULL. NULL: fault is a line for a person.
 * The system's are read by a thread, soon; a connection that comes first waits. */
struct tls_client *tls_client_new(const char *trust_file, struct buf *fault);
void tls_client_free(struct tls_client *c); /* connections keep what they need */
