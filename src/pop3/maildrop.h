/*
 * maildrop.h - what a session sees of its mailbox: the snapshot taken at login
 *
 * Messages are numbered from 1 in the order of their UIDs. 16 octets each, so
 * that 100,000 take 1.6 MB. Zeroed is a valid empty maildrop.
 */
#pragma once

#include "base/interval_set.h"

enum {
	MARK_DELETED = 1,   /* by DELE, until RSET */
	MARK_RETRIEVED = 2, /* by RETR in this session */
	MARK_SEEN = 4,      /* has \Seen already */
	MARK_KEPT = 8,      /* an earlier session has retrieved it */
	MARK_OLD = 16,      /* arrived longer ago than mail is kept */
};

struct drop_message {
	uint64_t size; /* octets, as RETR sends it */
	uint32_t uid;
	unsigned marks;
};

struct maildrop {
	struct drop_message *list;
	uint32_t count, cap;
	uint32_t shown;      /* messages that are not deleted */
	uint64_t shown_size; /* and their octets */
};

void maildrop_done(struct maildrop *d);
/* uid is above all that are there. */
void maildrop_add(struct maildrop *d, const struct drop_message *m);
/* Keeps the first count messages, and no memory for more. */
void maildrop_truncate(struct maildrop *d, uint32_t count);

/* NULL when there is none of that number or it is deleted. */
struct drop_message *maildrop_find(const struct maildrop *d, uint32_t number);
void maildrop_delete(struct maildrop *d, struct drop_message *m); /* not deleted yet */
void maildrop_reset(struct maildrop *d);                          /* nothing is deleted */
/* Adds the UIDs of all messages that have all of these marks. */
void maildrop_select(const struct maildrop *d, unsigned marks, struct interval_set *ret);
