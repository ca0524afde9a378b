/*
 * reporting.h - reports to other domains, and theirs about ours (RFC 9990, RFC 8460)
 *
 *   reporting_note.c    a message was checked, a server was connected to: counted
 *   reporting.c         what was counted is written; when reports are due
 *   reporting_send.c    one report after the other: who wants it, composing, sending
 *   reporting_mail.c    the message around a report
 *
 * All is bounded (report/ledger.h), and nothing here holds mail up. Reports go by the
 * queue as mail does, signed; those about TLS also to a web server, by HTTPS. Without
 * [reports] send nothing is counted; a sandbox neither counts nor sends.
 */
#pragma once

#include "report/ledger.h"
#include "report/tls_report.h"
#include "server/inbound.h"
#include "server/server.h"

struct reporting;

/* NULL in a sandbox, or when the file cannot be opened: that is logged, and no reason not
 * to serve. */
struct reporting *reporting_new(struct server *s);
/* Once the loops are there: begins to look for what is due. NULL is fine. */
void reporting_start(struct reporting *r);
/* After the workers and loops have ended, before the store; NULL is fine. */
void reporting_free(struct reporting *r);
struct ledger *reporting_ledger(struct reporting *r);

/* A message of a stranger, once its checks are decided: counted if its author's domain
 * wants reports. Any loop. */
void reporting_note_checks(struct server *s, const struct inbound *in);
/* A connection to a server of the policy's domain. Any loop. */
void reporting_note_tls(struct server *s, const struct tls_policy *policy,
			const struct tls_attempt *attempt);

/* Our own address in reports, and the domain that it is of. */
void reporting_from(const struct config *c, struct buf *address);
slice reporting_submitter(slice from);

/* Whether mail for that address is looked through for reports ([reports] address). */
bool reporting_reads(const struct config *c, slice address);
/* Keeps the report in a finished message, if there is one; one about TLS only if
 * is_signed (RFC 8460 3). On a worker. */
void reporting_read(struct server *s, const struct incoming *message, bool is_signed,
		    int64_t now);
