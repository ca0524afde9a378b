/*
 * policy.h - what is known of other domains' MTA-STS policies (RFC 8461)
 *
 * It outlives a restart: a policy that was seen once protects its domain until it
 * expires, also from whoever can keep its DNS or its web server from us (RFC 8461 10.2).
 */
#pragma once

#include "base/arena.h"
#include "queue/queue.h"

struct kept_policy {
	slice id, text;  /* empty: none was ever fetched, or it expired */
	int64_t expires; /* UNIX seconds */
	slice tried_id;  /* the last that could not be fetched, or empty */
	int64_t tried;   /* UNIX seconds */
};

/* A policy that has expired at that time is left out; an unknown domain gives a zeroed
 * one. The slices are the arena's. */
enum err queue_read_policy(struct queue *q, slice domain, int64_t now,
			   struct arena *arena, struct kept_policy *ret);
/* Replaces what is known of the domain, and forgets what is of no use at that time. */
enum err queue_keep_policy(struct queue *q, slice domain, int64_t now,
			   const struct kept_policy *p);
