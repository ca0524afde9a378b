/*
 * reserve.h - room on the disk that is kept for taking mail out
 *
 * To delete is to write first: the change goes into a log before it goes into
 * the database. So that people can read and delete on a full disk, the store
 * keeps <data>/reserve, RESERVE_SIZE octets that are really allocated:
 *
 *   held      all is let in
 *   given up  a transaction failed for want of space; what is tried again finds
 *             room. Mail is refused with ERR_LATER until there is space to
 *             allocate the file again and as much beside it
 *
 * Calls are safe from any thread.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	RESERVE_SIZE = 8 << 20,
	RESERVE_RETRY_MS = 5000, /* after space that could not be allocated */
};

struct reserve {
	int folder; /* -1: none is kept, and all is let in */
	_Atomic bool is_held;
	pthread_mutex_t lock; /* over what follows, and the file */
	int64_t retry_ms;     /* of the monotonic clock: not before */
};

/* Keeps it in a folder, from the start if there is room. */
void reserve_init(struct reserve *r, int folder);
void reserve_done(struct reserve *r); /* the file stays */
void reserve_give_up(struct reserve *r);
/* Whether mail may be added; takes the reserve again when there is space. */
bool reserve_is_held(struct reserve *r);
