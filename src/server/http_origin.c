/*
 * Whose scripts may read what is here (Fetch, "CORS protocol"). A log-in is no cookie: a
 * script of another site has only what it brings itself, so it may ask. But a sandbox
 * takes every log-in, and there nothing else would keep any page that a developer visits
 * from the mail; so only pages of this machine may, or of the host that was asked.
 */
#include "base/ip.h"
#include "server/http_state.h"

/* "[::1]:80" is "::1", "a.test:80" is "a.test". */
static slice host_of(slice authority)
{
	slice host = authority;

	if (take_char(&host, '[')) return slice_head(host, slice_find_char(host, ']'));
	return slice_head(host, slice_find_char(host, ':'));
}

static bool is_loopback(struct ip address)
{
	static const struct ip v4 = { { 127 }, IP4_OCTETS },
			       v6 = { { [IP6_OCTETS - 1] = 1 }, IP6_OCTETS };

	return ip_within(address, v4, 8) || ip_eq(address, v6);
}

static bool is_this_machine(slice host)
{
	struct ip address;

	if (ip_parse(host, &address)) return is_loopback(address);
	return slice_eq_nocase(host, S("localhost")) ||
	       slice_ends_nocase(host, S(".localhost"));
}

/* SCHEME://HOST[:PORT], or "null" (RFC 6454 7.1) */
static bool may_read(const struct http_session *h, slice origin)
{
	size_t start = slice_find(origin, S("://"));
	slice host = host_of(slice_skip(origin, start + 3));

	if (start == origin.n) return false;
	return is_this_machine(host) || slice_eq_nocase(host, host_of(h->request->host));
}

/* Nobody can have the DNS say anything of a name without a dot, or under these. */
static bool is_private_name(slice host)
{
	static const slice ends[] = { SLICE_INIT(".test"),      SLICE_INIT(".example"),
				      SLICE_INIT(".invalid"),   SLICE_INIT(".local"),
				      SLICE_INIT(".localhost"), SLICE_INIT(".internal"),
				      SLICE_INIT(".home.arpa") };

	for (size_t i = 0; i < countof(ends); i++)
		if (slice_ends_nocase(host, ends[i])) return true;
	return slice_find_char(host, '.') == host.n;
}

bool http_is_lured(const struct http_session *h)
{
	slice host = host_of(h->request->host);
	struct netaddr local = conn_local(h->s.conn);
	struct ip address;

	return h->s.server->is_sandbox && is_loopback(netaddr_ip(&local)) &&
	       !ip_parse(host, &address) && !is_private_name(host);
}

void http_add_origin_fields(const struct http_session *h, struct buf *out)
{
	const slice *origin = http_request_field(h->request, S("origin"));

	if (h->s.server->is_sandbox) {
		buf_add(out, S("Vary: Origin\r\n"));
		if (!origin || !may_read(h, *origin)) return;
	}
	buf_add(out, S("Access-Control-Allow-Origin: *\r\n"));
}
