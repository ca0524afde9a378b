/*
 * outgoing_place.h - one destination, and whom it is given
 *
 * All on the dispatcher's loop.
 */
#pragma once

#include "carrier/outgoing_private.h"
#include "queue/destination.h"

enum {
	PLACES_MAX = 2000,     /* beyond these one that rests is forgotten */
	PLACE_PUT_OFF_MAX = 4, /* servers that come behind the others at once, */
	PLACE_PUT_OFF_S = 60,  /* and for how long, once a recipient was judged */
};

struct place {
	struct outgoing_mail *all;
	slice name;
	struct destination destination;
	struct list_link link; /* among those due */
	bool is_due;
	uint32_t opening; /* couriers that have not asked for their first parcel yet */
	uint64_t put_off_by[PLACE_PUT_OFF_MAX]; /* servers, by a hash of their names, */
	uint32_t put_off_count;
	int64_t put_off_until; /* and until when at least, */
	bool has_judged;       /* and until this, too: a recipient since */
};

/* Somebody is due there. */
void place_due(struct outgoing_mail *o, slice name);
/* Its courier is ready, and another may be sent. */
void place_opened(struct place *p);
/* A courier took a parcel, or found none; has_more: there is work for others. */
void place_looked(struct place *p, bool has_more);
/* Its server took or refused a message. */
void place_answered(struct place *p);
enum place_outcome { PLACE_SUCCEEDED, PLACE_FAILED, PLACE_ABANDONED };
/* A courier of that place is gone; the place may be, too, after this. is_opening: it had
 * not called place_opened. */
void place_left(struct place *p, enum place_outcome outcome, bool is_opening);
/* The same for one that found no server to talk to. Unless others of the place do,
 * all who are due there are put off. */
void place_unreachable(struct place *p, const struct queue_reply *why, bool is_opening);
/* A server of it put a message off: for a while, which ends before the message is due
 * again by the schedule, its other servers come first; however slow they are, until one
 * has judged a recipient, or each would pass the message on to the other for ever. */
void place_put_off(struct place *p, slice host);
/* A recipient was delivered, refused or deferred. */
void place_judged(struct place *p);
bool place_is_put_off(const struct place *p, slice host);
/* By as many as are noted; there is to be an end of passing on. */
bool place_is_put_off_by_most(const struct place *p);
/* Sends couriers wherever there is room. */
void places_serve(struct outgoing_mail *o);
void places_free(struct outgoing_mail *o);

/* ---- outgoing_courier.c, outgoing_local.c ---- */

/* Runs by itself, and ends in place_left. */
void courier_start(struct place *p);
void local_courier_start(struct place *p);
