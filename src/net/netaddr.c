#include "net/netaddr.h"

#include <stdio.h>
#include <string.h>

enum { V4_BITS = 8 * IP4_OCTETS, V6_BITS = 8 * IP6_OCTETS };

struct ip netaddr_ip(const struct netaddr *a)
{
	size_t n = a->kind == NETADDR_V4 ? IP4_OCTETS : IP6_OCTETS;

	if (a->kind != NETADDR_V4 && a->kind != NETADDR_V6) n = 0;
	return ip_of_octets((slice){ (const char *)a->ip, n });
}

struct netaddr netaddr_of_ip(struct ip a, uint16_t port)
{
	struct netaddr ret = { .port = port };

	if (a.n > 0) ret.kind = a.n == IP4_OCTETS ? NETADDR_V4 : NETADDR_V6;
	memcpy(ret.ip, a.octets, a.n);
	return ret;
}

bool netaddr_parse(slice text, struct netaddr *ret)
{
	struct ip a;

	if (!ip_parse(text, &a)) return false;
	*ret = netaddr_of_ip(a, 0);
	return true;
}

static struct netaddr of_ipv6(const struct sockaddr_in6 *in6)
{
	slice octets = { (const char *)in6->sin6_addr.s6_addr, IP6_OCTETS };

	return netaddr_of_ip(ip_unmapped(ip_of_octets(octets)), ntohs(in6->sin6_port));
}

struct netaddr netaddr_of_sockaddr(const struct sockaddr *from)
{
	struct netaddr a = { .kind = NETADDR_NONE };
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (from->sa_family == AF_INET) {
		memcpy(&in, from, sizeof(in));
		a.kind = NETADDR_V4;
		a.port = ntohs(in.sin_port);
		memcpy(a.ip, &in.sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&in6, from, sizeof(in6));
		a = of_ipv6(&in6);
	} else if (from->sa_family == AF_UNIX) {
		a.kind = NETADDR_UNIX;
	}
	return a;
}

socklen_t netaddr_to_sockaddr(const struct netaddr *a, struct sockaddr_storage *ret)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(a->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(a->port) };

	if (a->kind == NETADDR_V4) {
		memcpy(&in.sin_addr, a->ip, 4);
		memcpy(ret, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, a->ip, 16);
	memcpy(ret, &in6, sizeof(in6));
	return sizeof(in6);
}

slice netaddr_text(const struct netaddr *a, char text[static NETADDR_TEXT_MAX])
{
	if (a->kind == NETADDR_V4 || a->kind == NETADDR_V6)
		return ip_text(netaddr_ip(a), text);
	snprintf(text, NETADDR_TEXT_MAX, "%s",
		 a->kind == NETADDR_UNIX ? "unix" : "unknown");
	return slice_of(text);
}

