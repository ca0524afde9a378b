/*
 * relay.h - by which way a destination's mail leaves: its route, a smarthost, or MX
 *
 * A server that the operator names may speak LMTP (RFC 2033), and be at a Unix socket:
 * the store behind this server, or a list manager.
 *
 * Pure: a reading of the configuration's [route DOMAIN] and [delivery].
 */
#pragma once

#include "config/config.h"
#include "policy/demand.h"

enum { LMTP_PORT = 24 }; /* where none is written; never 25 (RFC 2033 5) */

struct relay {
	slice host;   /* whom mx.h is asked about: the domain, or a name or address */
	bool is_host; /* the operator named it: no MX */
	slice path;   /* of its Unix socket, and nobody is asked; or empty. NUL-ended */
	bool is_lmtp;
	uint16_t port;
	enum tls_choice tls;
	enum tls_demand demand; /* of the mail that goes there */
	slice user, password;   /* to log in with; or empty */
};

/* We take the domain's mail from anybody and carry it on; in A-labels. */
bool relay_is_backup(const struct config *c, slice domain);
/* destination: with its demand. The slices are the configuration's or the
 * destination's. */
struct relay relay_find(const struct config *c, slice destination);
