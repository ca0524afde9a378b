/*
 * rates.h - how often somebody may do something: token buckets
 *
 * A bucket holds as many tokens as its limit says for a window of time, is full at first
 * and fills up steadily: so a burst may take a whole window's share, and in the long run
 * nobody gets more than the limit. Memory is a fixed table: where too many are at it, the
 * one that was seen last the longest ago is forgotten, and begins anew.
 *
 * Every function may be called from any thread.
 */
#pragma once

#include "net/netaddr.h"

enum { RATES_PLACES = 16384 };

struct rates;

struct rate {
	unsigned kind; /* tells apart what is counted of the same somebody */
	int64_t limit; /* in a window; 0: none */
	int64_t window_ms;
};

struct rates *rates_new(void);
void rates_free(struct rates *r); /* NULL is fine */

/* Takes a token of who; false: there is none now. */
bool rates_take(struct rates *r, const struct rate *rate, slice who, int64_t now_ms);
/* The same of a peer's network: an IPv4 address, an IPv6 /64. */
bool rates_take_network(struct rates *r, const struct rate *rate,
			const struct netaddr *peer, int64_t now_ms);
