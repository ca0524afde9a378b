/*
 * fixture_test.h - a server with a small line protocol, and its clients
 *
 * Each test starts the server it needs on a free port, with its loops on
 * threads of their own, and talks to it over blocking sockets. The protocol:
 *
 *   ECHO text    answers text
 *   BIG n        answers n times `x`, as much at once as may wait, and a line end
 *   JOB          a job that answers `job`
 *   SLOW         a job that runs until the test opens fixture.gate
 *   HOST         waits for the host, who answers later in the turn
 *   STARTTLS     answers `go` and begins TLS
 *   FACTS        answers what TLS says
 *   BODY         takes octets, whatever they are, without an answer, for ever
 *   QUIT         answers `bye` and closes
 *
 * At the end of input it answers `end`, when out of time `slow`, when the
 * server stops `stopping`, when something changed `changed`. The greeting is
 * `hello`. Every answer is a line with CRLF.
 */
#pragma once

#include <openssl/ssl.h>
#include <pthread.h>

#include "net/listener.h"
#include "net/workers.h"

enum { FIXTURE_LOOPS_MAX = 2 };

struct fixture {
	/* Set before fixture_start where the default does not do. */
	size_t loop_count;   /* 1 */
	const char *address; /* "127.0.0.1:0" */
	int64_t timeout_ms;  /* 60,000 */
	bool with_tls;
	const char *client_ca_file;
	struct service service;
	struct tls_settings tls_settings;

	struct loop *loops[FIXTURE_LOOPS_MAX];
	struct workers *workers;
	struct listener *listener;
	struct tls *tls;
	pthread_mutex_t gate;
	_Atomic(struct conn *) last_conn;
	_Atomic int opened, closed, failed;
	_Atomic(const char *) why;           /* of the last end */
	_Atomic int used[FIXTURE_LOOPS_MAX]; /* connections opened on each loop */
};

void fixture_start(struct fixture *f);
void fixture_stop(struct fixture *f, int64_t grace_ms);
/* Replaces the certificates: one for each name. */
void fixture_load(struct fixture *f, const char *const *names, size_t count);
/* Waits until what the loops count has come to n; fails the test after some seconds. */
void fixture_wait(_Atomic int *counter, int n);

struct client {
	int fd;
	SSL_CTX *ctx;
	SSL *ssl; /* NULL while plain */
};

struct client client_connect(const struct fixture *f); /* without greeting */
/* After STARTTLS or at once; false when the handshake fails. version 0 = any, or
 * TLS1_2_VERSION; alpn in wire form or NULL; session may be NULL. */
struct client_tls {
	const char *host;
	int version;
	const char *alpn;
	SSL_SESSION *session;
	X509 *certificate; /* of the client; NULL: none */
	EVP_PKEY *key;
};
bool client_start_tls(struct client *c, const struct client_tls *how);
void client_close(struct client *c);
void client_send(struct client *c, slice bytes);
size_t client_read(struct client *c, char *to, size_t room); /* 0: end or reset */
void client_expect(struct client *c, const char *text);      /* exactly */
void client_expect_end(struct client *c);
void client_half_close(struct client *c);
