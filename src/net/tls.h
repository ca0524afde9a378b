/*
 * tls.h - certificates by host name, and how a listener uses them
 *
 * struct tls is the server's set of certificates, shared by all loops. What a
 * client asks for by SNI is looked for exactly, then as a wildcard of one
 * label; else the first certificate is shown. TLS 1.2 and 1.3 only, the
 * server chooses among ciphers with forward secrecy, no renegotiation, no
 * compression. Sessions resume by tickets, whose keys are shared by all
 * certificates and loops and change every TICKET_KEY_LIFE_S.
 *
 * Loading replaces the whole set at once, or fails and leaves the old one.
 * Connections keep what they started with.
 *
 * Every `fault` is a line for a person: what, where, why, without a line end.
 */
#pragma once

#include "base/buf.h"

enum {
	TICKET_KEY_LIFE_S = 8 * 3600, /* tickets live that long, keys twice that */
	TLS_FILE_MAX = 1024 * 1024,   /* octets of a PEM file */
	TLS_NAMES_MAX = 1000, /* host names of one certificate that are looked at */
};

struct tls;

/* A chain, the server's own certificate first, and its key, both PEM, from files or,
 * where no file is named, from the slices. Encrypted keys are refused. */
struct tls_source {
	const char *certificate_file, *key_file;
	slice certificate, key;
};

struct tls *tls_new(void);
void tls_free(struct tls *t); /* after all its listeners and connections */

/* client_ca_file: PEM of who may have signed clients' certificates, and of what they have
 * revoked (RFC 5280 5), if any of them says so; NULL: nobody. */
[[nodiscard]] bool tls_load(struct tls *t, const struct tls_source *sources, size_t count,
			    const char *client_ca_file, struct buf *fault);

/* How one kind of listener speaks TLS. Owned by the caller, outlives its connections. */
struct tls_settings {
	struct tls *tls;
	/* The protocols it speaks (RFC 7301), best first. When a client names some and
	 * none is here, the handshake fails: a browser must not be talked into sending
	 * mail commands. None here: ALPN is not looked at. */
	const slice *alpn;
	size_t alpn_count;
	/* Ask for a client certificate. One that does not verify counts as none. */
	bool ask_certificate;
	bool no_binding; /* the facts have nothing to bind a login to (RFC 5056) */
};

/* A self-signed certificate (ECDSA P-256) for host names and IP addresses, the first
 * of which is its subject; PEM is added to the two buffers. */
[[nodiscard]] bool tls_generate(const slice *names, size_t count, unsigned days,
				struct buf *certificate, struct buf *key);
/* The same into new files; the key is readable by the owner only. Existing files are
 * never touched: a fault. */
[[nodiscard]] bool tls_generate_files(const slice *names, size_t count, unsigned days,
				      const char *certificate_file, const char *key_file,
				      struct buf *fault);
