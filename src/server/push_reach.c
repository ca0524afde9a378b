#include "server/push_reach.h"

#include "net/netaddr.h"
#include "server/proxies.h"

struct range {
	struct ip base;
	unsigned bits;
};

/* What is not globally reachable (RFC 6890 2.2, with what was registered since), and what
 * leads on to an IPv4 address by itself. */
static const struct range special[] = {
	{ { { 0 }, IP4_OCTETS }, 8 },
	{ { { 10 }, IP4_OCTETS }, 8 },
	{ { { 100, 64 }, IP4_OCTETS }, 10 },
	{ { { 127 }, IP4_OCTETS }, 8 },
	{ { { 169, 254 }, IP4_OCTETS }, 16 },
	{ { { 172, 16 }, IP4_OCTETS }, 12 },
	{ { { 192, 0, 0 }, IP4_OCTETS }, 24 },
	{ { { 192, 0, 2 }, IP4_OCTETS }, 24 },
	{ { { 192, 88, 99 }, IP4_OCTETS }, 24 },
	{ { { 192, 168 }, IP4_OCTETS }, 16 },
	{ { { 198, 18 }, IP4_OCTETS }, 15 },
	{ { { 198, 51, 100 }, IP4_OCTETS }, 24 },
	{ { { 203, 0, 113 }, IP4_OCTETS }, 24 },
	{ { { 224 }, IP4_OCTETS }, 3 }, /* multicast, and what is reserved */
	{ { { 0x20, 0x01 }, IP6_OCTETS }, 23 },
	{ { { 0x20, 0x01, 0x0d, 0xb8 }, IP6_OCTETS }, 32 },
	{ { { 0x20, 0x02 }, IP6_OCTETS }, 16 },
	{ { { 0x3f, 0xff }, IP6_OCTETS }, 20 },
};

/* Of IPv6 only this is unicast in the world (RFC 4291 2.4). */
static const struct range unicast = { { { 0x20 }, IP6_OCTETS }, 3 };

static bool is_public(struct ip a)
{
	if (a.n == IP6_OCTETS && !ip_within(a, unicast.base, unicast.bits)) return false;
	for (size_t i = 0; i < countof(special); i++)
		if (ip_within(a, special[i].base, special[i].bits)) return false;
	return a.n > 0;
}

bool push_reaches(const struct config *c, struct ip address)
{
	struct ip a = ip_unmapped(address);
	struct netaddr peer = netaddr_of_ip(a, 0);

	return is_public(a) || networks_have(&c->push_networks, &peer);
}

bool push_reaches_host(const struct config *c, slice host)
{
	struct ip literal;
	slice label;

	if (ip_parse(host, &literal)) return push_reaches(c, literal);
	while (take_until(&host, '.', &label))
		;
	return host.n && !is_digit(*host.p);
}
