/*
 * outgoing_courier.h - one courier, for outgoing_courier.c and outgoing_carry.c only
 *
 *   RESOLVE  mx.h decides where to go, sts.h what the domain demands
 *   TRY      one address after the other
 *   CARRY    the server is ready: one parcel after the other      (outgoing_carry.c)
 *   REFUSE   there is no server, for good: each parcel is refused
 *   gone     place_left
 *
 * Where mail requires TLS (demand.h), a server that cannot be verified or lacks
 * REQUIRETLS is one that fails (RFC 8689 4.2.1), and so is one that turns everybody away
 * with 5yz before there is a session (RFC 7504 3); once all have, and for that reason, it
 * is REFUSE.
 *
 * A connection that ends before the server is ready leads back to TRY: the same address
 * with less where TLS was what failed and may be done without (first what a policy asks
 * that is only tested, then TLS), else the next one.
 */
#pragma once

#include "carrier/outgoing_parcel.h"
#include "carrier/outgoing_place.h"
#include "carrier/sts.h"
#include "dns/resolve.h"
#include "policy/relay.h"
#include "store/incoming.h"

enum { COURIER_WHY_MAX = 1024 }; /* octets of a failure's text */

struct courier {
	struct outgoing_mail *all;
	struct place *place;
	bool is_opening; /* it has not asked for a parcel yet */
	struct relay relay;

	struct dns_resolve resolve;
	struct dns_answers answers;
	struct dns_budget budget;
	struct mx_request request;
	struct mx_result found;
	bool has_policy; /* it was looked for: */
	struct sts_search policy;
	struct arena arena; /* of found */

	uint32_t host, address; /* of found: what is tried */
	bool is_plain;          /* without TLS this time */
	bool is_lenient; /* this time without what a policy asks that is only tested */
	struct netaddr peer, local;
	slice names[2]; /* that its certificate may have */
	struct outgoing to;
	struct smtp_client_config config;
	struct conn *conn; /* NULL: none */
	struct smtp_client *client;
	bool is_ready;    /* the server has been offered a message */
	uint32_t choices; /* hosts of found that had not put us off when it began */
	bool has_others;  /* one of these is behind the one at hand */
	bool passes_on;   /* this one has put us off: the rest of its work is for those */
	bool is_broken;
	bool is_unfit;          /* this server will not take the mail, now or later */
	bool may_be_fit;        /* one of them might: it could not be asked */
	struct queue_reply why; /* the last failure; slices in these: */
	struct buf why_text, why_status;
	struct buf why_dialogue; /* what was said until then */

	struct parcel *parcel;    /* NULL: none in hand */
	struct parcel *following; /* the one behind it, taken early; NULL: none */
	bool is_ahead;            /* and the client has it */
	bool is_awaited;          /* the client wants one now */
	bool is_taking;           /* one is on its way from the queue */
	uint32_t carried;
	bool is_seven_bit;          /* it was found so, or made so: */
	struct incoming *converted; /* what is sent instead of its body; NULL: that */
	uint64_t offset;            /* of the octets that the client asked for */
	size_t wanted;
	struct buf piece;
	struct work work;                  /* reads them; before that, steps the log-in */
	bool is_reading;                   /* or makes it seven-bit */
	struct job *login;                 /* the client's, a step of it */
	void (*answer)(struct courier *c); /* what the task is to do; NULL: nothing */
	struct task task;                  /* answers come later in the turn */
};

const struct mx_host *courier_host(const struct courier *c);
slice courier_host_name(const struct courier *c); /* or its address */
/* Why it failed, for the case that nothing better follows. */
void courier_note(struct courier *c, int code, slice status, slice text);

/* The server at hand does not meet the demand, or turns all mail away, and why. */
void courier_note_unfit(struct courier *c, int code, slice status, slice text);

/* Whether a server behind the one at hand may be tried for what that one puts off. */
bool courier_has_others(const struct courier *c);

/* ---- outgoing_report.c ---- */

/* How it went, for the domain's TLS report; result: RFC 8460 4.3, NULL: well. */
void courier_report(const struct courier *c, const char *result, slice reason);
/* The same of a connection that has ended; nothing unless TLS was why. */
void courier_report_failure(const struct courier *c, enum tls_failure why, slice reason);

/* ---- outgoing_carry.c ---- */

extern const struct smtp_client_host courier_client_host;
/* As in struct service. */
void courier_job_wanted(void *session, struct conn *conn, struct job *job);

/* The parcel in hand, which is ready: gives it to the client. */
void courier_send_message(struct courier *c);

/* The connection is gone: frees the courier once nothing is under way any more, after
 * it has left its place. */
void courier_end(struct courier *c);

/* ---- outgoing_result.c ---- */

/* As in struct smtp_client_host. */
void courier_result(void *host, uint32_t recipient, const struct smtp_client_result *r);

/* ---- outgoing_convert.c ---- */

/* The server at hand takes fewer bits than the parcel may have. */
bool courier_must_convert(const struct courier *c, const struct parcel *p);
/* Makes it seven-bit as far as that goes, then courier_send_message. */
void courier_convert(struct courier *c);
/* The parcel is done. */
void courier_drop_converted(struct courier *c);
