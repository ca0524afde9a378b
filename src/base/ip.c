#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { MAPPED_PREFIX = 12 }; /* octets before the IPv4 address in a mapped one */

static int family(struct ip a)
{
	return a.n == IP4_OCTETS ? AF_INET : AF_INET6;
}

bool ip_parse(slice text, struct ip *ret)
{
	char terminated[IP_TEXT_MAX];
	struct ip a = { .n = IP4_OCTETS };

	if (text.n >= sizeof(terminated) || slice_find_char(text, '\0') < text.n)
		return false;
	if (text.n) memcpy(terminated, text.p, text.n);
	terminated[text.n] = '\0';
	if (slice_find_char(text, ':') < text.n) a.n = IP6_OCTETS;
	if (inet_pton(family(a), terminated, a.octets) != 1) return false;
	*ret = a;
	return true;
}

struct ip ip_of_octets(slice octets)
{
	struct ip a = { 0 };

	if (octets.n != IP4_OCTETS && octets.n != IP6_OCTETS) return a;
	a.n = (uint8_t)octets.n;
	memcpy(a.octets, octets.p, octets.n);
	return a;
}

struct ip ip_unmapped(struct ip a)
{
	static const uint8_t prefix[MAPPED_PREFIX] = { [10] = 0xff, [11] = 0xff };

	if (a.n != IP6_OCTETS || memcmp(a.octets, prefix, sizeof(prefix)) != 0) return a;
	return ip_of_octets(
		(slice){ (const char *)a.octets + MAPPED_PREFIX, IP4_OCTETS });
}

bool ip_eq(struct ip a, struct ip b)
{
	return a.n == b.n && memcmp(a.octets, b.octets, sizeof(a.octets)) == 0;
}

bool ip_within(struct ip a, struct ip network, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (a.n == 0 || a.n != network.n) return false;
	if (whole >= a.n) return ip_eq(a, network);
	if (memcmp(a.octets, network.octets, whole) != 0) return false;
	return ((a.octets[whole] ^ network.octets[whole]) & (0xff00u >> rest) & 0xff) ==
	       0;
}

slice ip_text(struct ip a, char room[static IP_TEXT_MAX])
{
	if (a.n == 0 || !inet_ntop(family(a), a.octets, room, IP_TEXT_MAX))
		room[0] = '\0';
	return slice_of(room);
}

slice ip_reverse_name(struct ip a, char room[static IP_REVERSE_MAX])
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *o = a.octets;
	char *out = room;

	if (a.n != IP6_OCTETS) {
		snprintf(room, IP_REVERSE_MAX, "%d.%d.%d.%d.in-addr.arpa", o[3], o[2],
			 o[1], o[0]);
		return slice_of(room);
	}
	for (size_t i = IP6_OCTETS; i-- > 0;) {
		*out++ = digits[o[i] & 15];
		*out++ = '.';
		*out++ = digits[o[i] >> 4];
		*out++ = '.';
	}
	memcpy(out, "ip6.arpa", sizeof("ip6.arpa"));
	return slice_of(room);
}
