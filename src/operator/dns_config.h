/*
 * dns_config.h - what the [dns] section of the configuration means
 */
#pragma once

#include "config/config.h"
#include "dns/dns.h"

/* Who asks the DNS as the section says. NULL: fault is a line for a person. */
struct dns *dns_of_config(const struct config *c, struct buf *fault);