bool netaddr_eq(const struct netaddr *a, const struct netaddr *b)
{
	return a->kind == b->kind && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

struct netaddr netaddr_prefix(const struct netaddr *a, unsigned bits)
{
	struct netaddr masked = { .kind = a->kind };

	for (size_t i = 0; i < sizeof(a->ip) && bits > 0; i++) {
		unsigned here = bits < 8 ? bits : 8;

		masked.ip[i] = (uint8_t)(a->ip[i] & (0xff00u >> here));
		bits -= here;
	}
	return masked;
}

bool network_parse(slice text, struct network *ret)
{
	slice base = text;
	struct network n;
	struct netaddr masked;
	uint32_t bits, whole;
	bool has_bits = take_until(&text, '/', &base);

	if (!netaddr_parse(base, &n.base)) return false;
	whole = bits = n.base.kind == NETADDR_V4 ? V4_BITS : V6_BITS;
	if (has_bits && (!take_u32(&text, &bits) || text.n > 0 || bits > whole))
		return false;
	masked = netaddr_prefix(&n.base, bits);
	if (!netaddr_eq(&masked, &n.base)) return false;
	n.bits = bits;
	*ret = n;
	return true;
}

bool network_has(const struct network *n, const struct netaddr *a)
{
	struct netaddr masked = netaddr_prefix(a, n->bits);

	return netaddr_eq(&masked, &n->base);
}

bool netaddr_is_private(const struct netaddr *a)
{
	static const struct network networks[] = {
		{ { NETADDR_V4, 0, { 10 } }, 8 }, /* RFC 1918 3 */
		{ { NETADDR_V4, 0, { 172, 16 } }, 12 },
		{ { NETADDR_V4, 0, { 192, 168 } }, 16 },
		{ { NETADDR_V4, 0, { 127 } }, 8 },         /* RFC 1122 3.2.1.3 */
		{ { NETADDR_V4, 0, { 169, 254 } }, 16 },   /* RFC 3927 2.1 */
		{ { NETADDR_V4, 0, { 100, 64 } }, 10 },    /* RFC 6598 7 */
		{ { NETADDR_V6, 0, { [15] = 1 } }, 128 },  /* RFC 4291 2.5.3 */
		{ { NETADDR_V6, 0, { 0xfc } }, 7 },        /* RFC 4193 3.1 */
		{ { NETADDR_V6, 0, { 0xfe, 0x80 } }, 10 }, /* RFC 4291 2.5.6 */
	};

	for (size_t i = 0; i < countof(networks); i++)
		if (network_has(&networks[i], a)) return true;
	return false;
}

static bool take_port(slice *in, uint16_t *ret)
{
	uint32_t port;
	slice s = *in;

	if (!take_u32(&s, &port) || port > UINT16_MAX) return false;
	*in = s;
	*ret = (uint16_t)port;
	return true;
}

static bool parse_unix(slice path, struct endpoint *ret)
{
	if (path.n == 0 || path.p[0] != '/' || path.n > ENDPOINT_PATH_MAX ||
	    slice_find_char(path, '\0') < path.n)
		return false;
	ret->address.kind = NETADDR_UNIX;
	memcpy(ret->path, path.p, path.n);
	return true;
}

/* HOST: or [IPV6]: or *: or nothing, which is loopback. */
static bool take_host(slice *in, struct endpoint *ret)
{
	slice host;
	bool brackets = take_char(in, '[');

	if (brackets)
		return take_until(in, ']', &host) && take_char(in, ':') &&
		       netaddr_parse(host, &ret->address) &&
		       ret->address.kind == NETADDR_V6;
	if (!take_until(in, ':', &host) || slice_eq_nocase(host, S("localhost")))
		host = S("127.0.0.1");
	ret->any = slice_eq(host, S("*"));
	if (ret->any) host = S("::");
	return netaddr_parse(host, &ret->address);
}

bool endpoint_parse(slice text, struct endpoint *ret)
{
	struct endpoint e = { 0 };

	if (take_literal(&text, S("unix:"))) {
		if (!parse_unix(text, &e)) return false;
	} else if (!take_host(&text, &e) || !take_port(&text, &e.address.port) ||
		   text.n > 0) {
		return false;
	}
	*ret = e;
	return true;
}

slice endpoint_text(const struct endpoint *e, char text[static ENDPOINT_TEXT_MAX])
{
	char host[NETADDR_TEXT_MAX];

	netaddr_text(&e->address, host);
	if (e->address.kind == NETADDR_UNIX)
		snprintf(text, ENDPOINT_TEXT_MAX, "unix:%s", e->path);
	else if (e->any)
		snprintf(text, ENDPOINT_TEXT_MAX, "*:%u", e->address.port);
	else if (e->address.kind == NETADDR_V6)
		snprintf(text, ENDPOINT_TEXT_MAX, "[%s]:%u", host, e->address.port);
	else
		snprintf(text, ENDPOINT_TEXT_MAX, "%s:%u", host, e->address.port);
	return slice_of(text);
}
