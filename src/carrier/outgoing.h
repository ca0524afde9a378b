/*
 * outgoing.h - carries the queue's mail to other servers
 *
 * One dispatcher, on one loop. It asks the queue where somebody is due (survey), keeps
 * for each of those destinations how much it may be given (place), and sends couriers:
 *
 *   survey -> place -> courier -> DNS -> connection -> parcel.. -> the queue is told
 *
 * A courier is one connection, or a row of attempts at one, address after address. It
 * carries a parcel at a time: one message for up to PARCEL_RECIPIENTS_MAX recipients,
 * taken from the queue when the server is ready for it, so that a dead server never
 * holds one. Where our own domains are the destination (reports to our users), it
 * brings the parcels to their mailboxes. Reports that are owed are made along the way.
 *
 * Bounded: OUTGOING_CONNECTIONS in all, a share of them for one destination. Nothing is
 * lost by a stop or a crash: what was not told to the queue is due again.
 */
#pragma once

#include "base/buf.h"

struct server;
struct outgoing_mail;

enum {
	OUTGOING_CONNECTIONS = 100,
	OUTGOING_SHARE = 20, /* connections of one destination */
};

/* Once the listeners are open and before the loops run; never of a sandbox. NULL: fault
 * is a line for a person. */
struct outgoing_mail *outgoing_new(struct server *s, struct buf *fault);
/* After the loops have been freed; NULL is fine. It stops by itself with its loop. */
void outgoing_free(struct outgoing_mail *o);
