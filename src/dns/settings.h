/*
 * settings.h - how the DNS is asked: the [dns] section of the configuration
 *
 * Without servers names are resolved from the root. With servers every name
 * goes to them, also those that are otherwise answered here (.test, .invalid,
 * the reverse zones of private and documentation networks).
 */
#pragma once

#include "net/netaddr.h"

enum dns_mode {
	DNS_VALIDATE, /* DNSSEC is validated here */
	DNS_TRUST_AD, /* the server's AD bit is believed; needs servers */
	DNS_FORWARD,  /* nothing is secure */
	DNS_MODES
};

enum {
	DNS_SERVERS_MAX = 8,
	DNS_PATH_MAX = 1024, /* octets of the trust anchors' file name */
};

struct dns_settings {
	enum dns_mode mode;
	struct netaddr servers[DNS_SERVERS_MAX]; /* port 0: 53 */
	size_t server_count;
	slice trust_anchors; /* file with DS or DNSKEY records that are trusted beside
				the root's; or empty */
};
