/*
 * ip.h - IP addresses as values, for whoever never sees a socket
 *
 * What net carries with a port is a struct netaddr; this is what policies and the DNS
 * compare. Zeroed is no address: it matches nothing and has an empty text.
 */
#pragma once

#include "base/slice.h"

enum {
	IP4_OCTETS = 4,
	IP6_OCTETS = 16,
	IP_TEXT_MAX = 46,    /* octets of the longest text, with a NUL */
	IP_REVERSE_MAX = 73, /* octets of the longest name under ip6.arpa, with a NUL */
};

struct ip {
	uint8_t octets[IP6_OCTETS]; /* network order; what IPv4 does not use is zero */
	uint8_t n;                  /* IP4_OCTETS, IP6_OCTETS, or 0: none */
};

/* A dotted quad without leading zeros, or the forms of RFC 4291 2.2; no scope, no
 * brackets. */
bool ip_parse(slice text, struct ip *ret);
/* The octets of an A or AAAA record; none for any other number of them. */
struct ip ip_of_octets(slice octets);
/* The IPv4 address within an IPv4-mapped one (RFC 4291 2.5.5.2); any other unchanged. */
struct ip ip_unmapped(struct ip a);

bool ip_eq(struct ip a, struct ip b);
/* Same family, and the first bits are equal; bits beyond the address mean all of it. */
bool ip_within(struct ip a, struct ip network, unsigned bits);

/* "192.0.2.1", "2001:db8::1": written to room and NUL-terminated. */
slice ip_text(struct ip a, char room[static IP_TEXT_MAX]);
/* Where its PTR records are: 1.2.0.192.in-addr.arpa (RFC 1035 3.5), or 32 nibbles under
 * ip6.arpa (RFC 3596 2.5). */
slice ip_reverse_name(struct ip a, char room[static IP_REVERSE_MAX]);
