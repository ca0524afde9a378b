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

#include <stdbool.h>

enum {
	RESERVE_SIZE = 8 << 20,
	RESERVE_RETRY_MS = 5000, /* after space that could not be allocated */
};

struct reserve; /* in all calls NULL stands for none: all is let in */

/* Keeps it in a folder, which stays the caller's; from the start if there is space. */
struct reserve *reserve_new(int folder);
void reserve_free(struct reserve *r); /* the file stays */
void reserve_give_up(struct reserve *r);
/* Whether mail may be added; takes the reserve again when there is space. */
bool reserve_is_held(struct reserve *r);
