/*
 * proxy.h - the header of the PROXY protocol, versions 1 and 2 (HAProxy's
 *           proxy-protocol.txt), which tells whose connection a proxy passes on
 *
 * It stands before all else, TLS included, so whoever reads the connection takes it off
 * before there is an engine. It is to be believed, and to be looked for, only where the
 * connection comes from an address that the configuration lists: then it must be there,
 * for a guess whether it is would let a client write one of its own.
 *
 * What version 2 adds behind the addresses (TLVs) is skipped; a header longer than
 * PROXY_MAX is malformed.
 */
#pragma once

#include "base/slice.h"

enum { PROXY_MAX = 2048 }; /* octets */

struct proxy_address {
	uint8_t octets[16]; /* IPv4 in the first four, the rest zero */
	uint16_t port;      /* host order */
};

struct proxy_header {
	/* Of the proxy itself (LOCAL: a health check), or of what it cannot tell
	 * (UNKNOWN, UNSPEC, a Unix socket): the connection's own addresses count. */
	enum { PROXY_NO_ADDRESS, PROXY_IPV4, PROXY_IPV6 } kind;
	struct proxy_address source, destination; /* the client, and whom it meant */
};

enum proxy_verdict { PROXY_TAKEN, PROXY_PARTIAL, PROXY_MALFORMED };

/* Takes the header off the front of *in. PARTIAL: come again with more behind it. Changes
 * nothing unless TAKEN. */
enum proxy_verdict proxy_take(slice *in, struct proxy_header *ret);
