/*
 * tls_session.h - one side of a TLS connection over a struct sock
 *
 * SSL_read and SSL_write through a BIO on the sock: no libevent buffers in
 * between, so a byte is copied once, an idle connection keeps only what
 * OpenSSL needs (its buffers are released), and STARTTLS starts on a socket
 * from which nothing has been read ahead. Used by conn.c only.
 *
 * Reading, writing and the handshake return enum io or a number of octets.
 */
#pragma once

#include "base/engine.h"
#include "net/sock.h"
#include "net/tls.h"
#include "net/tls_client.h"

struct tls_session;

/* The server's side. settings and sock outlive it. NULL while no certificate is loaded.
 */
struct tls_session *tls_session_accept(const struct tls_settings *settings,
				       struct sock *sock);
/* The client's side. sock outlives it. NULL: the target cannot be verified (no usable
 * TLSA where that is insisted on, or no name). */
struct tls_session *tls_session_connect(struct tls_client *client,
					const struct tls_target *target,
					struct sock *sock);
void tls_session_free(struct tls_session *s);

/* 1 once it is done. */
ssize_t tls_session_handshake(struct tls_session *s);
ssize_t tls_session_read(struct tls_session *s, char *to, size_t room);
ssize_t tls_session_write(struct tls_session *s, slice bytes);
/* Says good-bye (close_notify), as far as the socket takes it at once. */
void tls_session_end(struct tls_session *s);

/* After the handshake; lives as long as s. */
const struct tls_facts *tls_session_facts(const struct tls_session *s);
/* Why the last call returned IO_FAILED; static text. */
const char *tls_session_reason(const struct tls_session *s);
/* The same of a client's handshake, for reports. */
enum tls_failure tls_session_failure(const struct tls_session *s);
