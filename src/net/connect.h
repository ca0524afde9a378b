/*
 * connect.h - connections that we open
 *
 * From the moment it is open such a connection is one like any other
 * (net/conn.h): it drives an engine, which here is a client, and plain, with
 * TLS when the engine wants it (STARTTLS), or with TLS from the start. Before
 * that it has a phase of its own:
 *
 *   CONNECT  one address after the other, until one takes the connection
 *
 * Bounded: `connect_ms` for each address, then the deadlines of net/conn.h.
 */
#pragma once

#include "net/conn.h"
#include "net/tls_client.h"

enum { CONNECT_MS = 30 * 1000 };

/* All of it, and what it points to, outlives the connection. */
struct outgoing {
	/* Tried in this order, each with its port; one of the kind NETADDR_UNIX is at
	 * `path`. */
	const struct netaddr *addresses;
	size_t address_count;
	const char *path;
	/* Where to connect from, by family, ports ignored; NETADDR_NONE: the system says.
	 */
	struct netaddr source_v4, source_v6;
	int64_t connect_ms;     /* 0: CONNECT_MS */
	struct tls_client *tls; /* NULL: TLS is never wanted */
	struct tls_target target;
	/* As for a listener, without `tls` and `limits`. `failed` is called when no
	 * address could be connected to: why is that of the last. */
	struct service service;
};

/* conn_peer() is the address that took it. May call service.open or service.failed only
 * later. */
struct conn *conn_connect(struct loop *l, const struct outgoing *o);

/* From within `closed` or `failed`: whether it ended in the TLS handshake, and why. */
enum tls_failure conn_tls_failure(const struct conn *c);
