/*
 * proxies.h - who may speak for others: by a PROXY header (smtp/proxy.h), by XCLIENT
 *
 * Only those whose addresses the configuration lists under [proxy]; from all others such
 * words are what any client says.
 */
#pragma once

#include "config/config.h"
#include "net/preamble.h"
#include "smtp/mail.h"

/* One of the networks has the peer in it. */
bool networks_have(const struct slice_list *networks, const struct netaddr *peer);

/* The PROXY header, of services whose context is a struct door. */
extern const struct preamble proxy_preamble;

/* Whose session it is according to x, where that says so, else *peer stays as it is.
 * False: it is no address. */
bool xclient_take_peer(const struct smtp_xclient *x, struct netaddr *peer);
