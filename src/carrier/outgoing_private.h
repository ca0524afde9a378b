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
#include "queue/report.h"
#include "server/server.h"

enum {
	SURVEY_PLACES = 200, /* destinations that one look at the queue brings */
	OWN_ADDRESSES_MAX = 64,
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

/* ---- outgoing_setback.c: a destination is out of reach ---- */

/* Defers all who are due there, none before not_before. */
void setback_start(struct outgoing_mail *o, slice destination,
		   const struct queue_reply *reply, int64_t not_before);
