/*
 * forwarding.h - aliases that lead to other servers, and the way back of their reports
 *
 * What an alias sends on to other servers goes by the queue, each alias's copies with a
 * Delivered-To of their own, which stops loops. Its reverse-path is
 *
 *   <>                         of a message that came with it
 *   owner-ALIAS@domain         where there is such an address: the alias is a list
 *   SRS0=...@alias's domain    else, unless the sender is in a domain of ours
 *
 * so that the next server finds a sender whose domain names us (mailauth/srs.h). Reports
 * to such an address go on to the sender within it; nothing else does, or we were a relay
 * for whoever has seen one.
 *
 * What the sender wished to be told (RFC 3461 5.2.7) goes on with an alias of one target.
 * With several, success is not reported; of a list nothing is, but to its owner.
 */
#pragma once

#include "mailauth/srs.h"
#include "policy/routing.h"
#include "sasl/secret.h"
#include "server/arrival.h"

struct forwarded {
	const struct config *config;
	const struct secret_keys *keys;
	slice reverse_path;  /* local@domain, or empty for <> */
	slice local, domain; /* its halves, unquoted */
	slice recipient;     /* the address of ours that leads on */
	slice original;      /* ORCPT */
	unsigned notify;     /* NOTIFY_* */
	int64_t now;         /* UNIX seconds */
};

/* Adds the route's addresses elsewhere to the arrival. ret has room for one target each.
 * False: too many. Memory of arena is used until the return only. */
bool forward_add(struct arrival *d, const struct route *route, const struct forwarded *f,
		 struct arena *arena, struct arrival_target **ret);

/* Who gets what is written to an address of our domain that is nobody's here. */
enum srs_outcome forward_find_sender(const struct secret_keys *keys, slice local,
				     int64_t now, struct arena *arena,
				     slice *ret_address);
