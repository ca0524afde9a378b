/*
 * cache.h - answers of the DNS that still hold
 *
 * Keeps what was found and what was not as long as the DNS says, within
 * bounds, and our troubles for moments only (RFC 9520 3.2), so that a broken
 * domain is not asked for again by each mail of a burst. Beyond CACHE_MAX
 * octets the answers that were not used for the longest time go.
 *
 * Every function may be called from any thread.
 */
#pragma once

#include "base/dns_answer.h"

enum {
	CACHE_MAX = 16 * 1024 * 1024, /* octets */
	CACHE_FOUND_S = 24 * 3600,    /* the longest that records are kept */
	CACHE_NO_S = 3600,            /* the same for a "no" (RFC 2308 5) */
	CACHE_BOGUS_S = 30,
	CACHE_TROUBLE_S = 10,
};

struct cache;

struct cache *cache_new(size_t max); /* octets */
void cache_free(struct cache *c);

/* A copy with the TTL that is left, for the caller to free(), or NULL. Times are of
 * clock_monotonic_ms(). */
struct dns_answer *cache_find(struct cache *c, struct dns_question q, int64_t now_ms);
void cache_put(struct cache *c, struct dns_question q, const struct dns_answer *a,
	       int64_t now_ms);
