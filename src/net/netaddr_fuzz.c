/* What is accepted as an endpoint, network or address reads back the same. */
#include <stdlib.h>
#include <string.h>

#include "net/netaddr.h"

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_endpoint(slice text)
{
	struct endpoint e, again;
	char written[ENDPOINT_TEXT_MAX];

	if (!endpoint_parse(text, &e)) return;
	check(endpoint_parse(endpoint_text(&e, written), &again));
	check(e.any == again.any && netaddr_eq(&e.address, &again.address) &&
	      e.address.port == again.address.port && strcmp(e.path, again.path) == 0);
}

static void check_network(slice text)
{
	struct network n;
	struct netaddr a, again;
	char written[NETADDR_TEXT_MAX];

	if (network_parse(text, &n)) check(network_has(&n, &n.base));
	if (!netaddr_parse(text, &a)) return;
	check(netaddr_parse(netaddr_text(&a, written), &again) && netaddr_eq(&a, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };

	check_endpoint(text);
	check_network(text);
	return 0;
}
