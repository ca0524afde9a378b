/*
 * greylist.h - who comes for the first time is asked to come again (RFC 6647)
 *
 * What is new is the triple of network (IPv4 /24, IPv6 /64), sender and recipient. When
 * it comes again after the delay, and within GREYLIST_RETRY_S, it is let in, and so is
 * everything else from its network for GREYLIST_MEMORY_S from then on and from each
 * further visit: it has shown that it has a queue.
 *
 * Kept in memory only, in a fixed table where the oldest gives way: what is lost at a
 * restart is learned again at the price of one delay, which costs less than a write to
 * the disk for every spammer.
 */
#pragma once

#include "net/netaddr.h"

enum {
	GREYLIST_PLACES = 65536,
	GREYLIST_RETRY_S = 2 * 24 * 3600,
	GREYLIST_MEMORY_S = 36 * 24 * 3600,
};

struct greylist;

struct greylist *greylist_new(void);
void greylist_free(struct greylist *g); /* NULL is fine */

/* How many seconds it should wait; 0: let it in. now is in UNIX seconds. Any thread. */
int64_t greylist_wait(struct greylist *g, const struct netaddr *peer, slice sender,
		      slice recipient, int64_t delay_s, int64_t now);
