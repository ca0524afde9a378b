/*
 * autoconfig.h - what mail programs and other servers ask of a domain by HTTP
 *
 * Functions of the configuration: how a mail program is to be set up, as Thunderbird and
 * others read it (the "config-v1.1" format) and as people do, and the MTA-STS policy.
 */
#pragma once

#include "base/buf.h"
#include "config/config.h"

/* Where each service is to be found; 0: nowhere. */
struct open_ports {
	uint16_t of[SERVICE_COUNT];
};

/* <clientConfig>: what is there for people, the safest first. domain is ours. */
void autoconfig_write(slice hostname, const struct open_ports *ports, slice domain,
		      struct buf *out);
/* The same as rows of an HTML table. */
void autoconfig_write_rows(const struct open_ports *ports, struct buf *out);

/* The policy file of a domain of ours (RFC 8461 3.2); false: it has none. */
bool mta_sts_write(const struct config *c, slice domain, struct buf *out);
