/*
 * ledger.h - what is counted for reports to others, and what others reported: reports.db
 *
 * Counting is off the way of the mail: entries gather in memory, equal ones as one, and
 * are added to the database in groups. A crash loses those of the last moments; what
 * comes faster than it can be written is dropped and counted, and so is what would pass
 * LEDGER_ROWS_MAX. Nothing ever waits for it.
 *
 * A report is all entries of one kind, domain and period. It is due when the period is
 * over, and gone once it is settled, sent or not.
 *
 * Safe from any thread. All but ledger_add and ledger_waiting touch the disk: on a
 * worker.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "store/store.h"

enum {
	LEDGER_WAITING_MAX = 20'000,          /* different entries in memory */
	LEDGER_ENTRY_MAX = 8 * 1024,          /* octets of an entry's texts together */
	LEDGER_OCTETS_MAX = 16 * 1024 * 1024, /* of what waits */
	LEDGER_ROWS_MAX = 1'000'000,          /* different entries in the database */
	LEDGER_RECEIVED_MAX = 20'000,         /* reports of others; the oldest go */
};

/* Stored numbers: never renumber. */
enum report_kind {
	REPORT_DMARC = 0,   /* RFC 9990: mail that claimed to be of the domain */
	REPORT_TLS = 1,     /* RFC 8460: connections to the domain's servers */
	REPORT_FAILURE = 2, /* RFC 6591: one message; received only */
};

slice report_kind_name(enum report_kind k); /* "dmarc", "tls", "failure" */

struct ledger;

enum err ledger_open(struct store *s, struct ledger **ret);
void ledger_close(struct ledger *l); /* before the store; NULL is fine */

/* Which report. Times are UNIX seconds. */
struct ledger_report {
	enum report_kind kind;
	slice domain;
	int64_t begin, end;
};

/* One more of an entry; policy and entry are texts of the kind's own. True: somebody is
 * to write soon, for it is the first. */
bool ledger_add(struct ledger *l, const struct ledger_report *of, slice policy,
		slice entry);
size_t ledger_waiting(struct ledger *l);
/* Adds what waits to the database; it is lost, with a line in the log, when that fails.
 */
enum err ledger_write(struct ledger *l);

/* The first report whose end is not behind now, or the next after that one; its domain
 * lies in the arena. ERR_NOT_FOUND: none is due. What waits is written first. */
enum err ledger_due(struct ledger *l, int64_t now, const struct ledger_report *after,
		    struct arena *arena, struct ledger_report *ret);
/* Its entries, those of a policy together, the frequent ones first; the policy that was
 * seen last comes before others. A visitor returns false to stop. */
typedef bool ledger_see(void *context, slice policy, slice entry, int64_t count);
enum err ledger_read(struct ledger *l, const struct ledger_report *of, ledger_see *see,
		     void *context);
enum err ledger_settle(struct ledger *l, const struct ledger_report *of);

/* A report that came. */
struct ledger_received {
	enum report_kind kind;
	slice domain, reporter, name;
	int64_t at; /* UNIX seconds */
	slice json;
};

/* ERR_EXISTS: it came before. Forgets those from before forget_at. */
enum err ledger_keep(struct ledger *l, const struct ledger_received *r,
		     int64_t forget_at);
/* Those about a domain and the names below it, or all (empty), as they came. */
typedef bool ledger_see_received(void *context, const struct ledger_received *r);
enum err ledger_each_received(struct ledger *l, slice domain, ledger_see_received *see,
			      void *context);
