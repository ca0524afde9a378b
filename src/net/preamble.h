/*
 * preamble.h - what a proxy sends in front of all else, to tell whose connection it
 *              passes on
 *
 * Asked only of those peers who must send it: a guess whether it is there would let
 * anybody speak for others. It is taken off before TLS and before there is an engine,
 * and exactly it, so that TLS finds its first octet; from then on the connection counts
 * as the one it told of, for its limits, too; before, in the total only. A peer that
 * sends something else, or nothing within the time for a handshake, is closed without a
 * word.
 */
#pragma once

#include "net/netaddr.h"

enum { PREAMBLE_MAX = 2048 }; /* octets */

enum preamble_verdict { PREAMBLE_TAKEN, PREAMBLE_PARTIAL, PREAMBLE_MALFORMED };

/* The context is that of the connection's service. */
struct preamble {
	bool (*is_expected)(void *context, const struct netaddr *peer);
	/* Takes it off the front of *in; PARTIAL: come again with more behind it. *ret of
	 * the kind NETADDR_NONE: the proxy speaks for itself. */
	enum preamble_verdict (*take)(slice *in, struct netaddr *ret);
};
