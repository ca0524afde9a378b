/*
 * netaddr.h - IP addresses and networks as small values
 *
 * An IPv4 address that arrived mapped into IPv6 (RFC 4291 2.5.5.2) becomes a
 * plain IPv4 one, so that a limit or an exemption means the same on every
 * listener. Scopes (`%eth0`) are not carried.
 *
 * What to listen on is written HOST:PORT, *:PORT (every address, IPv6 and IPv4),
 * [IPV6]:PORT, PORT (loopback) or unix:/path. HOST is numeric or `localhost`:
 * a server must not need a resolver to start.
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/ip.h"
#include "base/slice.h"

enum {
	NETADDR_TEXT_MAX = 48,   /* octets an address or address and port take as text */
	ENDPOINT_TEXT_MAX = 128, /* the same for whatever can be listened on */
	ENDPOINT_PATH_MAX = 107, /* octets of a Unix socket's path (unix(7)) */
};

enum netaddr_kind { NETADDR_NONE, NETADDR_UNIX, NETADDR_V4, NETADDR_V6 };

struct netaddr {
	uint8_t kind;   /* enum netaddr_kind */
	uint16_t port;  /* host order; 0 where there is none */
	uint8_t ip[16]; /* IPv4 in the first four octets, the rest zero */
};

/* Numeric IPv4 or IPv6, without port or brackets. */
bool netaddr_parse(slice text, struct netaddr *ret);
/* The address alone, as policies and the DNS know it; none for a Unix socket's. */
struct ip netaddr_ip(const struct netaddr *a);
struct netaddr netaddr_of_ip(struct ip a, uint16_t port);
struct netaddr netaddr_of_sockaddr(const struct sockaddr *from);
/* Fills *ret and returns its length; only for IP addresses. */
socklen_t netaddr_to_sockaddr(const struct netaddr *a, struct sockaddr_storage *ret);
/* "192.0.2.1", "2001:db8::1" or "unix", written to text and NUL-terminated. */
slice netaddr_text(const struct netaddr *a, char text[static NETADDR_TEXT_MAX]);
bool netaddr_eq(const struct netaddr *a, const struct netaddr *b); /* port ignored */

/* 192.0.2.0/24, 2001:db8::/32; a bare address is a network of one. */
struct network {
	struct netaddr base;
	unsigned bits;
};

/* False also when bits behind the prefix are set: likely a slip of the pen. */
bool network_parse(slice text, struct network *ret);
bool network_has(const struct network *n, const struct netaddr *a);
/* Within a network that is no part of the public one: loopback, private, link-local. */
bool netaddr_is_private(const struct netaddr *a);
/* The address with all but its first bits cleared, and without port. */
struct netaddr netaddr_prefix(const struct netaddr *a, unsigned bits);

struct endpoint {
	bool any;               /* `*`: every address of both families */
	struct netaddr address; /* kind NETADDR_UNIX: see path */
	char path[ENDPOINT_PATH_MAX + 1];
};

bool endpoint_parse(slice text, struct endpoint *ret);
/* As it would be written in the configuration: "*:25", "[::1]:143", "unix:/run/x". */
slice endpoint_text(const struct endpoint *e, char text[static ENDPOINT_TEXT_MAX]);
