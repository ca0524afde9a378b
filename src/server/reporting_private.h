/*
 * reporting_private.h - reporting's parts, for its own files only
 *
 *   RESTING --a period is over--> LOOK --none is due--> RESTING
 *                                  ^ |
 *                    SETTLE <------+ v
 *                      ^            ASK      the DNS: who wants it
 *                      |             |
 *                      +-- POST <-- MAKE     by HTTPS; by mail, into the queue
 *
 * All on the first loop, but for what runs on a worker: LOOK, MAKE, SETTLE.
 */
#pragma once

#include "dns/resolve.h"
#include "fetch/fetch.h"
#include "mailauth/report_consent.h"
#include "policy/mx.h"
#include "server/reporting.h"

enum {
	REPORT_TEXT_MAX = 32 * 1024 * 1024,   /* octets of a report, unpacked */
	REPORT_PACKED_MAX = 10 * 1024 * 1024, /* more is not sent (RFC 8460 5.2) */
	REPORT_MAIL_MAX = 16 * 1024 * 1024,   /* octets of the message around it */
	REPORT_RETRY_S = 3600,  /* between tries while the DNS is in trouble */
	REPORT_STALE_S = 86400, /* then it is given up (RFC 8460 5.5) */
};

/* The report in hand. */
struct outgoing_report {
	struct ledger_report of;
	struct report_targets targets;
	struct arena arena;         /* of `of` */
	struct arena targets_arena; /* begun anew by every decide */
	struct buf name, from;      /* its id; our address */
	struct buf packed;
	bool is_due;            /* there is one */
	bool is_sent, is_later; /* later: nobody could be asked */
	uint32_t url;           /* the next to be posted to */
};

struct reporting {
	struct server *server;
	struct ledger *ledger;
	struct task begin; /* posted when the first entry waits */
	struct timer write_timer, due_timer;
	struct work write, work;
	bool is_writing, is_busy;

	struct outgoing_report out;
	struct dns_resolve resolve;
	struct dns_answers answers;
	struct dns_budget budget;
	struct fetches fetches;
	struct fetch fetch;
	struct mx_request host;
	struct mx_result places;
	struct arena places_arena;
	struct resident resident;
	bool is_later; /* a report is kept for another try */
	bool is_stopping;
};

/* Sends all that is due, then calls reporting_rested. */
void reporting_send_due(struct reporting *r);
void reporting_rested(struct reporting *r, bool is_later);
int64_t reporting_interval(const struct config *c); /* seconds */
/* Our own address in reports, and the domain that it is of. */
void reporting_from(const struct config *c, struct buf *address);
slice reporting_submitter(slice from);

/* ---- reporting_compose.c: on a worker ---- */

/* The report itself, packed. False: nothing is to be sent, which is logged. */
bool reporting_compose(struct reporting *r, struct outgoing_report *o);

/* ---- reporting_mail.c: on a worker ---- */

/* To all addresses, one message each, into the queue. */
enum err reporting_mail(struct reporting *r, const struct outgoing_report *o,
			int64_t now);
