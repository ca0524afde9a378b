/*
 * backoff.h - failed logins of a network make its next failures slower
 *
 * Only refusals are delayed, never a login that is right: guessing becomes slow
 * and nobody can lock another out. A network (IPv4 /24, IPv6 /56) that has not
 * failed for BACKOFF_MEMORY_MS is forgotten. Memory is a fixed table; when two
 * networks meet in one place the newer takes it.
 */
#pragma once

#include "net/netaddr.h"

enum {
	BACKOFF_FREE = 3, /* failures that cost nothing: a slip of the finger */
	BACKOFF_MAX_MS = 4000,
	BACKOFF_MEMORY_MS = 10 * 60 * 1000,
};

struct backoff;

struct backoff *backoff_new(void);
void backoff_free(struct backoff *b);

/* Counts a failure and says how long the refusal is to wait. Any thread. */
int64_t backoff_fail(struct backoff *b, const struct netaddr *peer, int64_t now_ms);
/* Whether its next failure would have to wait. Any thread. */
bool backoff_is_failing(struct backoff *b, const struct netaddr *peer, int64_t now_ms);
