/*
 * pace.h - how long a peer may take: silence, and the slow drip
 *
 * A peer may be silent for its phase's time-out. One that moves a byte now and
 * then would never be silent that long, so since the last exchange it must
 * also have moved PACE_MIN_RATE octets a second beyond that time. Reading and
 * writing are measured alike.
 */
#pragma once

#include <stdint.h>

enum { PACE_MIN_RATE = 256 }; /* octets a second: the slowest modem is faster */

struct pace {
	int64_t since_ms, last_ms;
	uint64_t octets; /* moved since since_ms */
};

/* A new exchange begins. */
static inline void pace_restart(struct pace *p, int64_t now_ms)
{
	*p = (struct pace){ .since_ms = now_ms, .last_ms = now_ms };
}

/* n octets moved and the exchange goes on. */
static inline void pace_moved(struct pace *p, int64_t now_ms, uint64_t n)
{
	p->last_ms = now_ms;
	p->octets += n;
}

/* When the peer has had its time. */
static inline int64_t pace_deadline(const struct pace *p, int64_t timeout_ms)
{
	int64_t earned_ms = (int64_t)(p->octets * 1000 / PACE_MIN_RATE);
	int64_t drip = p->since_ms + timeout_ms + earned_ms;
	int64_t silence = p->last_ms + timeout_ms;

	return drip < silence ? drip : silence;
}
