/*
 * push_reach.h - to which addresses a client may have changes pushed (RFC 8620 8.6)
 *
 * It names a URL, and this server posts there: so it must lead out into the world, never
 * to a neighbour who trusts what comes from here. [push] networks allows some.
 */
#pragma once

#include "base/ip.h"
#include "config/config.h"

bool push_reaches(const struct config *c, struct ip address);
/* The same of a URL's host, as far as can be told before it is resolved: what others
 * might read as an address in another form than ours is no name. */
bool push_reaches_host(const struct config *c, slice host);
