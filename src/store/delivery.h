/*
 * delivery.h - exactly-once arrival
 *
 * A delivery's id is a hash over its reverse-path, recipient and octets. Its
 * row is unanswered until the sender got its 250. An identical arrival within
 * DELIVERY_MEMORY_S merges with an unanswered row only: a retry after a 451 or
 * a lost connection is not doubled, equal mails sent on purpose stay two.
 */
#pragma once

#include "store/message.h"

enum {
	DELIVERY_ID_SIZE = 32,
	DELIVERY_MEMORY_S = 5 * 24 * 3600,
};

/* ret: DELIVERY_ID_SIZE octets. */
void delivery_make_id(slice reverse_path, slice recipient, slice message_hash, char *ret);

/* Appends unless an unanswered delivery of that id is there; *ret_merged says which. */
enum err delivery_put(struct account *a, slice id, int64_t now, int64_t mailbox,
		      const struct append *what, uint32_t *ret_uid, int64_t *ret_email,
		      bool *ret_merged);
/* The sender has its answer: the next identical message is a new one. Also forgets old
 * rows. A write at level JOB_WRITES_FLAGS. */
enum err delivery_answered(struct account *a, slice id, int64_t now);
