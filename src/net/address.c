#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { V4_BITS = 32, V6_BITS = 128 };

bool address_parse(slice text, struct address *ret)
{
	struct address a = { 0 };
	char terminated[ADDRESS_TEXT_MAX];

	if (text.n >= sizeof(terminated) || slice_find_char(text, '\0') < text.n)
		return false;
	memcpy(terminated, text.p, text.n);
	terminated[text.n] = '\0';
	if (inet_pton(AF_INET, terminated, a.ip) == 1)
		a.kind = ADDRESS_V4;
	else if (inet_pton(AF_INET6, terminated, a.ip) == 1)
		a.kind = ADDRESS_V6;
	else
		return false;
	*ret = a;
	return true;
}

static struct address of_ipv6(const struct sockaddr_in6 *in6)
{
	struct address a = { .kind = ADDRESS_V6, .port = ntohs(in6->sin6_port) };

	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		a.kind = ADDRESS_V4;
		memcpy(a.ip, in6->sin6_addr.s6_addr + 12, 4);
	} else {
		memcpy(a.ip, in6->sin6_addr.s6_addr, 16);
	}
	return a;
}

struct address address_of_sockaddr(const struct sockaddr *from)
{
	struct address a = { .kind = ADDRESS_NONE };
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (from->sa_family == AF_INET) {
		memcpy(&in, from, sizeof(in));
		a.kind = ADDRESS_V4;
		a.port = ntohs(in.sin_port);
		memcpy(a.ip, &in.sin_addr, 4);
	} else if (from->sa_family == AF_INET6) {
		memcpy(&in6, from, sizeof(in6));
		a = of_ipv6(&in6);
	} else if (from->sa_family == AF_UNIX) {
		a.kind = ADDRESS_UNIX;
	}
	return a;
}

socklen_t address_to_sockaddr(const struct address *a, struct sockaddr_storage *ret)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(a->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons(a->port) };

	if (a->kind == ADDRESS_V4) {
		memcpy(&in.sin_addr, a->ip, 4);
		memcpy(ret, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, a->ip, 16);
	memcpy(ret, &in6, sizeof(in6));
	return sizeof(in6);
}

slice address_text(const struct address *a, char text[static ADDRESS_TEXT_MAX])
{
	if (a->kind == ADDRESS_V4)
		inet_ntop(AF_INET, a->ip, text, ADDRESS_TEXT_MAX);
	else if (a->kind == ADDRESS_V6)
		inet_ntop(AF_INET6, a->ip, text, ADDRESS_TEXT_MAX);
	else
		snprintf(text, ADDRESS_TEXT_MAX, "%s",
			 a->kind == ADDRESS_UNIX ? "unix" : "unknown");
	return slice_of(text);
}

bool address_eq(const struct address *a, const struct address *b)
{
	return a->kind == b->kind && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

struct address address_prefix(const struct address *a, unsigned bits)
{
	struct address masked = { .kind = a->kind };

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
	struct address masked;
	uint32_t bits, whole;
	bool has_bits = take_until(&text, '/', &base);

	if (!address_parse(base, &n.base)) return false;
	whole = bits = n.base.kind == ADDRESS_V4 ? V4_BITS : V6_BITS;
	if (has_bits && (!take_u32(&text, &bits) || text.n > 0 || bits > whole))
		return false;
	masked = address_prefix(&n.base, bits);
	if (!address_eq(&masked, &n.base)) return false;
	n.bits = bits;
	*ret = n;
	return true;
}

bool network_has(const struct network *n, const struct address *a)
{
	struct address masked = address_prefix(a, n->bits);

	return address_eq(&masked, &n->base);
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
	ret->address.kind = ADDRESS_UNIX;
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
		       address_parse(host, &ret->address) &&
		       ret->address.kind == ADDRESS_V6;
	if (!take_until(in, ':', &host) || slice_eq_nocase(host, S("localhost")))
		host = S("127.0.0.1");
	ret->any = slice_eq(host, S("*"));
	if (ret->any) host = S("::");
	return address_parse(host, &ret->address);
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
	char host[ADDRESS_TEXT_MAX];

	address_text(&e->address, host);
	if (e->address.kind == ADDRESS_UNIX)
		snprintf(text, ENDPOINT_TEXT_MAX, "unix:%s", e->path);
	else if (e->any)
		snprintf(text, ENDPOINT_TEXT_MAX, "*:%u", e->address.port);
	else if (e->address.kind == ADDRESS_V6)
		snprintf(text, ENDPOINT_TEXT_MAX, "[%s]:%u", host, e->address.port);
	else
		snprintf(text, ENDPOINT_TEXT_MAX, "%s:%u", host, e->address.port);
	return slice_of(text);
}
