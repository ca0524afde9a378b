/*
 * limits.h - how many connections: at once in all, and from one address, and how often
 *
 * Shared by all loops and listeners; every function may be called from any
 * thread. IPv6 peers are counted by /64, for that is what one customer gets.
 * Peers over Unix sockets and those of exempt networks are counted in the
 * total only. Memory is one small node per address that is connected now, so
 * it is bounded by the total; and the fixed table of rates.h.
 */
#pragma once

#include "net/netaddr.h"

enum { CROWD_MIN = 256 };
enum admission { ADMITTED, REFUSED_TOTAL, REFUSED_ADDRESS };

struct limits;

struct limits *limits_new(unsigned total, unsigned per_address);
void limits_free(struct limits *l); /* when nobody is connected any more */

/* New figures and exemptions (copied) for those who come from now on. */
void limits_set(struct limits *l, unsigned total, unsigned per_address,
		const struct network *exempt, size_t exempt_count);

/* Connections that one address may make in a minute (rates.h); 0: no limit, as at first.
 */
void limits_set_rate(struct limits *l, unsigned per_minute);

/* Every ADMITTED peer is to be given back by limits_leave, any other is not. */
enum admission limits_enter(struct limits *l, const struct netaddr *peer);
void limits_leave(struct limits *l, const struct netaddr *peer);

/*
 * True once when most of a crowd have left: fewer than a quarter are here of the most
 * (CROWD_MIN at least) that were here since it was last true. What they cost can then be
 * given back.
 */
bool limits_crowd_has_left(struct limits *l);

unsigned limits_total(struct limits *l);
unsigned limits_of_address(struct limits *l, const struct netaddr *peer);
