/*
 * relay.h - by which way a destination's mail leaves: its route, a smarthost, or MX
 *
 * Pure: a reading of the configuration's [route DOMAIN] and [delivery].
 */
#pragma once

#include "config/config.h"
#include "policy/demand.h"

struct relay {
	slice host;   /* whom mx.h is asked about: the domain, or a name or address */
	bool is_host; /* the operator named it: no MX */
	uint16_t port;
	enum tls_choice tls;
	enum tls_demand demand; /* of the mail that goes there */
	slice user, password;   /* to log in with; or empty */
};

/* We take the domain's mail from anybody and carry it on; in A-labels. */
bool relay_is_backup(const struct config *c, slice domain);
/* destination: with its demand. The slices are the configuration's or the
 * destination's. */
struct relay relay_find(const struct config *c, slice destination);
