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

static bool is_this_machine(slice host)
{
	static const struct ip v4 = { { 127 }, IP4_OCTETS },
			       v6 = { { [IP6_OCTETS - 1] = 1 }, IP6_OCTETS };
	struct ip address;

	if (ip_parse(host, &address))
		return ip_within(address, v4, 8) || ip_eq(address, v6);
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

void http_add_origin_fields(const struct http_session *h, struct buf *out)
{
	const slice *origin = http_request_field(h->request, S("origin"));

	if (h->s.server->is_sandbox) {
		buf_add(out, S("Vary: Origin\r\n"));
		if (!origin || !may_read(h, *origin)) return;
	}
	buf_add(out, S("Access-Control-Allow-Origin: *\r\n"));
}
