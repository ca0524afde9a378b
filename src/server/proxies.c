#include "server/proxies.h"

#include <string.h>

#include "server/door.h"
#include "smtp/proxy.h"

_Static_assert((int)PREAMBLE_MAX == PROXY_MAX, "a whole header is looked at");

bool networks_have(const struct slice_list *networks, const struct netaddr *peer)
{
	struct network n;

	for (uint32_t i = 0; i < networks->count; i++)
		if (network_parse(networks->items[i], &n) && network_has(&n, peer))
			return true;
	return false;
}

static bool is_expected(void *context, const struct netaddr *peer)
{
	const struct door *d = context;

	return networks_have(&d->server->config->proxy_header, peer);
}

/* An IPv4 address mapped into IPv6 is one of IPv4 here, too (net/netaddr.h). */
static struct netaddr address_of(const struct proxy_header *h)
{
	struct sockaddr_storage s = { 0 };
	struct netaddr a = { .kind = h->kind == PROXY_IPV4 ? NETADDR_V4 : NETADDR_V6,
			     .port = h->source.port };

	memcpy(a.ip, h->source.octets, sizeof(a.ip));
	netaddr_to_sockaddr(&a, &s);
	return netaddr_of_sockaddr((struct sockaddr *)&s);
}

static enum preamble_verdict take(slice *in, struct netaddr *ret)
{
	struct proxy_header h;

	switch (proxy_take(in, &h)) {
	case PROXY_PARTIAL:
		return PREAMBLE_PARTIAL;
	case PROXY_TAKEN:
		if (h.kind != PROXY_NO_ADDRESS) *ret = address_of(&h);
		return PREAMBLE_TAKEN;
	case PROXY_MALFORMED:
		break;
	}
	return PREAMBLE_MALFORMED;
}

const struct preamble proxy_preamble = { .is_expected = is_expected, .take = take };

bool xclient_take_peer(const struct smtp_xclient *x, struct netaddr *peer)
{
	slice address = x->address, port = x->port;
	struct netaddr got = *peer;
	uint32_t number = 0;

	if (address.n == 0) return port.n == 0;
	take_literal_nocase(&address, S("IPV6:"));
	if (!netaddr_parse(address, &got)) return false;
	if (port.n && (!take_u32(&port, &number) || port.n || number > UINT16_MAX))
		return false;
	got.port = (uint16_t)number;
	*peer = got;
	return true;
}
