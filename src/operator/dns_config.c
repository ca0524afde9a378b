#include "operator/dns_config.h"

/* An address, or one with a port; other forms of an endpoint name no resolver. */
static bool parse_server(slice text, struct netaddr *ret)
{
	struct endpoint e;

	if (netaddr_parse(text, ret)) return true;
	if (!endpoint_parse(text, &e) || e.any || e.address.kind == NETADDR_UNIX)
		return false;
	*ret = e.address;
	return true;
}

static bool take_servers(const struct slice_list *list, struct dns_settings *s,
			 struct buf *fault)
{
	if (list->count > DNS_SERVERS_MAX) {
		buf_addf(fault, "[dns] has more than %d servers; name fewer",
			 DNS_SERVERS_MAX);
		return false;
	}
	for (uint32_t i = 0; i < list->count; i++) {
		if (!parse_server(list->items[i], &s->servers[i])) {
			buf_addf(fault,
				 "[dns] server `%.*s` is no address; write 192.0.2.1 or "
				 "192.0.2.1:53",
				 FMT(list->items[i]));
			return false;
		}
	}
	s->server_count = list->count;
	return true;
}

struct dns *dns_of_config(const struct config *c, struct buf *fault)
{
	struct dns_settings settings = { .mode = (enum dns_mode)c->dns_mode,
					 .trust_anchors = c->dns_trust_anchor };

	if (!take_servers(&c->dns_servers, &settings, fault)) return NULL;
	return dns_new(&settings, NULL, fault);
}
