/*
 * jmap_slots.h - how much of a kind one user has under way (RFC 8620 2:
 *                maxConcurrentRequests, maxConcurrentUpload)
 *
 * One for the process; safe from any thread. Users are told apart by a key; only those
 * with something under way cost memory.
 */
#pragma once

#include <pthread.h>

#include "base/map.h"

enum jmap_slot { JMAP_SLOT_REQUEST, JMAP_SLOT_UPLOAD, JMAP_SLOT_KINDS };

struct jmap_slots {
	pthread_mutex_t lock;
	struct map users; /* of struct slot_user */
};

void jmap_slots_init(struct jmap_slots *s);
void jmap_slots_done(struct jmap_slots *s);
/* False: max of them are taken. */
bool jmap_slots_take(struct jmap_slots *s, slice user, enum jmap_slot kind, unsigned max);
/* What was taken, once. */
void jmap_slots_leave(struct jmap_slots *s, slice user, enum jmap_slot kind);
