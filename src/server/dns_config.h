/*
 * dns_config.h - what the [dns] section of the configuration means
 */
#pragma once

#include "dns/dns.h"
#include "server/config.h"

/* Who asks the DNS as the section says. NULL: fault is a line for a person. */
struct dns *dns_of_config(const struct config *c, struct buf *fault);
