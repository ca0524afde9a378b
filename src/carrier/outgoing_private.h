/*
 * outgoing_private.h - the dispatcher's parts, for its own files only
 *
 * All on the dispatcher's loop, but for the run halves of jobs.
 */
#pragma once

#include "base/map.h"
#include "carrier/outgoing.h"
#include "fetch/fetch.h"
#include "net/connect.h"
#include "policy/mx.h"
#include "queue/destination.h"
#include "queue/report.h"
#include "queue/sending.h"
#include "server/server.h"
#include "smtp/client.h"
#include "store/body.h"

enum {
	SURVEY_PLACES = 200, /* destinations that one look at the queue brings */
	PLACES_MAX = 2000,   /* beyond these one that rests is forgotten */
	OWN_ADDRESSES_MAX = 64,
	PARCEL_RECIPIENTS_MAX = 100, /* every server takes as many (RFC 5321 4.5.3.1.8) */
	COURIER_PARCELS_MAX = 100,   /* then others have their turn */
};

struct survey;

struct outgoing_mail {
	struct server *server;
	struct loop *loop;
	struct tls_client *tls;
	struct fetches fetches;
	struct netaddr source_v4, source_v6;
	struct ip own[OWN_ADDRESSES_MAX]; /* where we take mail on the port of others */
	uint32_t own_count;
	struct map places;
	struct list_link due; /* places where somebody is due, each in its turn */
	uint32_t due_count;
	uint32_t connections; /* couriers that have or try one */
	uint32_t busy;        /* what must be over before the loop may end */
	bool is_stopping;
	struct survey *survey;
	struct resident resident;
	struct watcher watcher;
};

/* In force now; couriers ask anew each time. */
static inline const struct config *outgoing_config(const struct outgoing_mail *o)
{
	return o->server->config;
}

struct schedule outgoing_schedule(const struct outgoing_mail *o);
uint32_t outgoing_dice(void); /* uniform over all values */
/* Something began, or came to its end, that the stopping loop waits for. */
void outgoing_hold(struct outgoing_mail *o);
void outgoing_release(struct outgoing_mail *o);
/* Runs a job on the queue, whose level and run_queue were set. Its end is the ticket's
 * `answered`, on the dispatcher's loop, where both may be freed. */
void outgoing_submit(struct outgoing_mail *o, struct job *j, struct ticket *t,
		     void (*answered)(struct ticket *t));

/* ---- outgoing_survey.c: where is somebody due, is a report owed? ---- */

struct survey *survey_new(struct outgoing_mail *o);
void survey_free(struct survey *s);
void survey_soon(struct survey *s); /* at once, or after the one under way */
void survey_stop(struct survey *s);

/* ---- outgoing_place.c ---- */

struct place {
	struct outgoing_mail *all;
	slice name;
	struct destination destination;
	struct list_link link; /* among those due */
	bool is_due;
	uint32_t opening; /* couriers that have not asked for their first parcel yet */
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
/* Sends couriers wherever there is room. */
void places_serve(struct outgoing_mail *o);
void places_free(struct outgoing_mail *o);

/* ---- outgoing_parcel.c ---- */

struct parcel_recipient {
	uint32_t number, attempts;
	struct queue_target target;
	enum attempt_outcome outcome;
	struct queue_reply reply; /* its remote: set for all by parcel_end */
	enum handover handover;   /* of DELIVERED */
};

struct parcel {
	struct outgoing_mail *all;
	void (*taken)(struct parcel *p); /* count 0: nobody is due */
	void *context;
	slice destination; /* a copy */
	struct queue_message message;
	struct body *body; /* NULL: it cannot be read */
	struct parcel_recipient recipients[PARCEL_RECIPIENTS_MAX];
	uint32_t count;
	struct smtp_client_message letter; /* the same for the client, once it is to go */
	struct smtp_client_rcpt rcpts[PARCEL_RECIPIENTS_MAX];
	bool has_more;  /* other messages are due there, or more recipients */
	slice dialogue; /* what was said about it; for the call of parcel_end */
	int64_t now;
	struct schedule schedule;
	struct arena arena;
	struct job job;
	struct ticket ticket;
	struct timer again;
};

/* Takes what is due there first, and tells by taken(), later. */
struct parcel *parcel_take(struct outgoing_mail *o, slice destination,
			   void (*taken)(struct parcel *p), void *context);
/* What came of one; the slices are copied. Recipients without a result are UNTRIED. */
void parcel_settle(struct parcel *p, uint32_t recipient, enum attempt_outcome outcome,
		   const struct queue_reply *reply);
void parcel_settle_all(struct parcel *p, enum attempt_outcome outcome,
		       const struct queue_reply *reply);
/* Its sender wants it back when it is late, and it is: all are refused (RFC 2852 4). */
bool parcel_is_too_late(struct parcel *p);
slice attempt_outcome_name(enum attempt_outcome o); /* "delivered", "deferred", ... */
/* Tells the queue, and the log; the parcel is gone. remote: who took or refused it. */
void parcel_end(struct parcel *p, slice remote);

/* ---- outgoing_courier.c, outgoing_local.c ---- */

/* Runs by itself, and ends in place_left. */
void courier_start(struct place *p);
void local_courier_start(struct place *p);

/* ---- outgoing_setback.c: a destination is out of reach ---- */

/* Defers all who are due there, none before not_before. */
void setback_start(struct outgoing_mail *o, slice destination,
		   const struct queue_reply *reply, int64_t not_before);
