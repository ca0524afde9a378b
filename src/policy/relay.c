#include "policy/relay.h"

static const struct route_config *find_route(const struct config *c, slice destination)
{
	for (uint32_t i = 0; i < c->route_count; i++)
		if (slice_eq_nocase(c->routes[i].domain, destination))
			return &c->routes[i];
	return NULL;
}

bool relay_is_backup(const struct config *c, slice domain)
{
	const struct route_config *route = find_route(c, domain);

	return route && route->backup;
}

/* HOST, HOST:PORT, ADDRESS:PORT, [IPV6] or [IPV6]:PORT. */
static void set_host(struct relay *r, slice text)
{
	slice rest = text, host;
	uint32_t port;

	r->is_host = true;
	r->host = text;
	if (take_char(&rest, '[')) {
		if (!take_until(&rest, ']', &host)) return;
		r->host = host;
		if (!take_char(&rest, ':')) return;
	} else if (take_until(&rest, ':', &host)) {
		r->host = host;
	} else {
		return;
	}
	if (take_u32(&rest, &port) && rest.n == 0 && port <= UINT16_MAX)
		r->port = (uint16_t)port;
}

struct relay relay_find(const struct config *c, slice destination)
{
	enum tls_demand demand = demand_take(&destination);
	const struct route_config *route = find_route(c, destination);
	struct relay r = { .host = destination,
			   .port = (uint16_t)c->delivery_port,
			   .tls = (enum tls_choice)c->delivery_tls,
			   .demand = demand };
	slice password;

	if (route) {
		r.tls = (enum tls_choice)route->tls;
		password = route->auth;
		if (take_until(&password, ':', &r.user)) r.password = password;
	}
	if (route && route->host.n)
		set_host(&r, route->host);
	else if (c->smarthost.n)
		set_host(&r, c->smarthost);
	return r;
}
