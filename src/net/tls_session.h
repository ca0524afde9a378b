/*
 * tls_session.h - the server's side of one TLS connection over a struct sock
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

struct tls_session;

/* settings and sock outlive it. NULL while no certificate is loaded. */
struct tls_session *tls_session_new(const struct tls_settings *settings,
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
